//! How numbers, bytes and registers are written, wherever they are shown.

use std::fmt::Write;

use crate::cpu::{Flag, Register, Segment};
use crate::decode::Instruction;
use crate::engine::Machine;

/// The flags of EFLAGS by the manual's names, in the order in which debuggers show them.
const FLAGS: [(Flag, &str); 13] = [
    (Flag::Overflow, "OF"),
    (Flag::Direction, "DF"),
    (Flag::Sign, "SF"),
    (Flag::Zero, "ZF"),
    (Flag::Adjust, "AF"),
    (Flag::Parity, "PF"),
    (Flag::Carry, "CF"),
    (Flag::Trap, "TF"),
    (Flag::Interrupt, "IF"),
    (Flag::NestedTask, "NT"),
    (Flag::Resume, "RF"),
    (Flag::AlignmentCheck, "AC"),
    (Flag::Identification, "ID"),
];

/// Bytes in hex, a space between them.
pub fn bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(3 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x} ");
    }
    text.truncate(text.trim_end().len());
    text
}

/// The bytes of an instruction that was decoded from memory.
pub fn instruction_bytes(machine: &mut Machine, instruction: &Instruction) -> String {
    let mut code = vec![0; usize::from(instruction.length)];
    let base = machine.cpu.segments[Segment::Cs as usize].descriptor.base();
    machine.memory.fetch(base.wrapping_add(instruction.eip), &mut code);
    bytes(&code)
}

/// A general-purpose register as assemblers name it.
pub fn register(register: Register) -> String {
    format!("{register:?}").to_lowercase()
}

/// A segment register as assemblers name it.
pub fn segment(segment: Segment) -> String {
    format!("{segment:?}").to_lowercase()
}

/// The flags of EFLAGS that are set, by name.
pub fn flags(eflags: u32) -> String {
    let set = FLAGS.iter().filter(|(flag, _)| eflags & flag.mask() != 0);
    set.map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
}

/// The flags that differ between two values of EFLAGS, each with its new value.
pub fn changed_flags(before: u32, after: u32) -> impl Iterator<Item = (&'static str, bool)> {
    let changed = FLAGS.iter().filter(move |(flag, _)| (before ^ after) & flag.mask() != 0);
    changed.map(move |(flag, name)| (*name, after & flag.mask() != 0))
}
