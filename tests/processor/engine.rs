//! The engine's promises: budgets stop exactly where asked, every mode gives the same states, code
//! that changes itself takes effect at the next instruction, faults leave no trace, and nothing
//! needs tail calls to be jumps.

use proptest::prelude::*;
use tab86::cpu::Register::{Eax, Ebx, Ecx, Edi, Esp};
use tab86::engine::{self, Environment, Options};
use tab86::engine::{Event, Exception, Machine};
use tab86::memory::Perm;

/// Every event ends the run.
struct Stop;

impl Environment for Stop {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

const CODE: u32 = 0x1000;
const DATA: u32 = 0x10_0000;

/// A machine with code, 64 KiB of data and a stack at its end.
fn machine(code: &[u8]) -> Machine {
    let mut m = Machine::default();
    m.memory.map(CODE, 0x2000, Perm::ALL);
    m.memory.map(DATA, 0x1_0000, Perm::READ | Perm::WRITE);
    m.memory.copy_in(CODE, code);
    m.cpu.eip = CODE;
    m.cpu.regs[Esp] = DATA + 0x8000;
    m.cpu.regs[Edi] = DATA;
    m
}

fn full() -> Options {
    Options::default()
}

/// Every way to work that gives the same states.
fn modes() -> [Options; 6] {
    [
        full(),
        Options { link: false, ..full() },
        Options { fuse: false, ..full() },
        Options { liveness: false, ..full() },
        Options { checked: true, ..full() },
        Options { block: 1, link: false, ..full() },
    ]
}

/// What a program can see of the processor.
fn state(m: &Machine) -> ([u32; 8], u32, u32) {
    let register = |number: u8| m.cpu.regs[number];
    (std::array::from_fn(|number| register(number as u8)), m.cpu.eip, m.cpu.eflags())
}

fn run(m: &mut Machine, options: &Options, budget: u64) -> Option<Event> {
    engine::run(m, &mut Stop, options, budget)
}

/// fib(n) by recursion, then `int3`: calls, returns, compares, pushes and pops.
fn fibonacci(n: u8) -> Vec<u8> {
    let mut code = vec![0xb8, n, 0, 0, 0, 0xe8, 1, 0, 0, 0, 0xcc];
    // f: cmp eax,2; jb out; push ebx; lea ebx,[eax-2]; dec eax; call f; xchg eax,ebx; call f;
    //    add eax,ebx; pop ebx; out: ret
    code.extend([0x83, 0xf8, 2, 0x72, 0x13, 0x53, 0x8d, 0x58, 0xfe, 0x48, 0xe8, 0xf1, 0xff, 0xff, 0xff]);
    code.extend([0x93, 0xe8, 0xeb, 0xff, 0xff, 0xff, 0x01, 0xd8, 0x5b, 0xc3]);
    code
}

#[test]
fn a_recursive_program_gives_the_same_in_every_mode() {
    for options in modes() {
        let mut m = machine(&fibonacci(15));
        assert_eq!(run(&mut m, &options, u64::MAX), Some(Event::Interrupt(3)), "{options:?}");
        assert_eq!(m.cpu.regs[Eax], 610, "{options:?}");
        // 987 calls that return at once, 986 that call twice, and three instructions around them.
        assert_eq!(m.executed(), 987 * 3 + 986 * 11 + 3, "{options:?}");
    }
}

#[test]
fn budgets_stop_exactly_where_asked() {
    let mut stepped = machine(&fibonacci(9));
    for count in 1..700 {
        assert_eq!(run(&mut stepped, &full(), 1), None);
        assert_eq!(stepped.executed(), count);
        let mut whole = machine(&fibonacci(9));
        assert_eq!(run(&mut whole, &full(), count), None);
        assert_eq!(state(&whole), state(&stepped), "after {count} instructions");
    }
}

#[test]
fn a_long_program_needs_little_stack() {
    let program = || {
        // mov ecx,300000; L: add eax,ecx; push eax; pop edx; dec ecx; jne L; int3
        let code = [0xb9, 0xe0, 0x93, 4, 0, 0x01, 0xc8, 0x50, 0x5a, 0x49, 0x75, 0xf9, 0xcc];
        let mut m = machine(&code);
        assert_eq!(run(&mut m, &full(), u64::MAX), Some(Event::Interrupt(3)));
        m.executed()
    };
    let small = std::thread::Builder::new().stack_size(768 << 10);
    assert_eq!(small.spawn(program).unwrap().join().unwrap(), 1_500_002);
}

#[test]
fn code_that_changes_its_own_block_takes_effect_at_the_next_instruction() {
    // mov byte [CODE+8],0x41; L: inc eax (becomes inc ecx); int3
    let code = [0xc6, 0x05, 0x07, 0x10, 0, 0, 0x41, 0x40, 0xcc];
    for options in modes() {
        let mut m = machine(&code);
        assert_eq!(run(&mut m, &options, 100), Some(Event::Interrupt(3)));
        assert_eq!((m.cpu.regs[Eax], m.cpu.regs[Ecx]), (0, 1), "{options:?}");
    }
}

#[test]
fn code_that_changes_a_block_run_before_is_translated_again() {
    let code = [
        0xb9, 3, 0, 0, 0,    // mov ecx,3
        0x40, // L: inc eax
        0x49, // dec ecx
        0x74, 0x09, // jz out
        0xc6, 0x05, 0x05, 0x10, 0, 0, 0x42, // mov byte [L],0x42 (inc edx)
        0xeb, 0xf3, // jmp L
        0xcc, // out
    ];
    for options in modes() {
        let mut m = machine(&code);
        assert_eq!(run(&mut m, &options, 100), Some(Event::Interrupt(3)));
        assert_eq!((m.cpu.regs[Eax], m.cpu.regs[2u8]), (1, 2), "{options:?}");
    }
}

#[test]
fn a_fault_behind_dropped_flags_shows_the_right_flags() {
    // stc; adc eax,eax; mov ecx,[0]; add eax,eax: the flags of ADC are live at the fault.
    let code = [0xf9, 0x11, 0xc0, 0x8b, 0x0d, 0, 0, 0, 0, 0x01, 0xc0, 0xcc];
    let mut states = Vec::new();
    for options in modes() {
        let mut m = machine(&code);
        m.cpu.regs[Eax] = 0x8000_0000;
        let event = run(&mut m, &options, 100);
        assert!(matches!(event, Some(Event::Fault(Exception::Page(fault))) if fault.address == 0), "{event:?}");
        assert_eq!(m.cpu.eip, CODE + 3);
        assert_eq!(m.cpu.eflags() & 0x8d5, 0x801, "OF and CF of the ADC");
        states.push(state(&m));
    }
    assert!(states.iter().all(|other| *other == states[0]));
}

#[test]
fn a_repeated_instruction_stops_inside_at_the_budget_and_goes_on() {
    // rep stosb; int3
    let mut m = machine(&[0xf3, 0xaa, 0xcc]);
    (m.cpu.regs[Ecx], m.cpu.regs[Eax]) = (5000, 0x5a);
    assert_eq!(run(&mut m, &full(), 1234), None);
    assert_eq!((m.cpu.regs[Ecx], m.cpu.regs[Edi], m.cpu.eip), (5000 - 1234, DATA + 1234, CODE));
    assert_eq!(run(&mut m, &full(), u64::MAX), Some(Event::Interrupt(3)));
    assert_eq!((m.cpu.regs[Ecx], m.cpu.regs[Edi], m.executed()), (0, DATA + 5000, 5001));
}

#[test]
fn the_trap_flag_stops_behind_the_next_instruction() {
    // pushfd; or byte [esp+1],1; popfd; nop; nop
    let mut m = machine(&[0x9c, 0x80, 0x4c, 0x24, 1, 1, 0x9d, 0x90, 0x90]);
    assert_eq!(run(&mut m, &full(), 100), Some(Event::Fault(Exception::Debug)));
    assert_eq!(m.cpu.eip, CODE + 8);
}

/// Between two blocks sends control elsewhere once, as the delivery of a signal does.
struct Detour {
    entered: u32,
}

impl Environment for Detour {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        self.entered += 1;
        if self.entered == 2 {
            assert_eq!(m.cpu.eip, CODE + 5, "the loop's exit is about to be linked");
            m.cpu.eip = CODE + 16;
        }
        true
    }
}

#[test]
fn a_detour_between_blocks_is_no_exit_of_theirs() {
    // mov ecx,5; again: inc eax; dec ecx; jnz again; int 0x80; …; the detour: inc ebx; jmp again
    let code = [0xb9, 5, 0, 0, 0, 0x40, 0x49, 0x75, 0xfc, 0xcd, 0x80, 0x90, 0x90, 0x90, 0x90, 0x90, 0x43, 0xeb, 0xf2];
    let mut m = machine(&code);
    m.cpu.regs[Eax] = 0;
    m.cpu.regs[Ebx] = 0;
    let event = engine::run(&mut m, &mut Detour { entered: 0 }, &full(), 1000);
    assert_eq!(event, Some(Event::Interrupt(0x80)));
    assert_eq!([m.cpu.regs[Eax], m.cpu.regs[Ebx]], [5, 1], "five rounds, one detour");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Random bytes never panic, never run past the budget, and every mode agrees on them.
    #[test]
    fn random_programs_agree_in_every_mode(code in proptest::collection::vec(any::<u8>(), 1..64), budget in 0_u64..300) {
        let mut outcomes = modes().map(|options| {
            let mut m = machine(&code);
            for number in 0..8_u8 {
                if number != 4 {
                    m.cpu.regs[number] = DATA + 0x100 * u32::from(number);
                }
            }
            let event = run(&mut m, &options, budget);
            prop_assert!(m.executed() <= budget);
            Ok((event, state(&m), m.executed()))
        }).into_iter();
        let first = outcomes.next().unwrap()?;
        for other in outcomes {
            prop_assert_eq!(&other?, &first);
        }
    }
}
