//! Repeated string instructions, which work a page at a time, against a model that takes one element
//! after the other: random addresses around page boundaries, overlaps, both directions, faults in
//! the middle, and budgets that end anywhere.

use proptest::prelude::*;

use tab86::cpu::{Flag, Register};
use tab86::engine::{self, Environment, Options};
use tab86::engine::{Event, Exception, Machine};
use tab86::memory::Perm;

const CODE: u32 = 0x1000;
/// Four pages, of which the last may only be read; around them nothing is mapped.
const DATA: u32 = 0x1_0000;
const SIZE: u32 = 0x4000;
const READ_ONLY: u32 = DATA + 0x3000;

struct Stop;

impl Environment for Stop {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

/// Which instruction: the last hex digits of its opcodes, byte form.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Movs = 0xa4,
    Cmps = 0xa6,
    Stos = 0xaa,
    Lods = 0xac,
    Scas = 0xae,
}

#[derive(Clone, Debug)]
struct Case {
    kind: Kind,
    size: u32,
    repne: bool,
    down: bool,
    count: u32,
    source: u32,
    destination: u32,
    accumulator: u32,
    bytes: Vec<u8>,
}

impl Case {
    fn program(&self) -> Vec<u8> {
        let prefix = if self.repne { 0xf2 } else { 0xf3 };
        let opcode = self.kind as u8 | u8::from(self.size > 1);
        let breakpoint = 0xcc;
        match self.size {
            2 => vec![0x66, prefix, opcode, breakpoint],
            _ => vec![prefix, opcode, breakpoint],
        }
    }

    fn machine(&self) -> Machine {
        let mut m = Machine::default();
        m.memory.map(CODE, 0x1000, Perm::READ | Perm::EXECUTE);
        m.memory.copy_in(CODE, &self.program());
        m.memory.map(DATA, SIZE, Perm::READ | Perm::WRITE);
        m.memory.copy_in(DATA, &self.bytes);
        m.memory.protect(READ_ONLY, 0x1000, Perm::READ);
        m.cpu.eip = CODE;
        m.cpu.regs[Register::Ecx] = self.count;
        m.cpu.regs[Register::Esi] = self.source;
        m.cpu.regs[Register::Edi] = self.destination;
        m.cpu.regs[Register::Eax] = self.accumulator;
        m.cpu.set_flag(Flag::Direction, self.down);
        m
    }
}

/// What should happen, element by element.
struct Model {
    case: Case,
    count: u32,
    source: u32,
    destination: u32,
    accumulator: u32,
    equal: Option<bool>,
}

/// How one element ended.
#[derive(PartialEq, Debug)]
enum End {
    More,
    Done,
    Fault(u32),
}

impl Model {
    fn new(case: &Case) -> Model {
        Model {
            case: case.clone(),
            count: case.count,
            source: case.source,
            destination: case.destination,
            accumulator: case.accumulator,
            equal: None,
        }
    }

    fn check(&self, at: u32, end: u32) -> Result<(), u32> {
        (at..at + self.case.size).find(|byte| !(DATA..end).contains(byte)).map_or(Ok(()), Err)
    }

    fn load(&self, at: u32) -> Result<u32, u32> {
        self.check(at, DATA + SIZE)?;
        let bytes = &self.case.bytes[(at - DATA) as usize..][..self.case.size as usize];
        Ok(bytes.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte)))
    }

    fn store(&mut self, at: u32, value: u32) -> Result<(), u32> {
        self.check(at, READ_ONLY)?;
        let size = self.case.size as usize;
        self.case.bytes[(at - DATA) as usize..][..size].copy_from_slice(&value.to_le_bytes()[..size]);
        Ok(())
    }

    fn element(&mut self) -> Result<(), u32> {
        let mask = u32::MAX >> (32 - 8 * self.case.size);
        let accumulator = self.accumulator & mask;
        match self.case.kind {
            Kind::Movs => {
                let value = self.load(self.source)?;
                self.store(self.destination, value)?;
            }
            Kind::Cmps => self.equal = Some(self.load(self.source)? == self.load(self.destination)?),
            Kind::Scas => self.equal = Some(accumulator == self.load(self.destination)?),
            Kind::Stos => self.store(self.destination, accumulator)?,
            Kind::Lods => self.accumulator = self.accumulator & !mask | self.load(self.source)?,
        }
        Ok(())
    }

    fn step(&mut self) -> End {
        if self.count == 0 {
            return End::Done;
        }
        if let Err(address) = self.element() {
            return End::Fault(address);
        }
        let by = if self.case.down { self.case.size.wrapping_neg() } else { self.case.size };
        if matches!(self.case.kind, Kind::Movs | Kind::Cmps | Kind::Lods) {
            self.source = self.source.wrapping_add(by);
        }
        if self.case.kind != Kind::Lods {
            self.destination = self.destination.wrapping_add(by);
        }
        self.count -= 1;
        if self.count == 0 || self.equal == Some(self.case.repne) { End::Done } else { End::More }
    }

    /// At most so many elements; the answer is how many were done and how it ended.
    fn run(&mut self, budget: u64) -> (u64, End) {
        for done in 0..budget {
            match self.step() {
                End::More => {}
                End::Done => return (done + 1, End::Done),
                fault => return (done, fault),
            }
        }
        (budget, End::More)
    }

    fn assert_same(&self, m: &mut Machine) {
        let registers =
            [Register::Ecx, Register::Esi, Register::Edi, Register::Eax].map(|register| m.cpu.regs[register]);
        assert_eq!(registers, [self.count, self.source, self.destination, self.accumulator]);
        if let Some(equal) = self.equal {
            assert_eq!(m.cpu.flag(Flag::Zero), equal);
        }
        let mut bytes = vec![0; SIZE as usize];
        m.memory.read(DATA, &mut bytes).unwrap();
        assert!(bytes == self.case.bytes, "memory differs");
    }
}

/// Runs a case with a budget and holds machine against model.
fn check(case: &Case, options: &Options, budget: u64) {
    let mut m = case.machine();
    let event = engine::run(&mut m, &mut Stop, options, budget);
    let mut model = Model::new(case);
    let (done, end) = model.run(budget);
    model.assert_same(&mut m);
    match end {
        End::Fault(address) => {
            let Some(Event::Fault(Exception::Page(fault))) = event else { panic!("{event:?}") };
            assert_eq!((fault.address, m.cpu.eip, m.executed()), (address, CODE, done));
        }
        End::More => assert_eq!((event, m.cpu.eip, m.executed()), (None, CODE, done)),
        // The instruction itself counts even if it does nothing.
        End::Done if done == budget => assert_eq!((event, m.executed()), (None, done)),
        End::Done => assert_eq!((event, m.executed()), (Some(Event::Interrupt(3)), done + 1)),
    }
}

fn cases() -> impl Strategy<Value = Case> {
    let kind =
        prop::sample::select(vec![Kind::Movs, Kind::Movs, Kind::Movs, Kind::Cmps, Kind::Stos, Kind::Lods, Kind::Scas]);
    let size = prop::sample::select(vec![1_u32, 2, 4]);
    // All different, or mostly one value, so that comparisons get far.
    let bytes = prop_oneof![prop::collection::vec(any::<u8>(), SIZE as usize), Just(vec![7; SIZE as usize])];
    let odd = prop::collection::vec((0..SIZE as usize, any::<u8>()), 0..8);
    let at = prop_oneof![DATA..DATA + SIZE, DATA + 0xfe0..DATA + 0x1020, DATA + 0x2f00..DATA + 0x3000];
    let distance = prop_oneof![-5_i32..6, -0x3000..0x3000_i32];
    let flags = (any::<bool>(), any::<bool>(), prop_oneof![0_u32..40, 0..6000_u32]);
    (kind, size, bytes, odd, at, distance, flags, any::<u8>()).prop_map(
        |(kind, size, mut bytes, odd, source, distance, (repne, down, count), accumulator)| {
            odd.into_iter().for_each(|(at, byte)| bytes[at] = byte);
            let destination = source.wrapping_add_signed(distance);
            let accumulator = if accumulator < 200 { 0x0707_0707 } else { u32::from(accumulator) };
            Case { kind, size, repne, down, count, source, destination, accumulator, bytes }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_page_at_a_time_is_one_element_after_the_other(case in cases(), budget in 1_u64..3000) {
        let full = Options::default();
        check(&case, &full, 1 << 20);
        check(&case, &full, budget);
        check(&case, &Options { checked: true, ..full }, budget);
    }
}

fn movs(size: u32, count: u32, source: u32, destination: u32) -> Case {
    let bytes = (0..SIZE).map(|at| (at * 7 + (at >> 8)) as u8).collect();
    Case { kind: Kind::Movs, size, repne: false, down: false, count, source, destination, accumulator: 0, bytes }
}

#[test]
fn budgets_end_between_any_two_elements() {
    for budget in 1..=61 {
        check(&movs(4, 60, DATA + 0xf80, DATA + 0x1f41), &Options::default(), budget);
    }
}

#[test]
fn copies_onto_their_own_source_repeat_it() {
    for (size, distance) in [1, 2, 4].into_iter().flat_map(|size| (-9..=9).map(move |distance| (size, distance))) {
        let source = DATA + 0xfb0;
        check(&movs(size, 50, source, source.wrapping_add_signed(distance)), &Options::default(), 100);
    }
}

/// `rep stosb` over the byte behind itself, and on: the new bytes are executed.
#[test]
fn stores_into_code_take_effect_behind_the_instruction() {
    let mut m = Machine::default();
    m.memory.map(CODE, 0x1000, Perm::ALL);
    m.memory.copy_in(CODE, &[0xf3, 0xaa, 0xcc, 0xcc, 0xcc, 0xcc]);
    m.cpu.eip = CODE;
    m.cpu.regs[Register::Edi] = CODE + 2;
    m.cpu.regs[Register::Ecx] = 3;
    m.cpu.regs[Register::Eax] = 0x42; // inc edx
    let event = engine::run(&mut m, &mut Stop, &Options::default(), 100);
    assert_eq!(event, Some(Event::Interrupt(3)));
    assert_eq!((m.cpu.regs[Register::Edx], m.cpu.eip), (3, CODE + 6));
}
