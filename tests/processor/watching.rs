//! Control at chosen instructions and accesses, while all other code runs at full speed: watched addresses are seen
//! each time, an access that is watched returns control behind its instruction, and an allowance ends exactly.

use tab86::cpu::Register::{Eax, Ecx, Esi, Esp};
use tab86::engine::{self, Environment, Event, Machine, Options};
use tab86::memory::Access;

use crate::support::{self, CODE, DATA};

/// Address, length in bytes and kind of each.
type Accesses = Vec<(u32, u32, Access)>;

/// Notes where and when it was asked.
#[derive(Default)]
struct Watcher {
    addresses: Vec<u32>,
    /// The count after which it wants to be asked, again and again.
    every: Option<u64>,
    /// EIP and count at each question about a watched address, or at an exact count.
    seen: Vec<(u32, u64)>,
    /// EIP behind each watched access, with the accesses.
    accesses: Vec<(u32, Accesses)>,
    asked: u32,
}

impl Environment for Watcher {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        self.asked += 1;
        let exact = self.every.is_some_and(|every| m.executed() % every == 0);
        if exact || self.addresses.contains(&m.cpu.eip) {
            self.seen.push((m.cpu.eip, m.executed()));
        }
        let events = m.memory.take_events();
        if !events.is_empty() {
            self.accesses.push((m.cpu.eip, events));
        }
        true
    }

    fn watches(&self, eip: u32) -> bool {
        self.addresses.contains(&eip)
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.every.map_or(u64::MAX, |every| every - m.executed() % every)
    }
}

/// With a stack at the end of the data.
fn machine(code: &[u8]) -> Machine {
    let mut m = support::machine(code);
    m.cpu.regs[Esp] = DATA + 0x1000;
    m
}

/// mov ecx, 1000; again: call function; dec ecx; jnz again; int3; function: inc eax; inc eax; ret
const LOOP: [u8; 17] = [0xb9, 0xe8, 3, 0, 0, 0xe8, 4, 0, 0, 0, 0x49, 0x75, 0xf8, 0xcc, 0x40, 0x40, 0xc3];

/// The offsets of its instructions that are executed in each round: reached by a jump, by falling into them, by a
/// call, in the middle of a block, and by a return.
const ROUND: [u32; 6] = [5, 14, 15, 16, 10, 11];

#[test]
fn a_watched_instruction_is_seen_each_time() {
    for (place, offset) in ROUND.into_iter().enumerate() {
        let mut watcher = Watcher { addresses: vec![CODE + offset], ..Watcher::default() };
        let mut m = machine(&LOOP);
        m.cpu.regs[Eax] = 0;
        let event = engine::run(&mut m, &mut watcher, &Options::default(), u64::MAX);
        assert_eq!((event, m.cpu.regs[Eax]), (Some(Event::Interrupt(3)), 2000));
        let expected: Vec<_> = (0..1000).map(|round| (CODE + offset, 1 + 6 * round + place as u64)).collect();
        assert_eq!(watcher.seen, expected, "at offset {offset}");
        assert!(watcher.asked < 1100, "the others run linked: asked {} times", watcher.asked);
    }
}

#[test]
fn watching_every_instruction_changes_nothing() {
    let mut plain = machine(&LOOP);
    engine::run(&mut plain, &mut Watcher::default(), &Options::default(), u64::MAX);
    let mut m = machine(&LOOP);
    let mut watcher = Watcher { addresses: (CODE..CODE + 17).collect(), ..Watcher::default() };
    engine::run(&mut m, &mut watcher, &Options::default(), u64::MAX);
    assert_eq!((m.executed(), m.cpu.eflags()), (plain.executed(), plain.cpu.eflags()));
    assert_eq!(watcher.seen.len() as u64, m.executed());
}

#[test]
fn an_allowance_ends_exactly_and_leaves_blocks_as_they_were() {
    for every in [1, 2, 3, 7, 100, 1001] {
        let mut watcher = Watcher { every: Some(every), ..Watcher::default() };
        let mut m = machine(&LOOP);
        engine::run(&mut m, &mut watcher, &Options::default(), u64::MAX);
        let expected: Vec<u64> = (0..=m.executed()).step_by(every as usize).filter(|at| *at < m.executed()).collect();
        let mut counts: Vec<u64> = watcher.seen.iter().map(|(_, count)| *count).collect();
        counts.dedup();
        assert_eq!(counts, expected, "every {every}");
    }
}

#[test]
fn a_watched_access_returns_control_behind_its_instruction() {
    // mov ecx, 100; again: mov eax, [esi]; add dword [esi+4], 1; push eax; pop eax; dec ecx; jnz again; int3
    let code = [0xb9, 100, 0, 0, 0, 0x8b, 6, 0x83, 0x46, 4, 1, 0x50, 0x58, 0x49, 0x75, 0xf5, 0xcc];
    let mut m = machine(&code);
    m.cpu.regs[Esi] = DATA + 0x10;
    m.memory.store(DATA + 0x10, 5_u32).unwrap();
    m.memory.watch_ranges(vec![DATA + 0x16..=DATA + 0x16]);
    let mut watcher = Watcher::default();
    let event = engine::run(&mut m, &mut watcher, &Options::default(), u64::MAX);
    assert_eq!((event, m.cpu.regs[Ecx]), (Some(Event::Interrupt(3)), 0));
    let update = [(DATA + 0x14, 4, Access::Read), (DATA + 0x14, 4, Access::Write)];
    assert_eq!(watcher.accesses.len(), 100);
    assert!(watcher.accesses.iter().all(|(eip, accesses)| *eip == CODE + 11 && *accesses == update));
    m.memory.watch_ranges(Vec::new());
    m.cpu.eip = CODE;
    let mut watcher = Watcher::default();
    engine::run(&mut m, &mut watcher, &Options::default(), u64::MAX);
    assert!(watcher.accesses.is_empty() && watcher.asked < 10);
}

#[test]
fn code_that_changes_itself_is_noticed_where_an_allowance_cut_a_block() {
    // again: inc eax (becomes nop); mov byte [again], 0x90; dec ecx; jnz again; int3
    let code = [0x40, 0xc6, 5, 0, 0x10, 0, 0, 0x90, 0x49, 0x75, 0xf5, 0xcc];
    for every in 1..5 {
        let mut m = machine(&code);
        (m.cpu.regs[Eax], m.cpu.regs[Ecx]) = (0, 50);
        let mut watcher = Watcher { every: Some(every), ..Watcher::default() };
        engine::run(&mut m, &mut watcher, &Options::default(), u64::MAX);
        assert_eq!((m.cpu.regs[Eax], m.cpu.regs[Ecx]), (1, 0), "every {every}");
    }
}
