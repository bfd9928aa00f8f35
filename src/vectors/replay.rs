//! Replaying: puts the machine into a vector's initial state, lets the engine run, and compares.

use crate::cpu::{Cpu, Register, Segment, SegmentDescriptor};
use crate::engine::{self, Environment, Options};
use crate::instructions::{Event, Exception, Machine};
use crate::memory::{Access, PAGE_SIZE};

use super::compare::{self, Difference, End};
use super::float;
use super::format::{Header, SetKind, TestVector};
use super::image::Image;

/// How the engine works while it replays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// One instruction at a time.
    Step,
    /// Whole blocks, neither linked nor fused, with every flag stored.
    Blocks,
    /// As fast as it goes.
    Full,
    /// Blocks in which every access is checked the long way.
    Checked,
}

impl Mode {
    /// All of them.
    pub const ALL: [Mode; 4] = [Mode::Step, Mode::Blocks, Mode::Full, Mode::Checked];

    /// What the engine is told.
    pub fn options(self) -> Options {
        let full = Options::default();
        match self {
            Mode::Step => Options { block: 1, link: false, liveness: false, fuse: false, ..full },
            Mode::Blocks => Options { link: false, liveness: false, fuse: false, ..full },
            Mode::Full => full,
            Mode::Checked => Options { checked: true, ..full },
        }
    }
}

/// What came of a vector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The state is the processor's.
    Passed,
    /// It is, but for approximations, which are within their tolerance.
    Near,
    /// It is not.
    Failed(Vec<Difference>),
    /// It was not tried.
    Skipped(Skip),
}

/// Why a vector was not tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Skip {
    /// A row of the table, by index, has no handler.
    Unimplemented(u16),
}

/// Instructions after which a vector is given up: far more than any takes.
const PATIENCE: u64 = 1 << 20;

/// `int3`, which ends a sequence and is put behind single instructions.
const BREAKPOINT: u8 = 0xcc;

/// A machine for the vectors of one file.
pub struct Replayer {
    kind: SetKind,
    /// The registers that are the same in every vector.
    cpu: Cpu,
    machine: Machine,
    image: Image,
}

/// Every event ends the run.
struct StopAtEvent;

impl Environment for StopAtEvent {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

impl Replayer {
    /// A machine with the memory and the segments of a file.
    pub fn new(header: &Header) -> Replayer {
        let mut machine = Machine::default();
        let image = Image::map(&header.regions, &mut machine.memory);
        Replayer { kind: header.kind, cpu: processor(header), machine, image }
    }

    /// Replays one vector and compares the state with the processor's.
    pub fn replay(&mut self, vector: &TestVector, mode: Mode) -> Verdict {
        match self.attempt(vector, mode, mode != Mode::Step) {
            Verdict::Failed(_) if self.reads_behind(vector) => self.attempt(vector, mode, false),
            outcome => outcome,
        }
    }

    /// Replays one vector, with or without a breakpoint behind a single instruction.
    fn attempt(&mut self, vector: &TestVector, mode: Mode, breakpoint: bool) -> Verdict {
        self.prepare(vector);
        let stop = self.plan(vector, breakpoint);
        let event = self.execute(vector, mode, stop);
        let outcome = match event {
            Some(Event::Fault(Exception::Unimplemented(row))) => Verdict::Skipped(Skip::Unimplemented(row)),
            event => self.compare(vector, event, stop),
        };
        self.restore(vector, stop);
        if outcome != Verdict::Passed {
            self.repair();
        }
        outcome
    }

    /// Whether a single instruction reads the byte where the breakpoint would be.
    fn reads_behind(&mut self, vector: &TestVector) -> bool {
        let Some(stop) = vector.last.eip.filter(|_| self.kind == SetKind::Single) else { return false };
        self.prepare(vector);
        self.machine.memory.set_watch(true);
        self.execute(vector, Mode::Step, None);
        let accesses = self.machine.memory.take_events();
        self.machine.memory.set_watch(false);
        self.restore(vector, None);
        self.repair();
        accesses.iter().any(|&(address, length, access)| access == Access::Read && stop.wrapping_sub(address) < length)
    }

    /// The initial state; the image becomes the final one.
    fn prepare(&mut self, vector: &TestVector) {
        let cpu = &mut self.machine.cpu;
        cpu.clone_from(&self.cpu);
        for (register, value) in Register::ALL.into_iter().zip(vector.initial.registers()) {
            cpu.regs[register] = value.unwrap_or(0);
        }
        cpu.eip = start(vector);
        cpu.set_eflags(vector.initial.eflags.unwrap_or(0));
        float::load(&vector.initial, cpu);
        self.poke(start(vector), &vector.bytes.0);
        for (address, bytes) in &vector.initial.mem {
            self.poke(*address, &bytes.0);
        }
        for (address, bytes) in &vector.last.mem {
            self.image.write(*address, &bytes.0);
        }
    }

    /// Writes to the machine and to the image alike.
    fn poke(&mut self, address: u32, bytes: &[u8]) {
        self.machine.memory.copy_in(address, bytes);
        self.image.write(address, bytes);
    }

    /// The address of the breakpoint that ends the run. A single instruction gets one where it
    /// should go on, so that it runs as part of a block; without one it gets a budget.
    fn plan(&mut self, vector: &TestVector, breakpoint: bool) -> Option<u32> {
        let stop = vector.last.eip.filter(|_| vector.exception.is_none())?;
        if self.kind == SetKind::Sequences {
            return Some(stop);
        }
        let inside = stop.wrapping_sub(start(vector)) < vector.bytes.0.len() as u32;
        let executable = self.machine.memory.check(stop, 1, Access::Fetch).is_ok();
        if !breakpoint || inside || !executable {
            return None;
        }
        self.poke(stop, &[BREAKPOINT]);
        Some(stop)
    }

    fn execute(&mut self, vector: &TestVector, mode: Mode, stop: Option<u32>) -> Option<Event> {
        let options = mode.options();
        if stop.is_some() || self.kind == SetKind::Sequences {
            return engine::run(&mut self.machine, &mut StopAtEvent, &options, PATIENCE);
        }
        // Each iteration of a repeated instruction counts as one.
        let start = start(vector);
        let repeated = self.is_repeated(start);
        for _ in 0..PATIENCE {
            let event = engine::run(&mut self.machine, &mut StopAtEvent, &options, 1);
            if event.is_some() || !repeated || self.machine.cpu.eip != start {
                return event;
            }
        }
        None
    }

    fn is_repeated(&mut self, eip: u32) -> bool {
        let instruction = engine::decode(&mut self.machine, eip);
        instruction.is_ok_and(|instruction| {
            instruction.prefixes.repeat.is_some() && instruction.row().prefixes.starts_with("REP")
        })
    }

    fn compare(&mut self, vector: &TestVector, event: Option<Event>, stop: Option<u32>) -> Verdict {
        let expected = End::expected(vector);
        let got = self.end(event, stop);
        let mut differences = compare::registers(vector, &self.machine.cpu);
        let floats = float::compare(vector, &self.machine.cpu);
        differences.extend(floats.differences);
        for &(address, length) in &vector.ignore_mem {
            self.ignore(address, length);
        }
        differences.extend(self.image.differences(&mut self.machine.memory));
        if expected != got {
            differences.insert(0, Difference::End { expected, got });
        }
        match differences.is_empty() {
            true if floats.near => Verdict::Near,
            true => Verdict::Passed,
            false => Verdict::Failed(differences),
        }
    }

    /// How it ended; at the breakpoint, EIP is put back to it.
    fn end(&mut self, event: Option<Event>, stop: Option<u32>) -> End {
        let cpu = &mut self.machine.cpu;
        match (event, stop) {
            (Some(Event::Interrupt(3)), Some(stop)) if cpu.eip == stop.wrapping_add(1) => {
                cpu.eip = stop;
                End::Completed
            }
            (Some(event), _) => End::from_event(event),
            (None, Some(_)) => End::Unfinished,
            (None, None) => End::Completed,
        }
    }

    /// Expects whatever is there, in at most a page.
    fn ignore(&mut self, address: u32, length: u32) {
        let mut bytes = vec![0; (length as usize).min(PAGE_SIZE)];
        if self.machine.memory.read(address, &mut bytes).is_ok() {
            self.image.write(address, &bytes);
        }
    }

    /// Whatever the vector lists is zero again.
    fn restore(&mut self, vector: &TestVector, stop: Option<u32>) {
        let listed =
            vector.initial.mem.iter().chain(&vector.last.mem).map(|(address, bytes)| (*address, bytes.0.len()));
        let ignored = vector.ignore_mem.iter().map(|&(address, length)| (address, (length as usize).min(PAGE_SIZE)));
        let code = [(start(vector), vector.bytes.0.len()), (stop.unwrap_or(start(vector)), 1)];
        for (address, length) in listed.chain(ignored).chain(code) {
            self.poke(address, &vec![0; length]);
        }
    }

    /// Whatever was changed by mistake is zero again.
    fn repair(&mut self) {
        for difference in self.image.differences(&mut self.machine.memory) {
            if let Difference::Bytes { address, expected, .. } = difference {
                self.machine.memory.copy_in(address, &expected);
            }
        }
    }
}

fn start(vector: &TestVector) -> u32 {
    vector.initial.eip.unwrap_or(0)
}

/// The processor with a file's segments.
fn processor(header: &Header) -> Cpu {
    let mut cpu = Cpu::default();
    let (code, data) = (0xb, 0x3);
    let selectors = header.selectors;
    let mut load = |segment, selector: u16, base, kind| {
        let descriptor = SegmentDescriptor::user(base, u32::MAX, kind, true);
        let table = if selector & 4 == 0 { &mut cpu.gdt } else { &mut cpu.ldt };
        let index = usize::from(selector >> 3);
        table.resize(table.len().max(index + 1), SegmentDescriptor::default());
        table[index] = descriptor;
        cpu.set_segment(segment, selector, descriptor);
    };
    load(Segment::Cs, selectors.cs, 0, code);
    load(Segment::Ds, selectors.ds, 0, data);
    load(Segment::Es, selectors.es, 0, data);
    load(Segment::Ss, selectors.ss, 0, data);
    load(Segment::Fs, header.fs.selector, header.fs.base, data);
    load(Segment::Gs, header.gs.selector, header.gs.base, data);
    cpu
}
