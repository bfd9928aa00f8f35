//! Binding a row to instances of its instruction function: one for each operand size it can have,
//! and for each shape of its ModR/M operand.

use super::super::handler::Shape;
use super::super::notation::{OperandEncoding, OperandKind};
use super::super::schema::{ParsedRow, TableError};
use super::instance::{Argument, Instance};
use super::signature::{Parameter, Signature};
use super::{operands, widths};

/// The shapes that an instance can have, in the order of the index from rows to instances.
pub const SHAPES: [Shape; 3] = [Shape::Register, Shape::Base, Shape::Indexed];

/// Whether a row has an instance of this shape at all.
pub fn has_shape(row: &ParsedRow, shape: Shape) -> bool {
    let memory_operand = row
        .instruction
        .operands
        .iter()
        .find(|operand| operand.encoding == OperandEncoding::Rm || matches!(operand.kind, OperandKind::Offset(_)));
    let register = shape == Shape::Register;
    match memory_operand.map(|operand| operand.kind) {
        Some(OperandKind::Register(_, None)) | None => register,
        Some(OperandKind::Register(_, Some(_))) => true,
        Some(_) => !register,
    }
}

/// The instance of a row for an operand size (16 or 32) and a shape.
///
/// # Errors
/// A parameter of the function for which the row has nothing.
pub fn instance(row: &ParsedRow, signature: &Signature, size: u16, shape: Shape) -> Result<Instance, TableError> {
    let mut operands = operands::arguments(row, signature, shape)?.into_iter();
    let mut elements = row.raw.lanes.split_whitespace();
    let mut arguments = Vec::new();
    for parameter in &signature.parameters {
        arguments.push(match parameter {
            Parameter::Access => Argument::Access,
            Parameter::Condition => Argument::Number(u16::from(row.opcode.byte & 15)),
            Parameter::Number => Argument::Number(number(row)?),
            Parameter::Real(name) => widths::real(row, signature, name)?,
            Parameter::Width(name) => widths::width(row, signature, name, size, shape)?,
            Parameter::Lane(name) => widths::lane(row, signature, name, &mut elements)?,
            Parameter::Place(_) | Parameter::Value(_) | Parameter::Address => {
                Argument::Operand(operands.next().expect("arguments() gives one for each of them"))
            }
        });
    }
    if let Some(more) = elements.next() {
        return Err(row.error(format!("lanes: its handler does not ask for `{more}`; remove it")));
    }
    Ok(Instance { path: Instance::path_of(signature), ending: signature.returns.ending, arguments })
}

/// The number in a mnemonic.
fn number(row: &ParsedRow) -> Result<u16, TableError> {
    let digits: String = row.instruction.mnemonic.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| row.error("its handler takes the number in the mnemonic, and there is none"))
}
