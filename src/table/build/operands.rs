//! Which operands of a row the parameters of its handler stand for, and the type of each.

use super::super::handler::Shape;
use super::super::notation::{OperandEncoding, OperandKind, RegisterClass};
use super::super::schema::{ParsedRow, TableError};
use super::instance::OperandType;
use super::maps::bits;
use super::signature::Signature;

/// The types of the operands of the row that the signature's operand parameters stand for.
///
/// # Errors
/// A row with fewer operands than the handler takes.
pub fn arguments(row: &ParsedRow, signature: &Signature, shape: Shape) -> Result<Vec<OperandType>, TableError> {
    let wanted = signature.operands().count();
    let positions = taken(row, signature);
    let top = implies_top(row, signature).then_some(OperandType::Top);
    if wanted > positions.len() + usize::from(top.is_some()) {
        return Err(row.error(format!(
            "has {} operands, but its handler takes {wanted}; write the operands, or another handler",
            row.instruction.operands.len()
        )));
    }
    Ok(top.into_iter().chain(positions.into_iter().map(|at| operand(row, at, shape))).take(wanted).collect())
}

/// The positions of the operands that a handler's parameters stand for. A legacy vector instruction
/// whose destination is its first source too serves the same function as the VEX instruction that
/// names them apart: there the first operand counts twice.
pub fn taken(row: &ParsedRow, signature: &Signature) -> Vec<usize> {
    let wanted = signature.operands().count();
    let operands = &row.instruction.operands;
    let plain = operands.iter().filter(|operand| !matches!(operand.kind, OperandKind::Immediate(_))).count();
    let vector = operands.first().is_some_and(|first| vector_bits(first.kind).is_some());
    let wants_more = wanted == plain + 1 || wanted == operands.len() + 1;
    let twice = vector && row.opcode.vex.is_none() && row.raw.access.starts_with("rw") && wants_more;
    (0..usize::from(twice)).map(|_| 0).chain(0..operands.len()).collect()
}

/// Whether a handler takes ST(0) as destination, and the row leaves it out (`FADD m32fp`).
pub fn implies_top(row: &ParsedRow, signature: &Signature) -> bool {
    let mut wanted = signature.operands();
    let stack = wanted.next().is_some_and(|first| first.width() == Some("StackIndex"));
    stack && wanted.count() == row.instruction.operands.len()
}

/// The width of a vector register operand.
pub fn vector_bits(kind: OperandKind) -> Option<u16> {
    match kind {
        OperandKind::Register(RegisterClass::Mm | RegisterClass::Xmm | RegisterClass::Ymm, _) => Some(bits(kind)),
        _ => None,
    }
}

/// Shift counts in a register are always in CL, so that a constant is worth while. The accumulator is
/// bound like any other register, to share instances.
const CL: u8 = 1;

/// Its slot (`Registers::byte_slot`).
const CL_SLOT: u8 = 4;

fn operand(row: &ParsedRow, position: usize, shape: Shape) -> OperandType {
    let operand = &row.instruction.operands[position];
    let vex = row.opcode.vex.is_some();
    let memory = || OperandType::memory(row.is_aligned(operand), shape);
    match operand.kind {
        OperandKind::Register(_, Some(_)) if operand.encoding == OperandEncoding::Rm && shape != Shape::Register => {
            memory()
        }
        OperandKind::Memory(_) | OperandKind::VectorMemory(..) | OperandKind::Offset(_) => memory(),
        OperandKind::Immediate(_) | OperandKind::Constant(_) | OperandKind::Relative(_) | OperandKind::Far(_) => {
            OperandType::Immediate
        }
        OperandKind::Fixed(RegisterClass::Gpr8, CL) => OperandType::Gpr(CL_SLOT),
        OperandKind::Fixed(RegisterClass::St, _) => OperandType::Top,
        OperandKind::Register(RegisterClass::St, _) => OperandType::Stack(position),
        _ if operand.encoding == OperandEncoding::Is4 => OperandType::InImmediate,
        OperandKind::Register(RegisterClass::Xmm, _) if vex => OperandType::VexXmm(position),
        OperandKind::Register(RegisterClass::Xmm, _) | OperandKind::Fixed(RegisterClass::Xmm, _) => {
            OperandType::Xmm(position)
        }
        OperandKind::Register(RegisterClass::Ymm, _) => OperandType::Ymm(position),
        OperandKind::Register(RegisterClass::Mm, _) => OperandType::Mm(position),
        _ => OperandType::Register(position),
    }
}
