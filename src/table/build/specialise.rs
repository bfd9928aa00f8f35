//! Specialisation by register: copies of the hottest instances in which the registers are constants,
//! so that neither their numbers nor their addresses are computed at run time.
//!
//! Worth it for what compilers emit all the time: 32-bit moves, arithmetic and shifts between
//! registers, immediates and memory at a base register, and for scalar double precision arithmetic.
//! Elsewhere the general instance serves.

use std::collections::BTreeSet;

use super::instance::{Argument, Instance, Operand};

/// Functions whose 32-bit instances are specialised.
const HOT: [&str; 22] = [
    "mov", "add", "sub", "and", "or", "xor", "cmp", "test", "inc", "dec", "push", "pop", "lea", "shl", "shr", "sar",
    "rol", "ror", "neg", "imul_2", "movzx", "movsx",
];

/// Those of them that are specialised with a memory operand too.
const HOT_IN_MEMORY: [&str; 7] = ["mov", "movzx", "movsx", "lea", "cmp", "add", "imul_2"];

/// Functions whose instances for 64-bit numbers in XMM registers are specialised.
const HOT_SCALAR: [&str; 3] = ["adds", "subs", "muls"];

/// The operands whose registers are constants in the copies; none if there are no copies.
pub fn operands(function: &str, arguments: &[Argument]) -> Vec<Operand> {
    let those = |wanted: fn(Operand) -> bool| {
        let operands: BTreeSet<Operand> = arguments.iter().filter_map(|argument| argument.operand()).collect();
        operands.into_iter().filter(|operand| wanted(*operand)).collect()
    };
    let has = |bits| arguments.contains(&Argument::Bits(bits));
    if HOT_SCALAR.contains(&function) && has(64) && arguments.contains(&Argument::Operand(Operand::Xmm(0))) {
        return those(|operand| matches!(operand, Operand::Xmm(0 | 1)));
    }
    let in_memory =
        arguments.iter().any(|argument| matches!(argument, Argument::Operand(Operand::Memory { indexed: false, .. })));
    let hot = HOT.contains(&function) && has(32) && !has(16) && (!in_memory || HOT_IN_MEMORY.contains(&function));
    if !hot {
        return Vec::new();
    }
    those(|operand| matches!(operand, Operand::Register(0 | 1) | Operand::Memory { indexed: false, aligned: false }))
}

/// What the run-time index of the copies calls those registers.
pub fn slots(instance: &Instance) -> Vec<&'static str> {
    let slot = |operand: &Operand| match operand {
        Operand::Register(0) | Operand::Xmm(0) => "R0",
        Operand::Register(_) | Operand::Xmm(_) => "R1",
        _ => "Base",
    };
    instance.specialised.iter().map(slot).collect()
}

/// The registers of every copy, by its number: the first one changes slowest.
pub fn copies(instance: &Instance) -> impl Iterator<Item = Vec<u8>> {
    let count = instance.specialised.len() as u32;
    let registers = move |copy: usize| (0..count).rev().map(|place| (copy / 8_usize.pow(place) % 8) as u8).collect();
    (0..if count == 0 { 0 } else { 8_usize.pow(count) }).map(registers)
}
