//! Specialisation by register: copies of the hottest instances in which the registers are constants,
//! so that neither their numbers nor their addresses are computed at run time.
//!
//! The gain justifies the code size for what compilers emit most: 32-bit moves, arithmetic and shifts
//! between registers, immediates and memory at a base register, and scalar double precision arithmetic.

use std::collections::BTreeSet;

use super::instance::{Argument, Instance, OperandType};

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
pub fn operands(function: &str, arguments: &[Argument]) -> Vec<OperandType> {
    let those = |wanted: fn(OperandType) -> bool| {
        let operands: BTreeSet<OperandType> = arguments.iter().filter_map(|argument| argument.operand()).collect();
        operands.into_iter().filter(|operand| wanted(*operand)).collect()
    };
    let has = |bits| arguments.contains(&Argument::Bits(bits));
    if HOT_SCALAR.contains(&function) && has(64) && arguments.contains(&Argument::Operand(OperandType::Xmm(0))) {
        return those(|operand| matches!(operand, OperandType::Xmm(0 | 1)));
    }
    let in_memory = arguments
        .iter()
        .any(|argument| matches!(argument, Argument::Operand(OperandType::Memory { indexed: false, .. })));
    let hot = HOT.contains(&function) && has(32) && !has(16) && (!in_memory || HOT_IN_MEMORY.contains(&function));
    if !hot {
        return Vec::new();
    }
    those(|operand| {
        matches!(operand, OperandType::Register(0 | 1) | OperandType::Memory { indexed: false, aligned: false })
    })
}

/// The names of those registers in the run-time index of the copies (`RegisterSlot`).
pub fn slots(instance: &Instance) -> Vec<&'static str> {
    let slot = |operand: &OperandType| match operand {
        OperandType::Register(0) | OperandType::Xmm(0) => "R0",
        OperandType::Register(_) | OperandType::Xmm(_) => "R1",
        _ => "Base",
    };
    instance.specialised.iter().map(slot).collect()
}

/// The registers of each copy, in the order of the copies: the first register changes slowest.
pub fn copies(instance: &Instance) -> impl Iterator<Item = Vec<u8>> {
    let count = instance.specialised.len() as u32;
    let registers = move |copy: usize| (0..count).rev().map(|place| (copy / 8_usize.pow(place) % 8) as u8).collect();
    (0..if count == 0 { 0 } else { 8_usize.pow(count) }).map(registers)
}
