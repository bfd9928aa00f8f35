//! What is read and written, operand by operand.

use iced_x86::{Instruction as Iced, InstructionInfoFactory, OpAccess};
use tab86::decode::Instruction;

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
