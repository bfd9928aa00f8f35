//! Running a few instructions in every mode of the engine.

use tab86::cpu::Register;
use tab86::engine::{self, Environment, Options};
use tab86::engine::{Event, Machine};
use tab86::memory::Perm;

/// Whatever happens ends the run.
pub struct Stop;

impl Environment for Stop {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

/// Where the program begins.
pub const CODE: u32 = 0x1000;
/// A page of data.
pub const DATA: u32 = 0x2000;

/// A machine that will run the code and then stop at an interrupt.
pub fn machine(code: &[u8]) -> Machine {
    let mut m = Machine::default();
    m.memory.map(CODE, 0x1000, Perm::ALL);
    m.memory.map(DATA, 0x1000, Perm::ALL);
    m.memory.copy_in(CODE, code);
    m.memory.copy_in(CODE + code.len() as u32, &[0xcd, 0x80]);
    m.cpu.eip = CODE;
    m
}

/// Full speed, single steps, every access checked, every flag stored.
pub fn modes() -> [Options; 4] {
    let full = Options::default();
    let step = Options { block: 1, link: false, liveness: false, fuse: false, ..full };
    [full, step, Options { checked: true, ..full }, Options { liveness: false, ..full }]
}

/// Runs to the end of the code or a fault, in every mode, and gives the last state, which must be
/// the same in all of them.
pub fn run(start: &Machine) -> (Machine, Event) {
    let [full, others @ ..] = modes().map(|options| {
        let mut m = start.clone();
        let event = engine::run(&mut m, &mut Stop, &options, 1000).expect("an end within 1000 instructions");
        (state(&mut m), m, event)
    });
    for other in others {
        assert_eq!((&full.0, full.2), (&other.0, other.2), "the modes disagree");
    }
    (full.1, full.2)
}

/// All that a program can see, after a run.
fn state(m: &mut Machine) -> impl PartialEq + std::fmt::Debug + use<> {
    let registers = Register::ALL.map(|register| m.cpu.regs[register]);
    let mut data = vec![0; 0x1000];
    m.memory.read(DATA, &mut data).expect("mapped");
    let written: Vec<(usize, u8)> = data.into_iter().enumerate().filter(|(_, byte)| *byte != 0).collect();
    let vectors = [0, 1, 2, 3, 4, 5, 6, 7].map(|register| m.cpu.vectors[register]);
    (registers, vectors, m.cpu.mxcsr.word(), m.cpu.eflags(), m.cpu.eip, m.executed(), written)
}

/// The byte at an address.
pub fn byte(m: &Machine, address: u32) -> u8 {
    m.memory.clone().load(address).expect("mapped")
}
