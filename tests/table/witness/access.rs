//! What is read and written, operand by operand.

use iced_x86::{Instruction as Iced, InstructionInfoFactory, OpAccess};
use tab86::decode::Instruction;
use tab86::table::notation::{OperandKind, RegisterClass};

/// The access column, without the operands in angle brackets.
pub fn ours(instruction: &Instruction) -> Vec<String> {
    let shown = instruction.row().operands.iter().filter(|operand| !operand.hidden);
    shown.map(|operand| operand.access.to_string()).collect()
}

/// iced's access in the letters of the column, for `count` printed operands.
pub fn iced(factory: &mut InstructionInfoFactory, instruction: &Iced, count: usize) -> Vec<String> {
    let all = instruction.op_count();
    let info = factory.info(instruction);
    let kept = (0..all).filter(|operand| all as usize == count || !super::operands::is_fixed(instruction, *operand));
    kept.map(|operand| letters(info.op_access(operand)).to_string()).collect()
}

/// Whether they agree. A destination with an opmask is written under a condition, which the row does not
/// say; with merging-masking a vector register is read as well.
pub fn agree(instruction: &Instruction, ours: &[String], iced: &[String]) -> bool {
    let (Some((ours, our_rest)), Some((iced, iced_rest))) = (ours.split_first(), iced.split_first()) else {
        return ours == iced;
    };
    let Some(evex) = instruction.vex.and_then(|vex| vex.evex).filter(|evex| evex.mask != 0) else {
        return ours == iced && our_rest == iced_rest;
    };
    let vector = match instruction.row().operands[0].kind {
        OperandKind::Register(class, None) => class != RegisterClass::Mask,
        OperandKind::Register(_, Some(_)) => instruction.memory.is_none(),
        _ => false,
    };
    let merged = if vector && !evex.zeroing && ours == "w" { "rw" } else { ours };
    merged == iced.replace('c', "") && our_rest == iced_rest
}

fn letters(access: OpAccess) -> &'static str {
    match access {
        OpAccess::Read => "r",
        OpAccess::Write => "w",
        OpAccess::ReadWrite => "rw",
        OpAccess::CondRead => "cr",
        OpAccess::CondWrite => "cw",
        OpAccess::ReadCondWrite => "rcw",
        OpAccess::None | OpAccess::NoMemAccess => "n",
    }
}
