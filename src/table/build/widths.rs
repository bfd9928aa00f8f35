//! The widths that a handler's parameters stand for: of operands, of elements of vectors, of the
//! numbers that the FPU loads and stores.

use super::super::handler::Shape;
use super::super::notation::{OperandKind, OperandNotation, RegisterClass};
use super::super::schema::{ParsedRow, TableError};
use super::instance::Argument;
use super::maps::{bits, class_bits};
use super::operands::{implies_top, taken, vector_bits};
use super::signature::Signature;

/// The row's operands for the parameters whose width has this name.
fn of_name<'r>(
    row: &'r ParsedRow,
    signature: &'r Signature,
    name: &'r str,
) -> impl Iterator<Item = &'r OperandNotation> {
    let operands = taken(row, signature).into_iter().map(|position| &row.instruction.operands[position]);
    let pairs = signature.operands().skip(usize::from(implies_top(row, signature))).zip(operands);
    pairs.filter(move |(parameter, _)| parameter.width() == Some(name)).map(|(_, operand)| operand)
}

/// The width that a width parameter stands for: that of the first operand which uses it and has
/// one of its own, else the operand size.
///
/// # Errors
/// An operand whose size no integer or vector type has.
pub fn width(
    row: &ParsedRow,
    signature: &Signature,
    name: &str,
    size: u16,
    shape: Shape,
) -> Result<Argument, TableError> {
    let size = row.raw.size.map_or(size, u16::from);
    let mut kinds = of_name(row, signature, name).map(|operand| operand.kind);
    let own = kinds.find(|kind| !matches!(kind, OperandKind::Immediate(_) | OperandKind::Constant(_)));
    let bits = match own {
        // A vector register in whose place there can be less memory is read in part: `xmm2/m64`.
        Some(OperandKind::Register(RegisterClass::Mm | RegisterClass::Xmm | RegisterClass::Ymm, Some(memory))) => {
            memory
        }
        // A register and the memory in its place may differ: `r32/m16`.
        Some(OperandKind::Register(_, Some(memory))) if shape != Shape::Register => memory,
        // The width of a vector of addresses is that of the register with the indices.
        Some(OperandKind::VectorMemory(class, _)) => class_bits(class).unwrap_or(0),
        Some(kind) => bits(kind),
        // An immediate beside vectors is a byte.
        None if row.instruction.operands.first().is_some_and(|first| vector_bits(first.kind).is_some()) => 8,
        None => size,
    };
    match bits {
        0 => Ok(Argument::Bits(size)),
        8 | 16 | 32 | 64 | 128 | 256 => Ok(Argument::Bits(bits)),
        _ => Err(
            row.error(format!("an operand of {bits} bits cannot be the `{name}` of its handler; name another handler"))
        ),
    }
}

/// The size of the elements that a lane parameter stands for: that of the memory in place of a scalar
/// operand which uses it (`xmm2/m64`), else the next one of the row's `lanes`.
///
/// # Errors
/// A row that does not say it.
pub fn lane<'r>(
    row: &ParsedRow,
    signature: &Signature,
    name: &str,
    elements: &mut impl Iterator<Item = &'r str>,
) -> Result<Argument, TableError> {
    let scalar = of_name(row, signature, name).find_map(|operand| match operand.kind {
        OperandKind::Register(_, Some(bits @ (16 | 32 | 64))) | OperandKind::Memory(bits @ (16 | 32 | 64)) => {
            Some(bits)
        }
        _ => None,
    });
    let written = || match elements.next() {
        Some("8") => Ok(8),
        Some("16") => Ok(16),
        Some("32") => Ok(32),
        Some("64") => Ok(64),
        Some(other) => Err(row.error(format!("lanes: `{other}` is no size of elements; write 8, 16, 32 or 64"))),
        None => Err(row.error(format!(
            "its handler takes the size of elements, `{name}`, and the operands do not tell it; write \
             \"lanes\":\"32\" (8, 16, 32 or 64 bits; one for each parameter, separated by a space)"
        ))),
    };
    scalar.map_or_else(written, Ok).map(Argument::Bits)
}

/// The type that an x87 type parameter stands for: that of the operand which uses it.
///
/// # Errors
/// A row without an x87 operand there.
pub fn real(row: &ParsedRow, signature: &Signature, name: &str) -> Result<Argument, TableError> {
    let operand = of_name(row, signature, name).next().copied();
    match operand.map(|operand| (operand.kind, operand.integer)) {
        Some((OperandKind::Register(RegisterClass::St, _) | OperandKind::Fixed(RegisterClass::St, _), _)) => {
            Ok(Argument::StackIndex)
        }
        Some((OperandKind::Memory(80), _)) => Ok(Argument::TenBytes),
        Some((OperandKind::Memory(bits @ (16 | 32 | 64)), true)) => Ok(Argument::Signed(bits)),
        Some((OperandKind::Memory(bits @ (32 | 64)), false)) => Ok(Argument::Bits(bits)),
        _ => Err(row.error(format!("no x87 operand for the `{name}` of its handler; name another handler"))),
    }
}
