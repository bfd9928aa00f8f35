//! Binding a row to instances of its instruction function: one for each operand size it can have,
//! and for each shape of its ModR/M operand.

use super::super::notation::{Class, Kind, ModRm, Operand, Place};
use super::super::schema::{Row, TableError};
use super::maps::bits;
use super::signature::{Ending, Parameter, Signature};

/// The shapes of an instance: what the ModR/M operand is.
pub const SHAPES: [Shape; 3] = [Shape::Register, Shape::Base, Shape::Indexed];

/// What stands where a row says `r/m32`, `m32` or `moffs32`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A register, or there is no such operand.
    Register,
    /// Memory at base and displacement, on the fast path.
    Base,
    /// Memory with an index or a segment base, on the fast path.
    Indexed,
}

/// One instance: the function with its generic arguments, on the fast path and checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Instance {
    /// The function with its generic arguments, accesses on the fast path.
    pub fast: String,
    /// The same with checked accesses.
    pub checked: String,
    /// How it ends.
    pub ending: Ending,
    /// Whether it can raise an exception.
    pub faults: bool,
    /// The condition, if it is a conditional jump on flags.
    pub condition: Option<u8>,
    /// Whether there are copies fused with a conditional jump.
    pub fuses: bool,
}

/// Whether a row has an instance of this shape at all.
pub fn has_shape(row: &Row, shape: Shape) -> bool {
    let memory_operand =
        row.instruction.operands.iter().find(|operand| is_modrm(operand) || matches!(operand.kind, Kind::Offset(_)));
    let register = shape == Shape::Register;
    match memory_operand.map(|operand| operand.kind) {
        Some(Kind::Register(_, None)) | None => register,
        Some(Kind::Register(_, Some(_))) => true,
        Some(_) => !register,
    }
}

fn is_modrm(operand: &Operand) -> bool {
    operand.place == Place::Rm
}

/// The instance of a row for an operand size (16 or 32) and a shape.
pub fn instance(row: &Row, signature: &Signature, size: u16, shape: Shape) -> Result<Instance, TableError> {
    let operands = arguments(row, signature, shape)?;
    let text = |checked: bool| -> Result<String, TableError> {
        let mut next = operands.iter();
        let mut generics = Vec::new();
        for parameter in &signature.parameters {
            generics.push(match parameter {
                Parameter::Access => if checked { "Checked" } else { "Fast" }.to_string(),
                Parameter::Condition => (row.opcode.byte & 15).to_string(),
                Parameter::Width(name) => format!("u{}", width(row, signature, name, size, shape)?),
                Parameter::Operand(_) | Parameter::Address => {
                    let fast = next.next().expect("arguments() gives one for each of them");
                    if checked && fast.starts_with("Mem") { "Mem<Checked>".to_string() } else { fast.clone() }
                }
            });
        }
        let turbofish = if generics.is_empty() { String::new() } else { format!("::<{}>", generics.join(", ")) };
        Ok(format!("{}::{}{turbofish}", signature.module, signature.function))
    };
    let taking = signature.parameters.iter().filter(|parameter| takes_operand(parameter));
    let mut accessed = taking.zip(&operands).filter(|(parameter, _)| **parameter != Parameter::Address);
    let faults = signature.faulting
        || signature.parameters.contains(&Parameter::Access)
        || accessed.any(|(_, operand)| operand.starts_with("Mem"));
    let conditional = signature.ending == Ending::Conditional && signature.parameters.contains(&Parameter::Condition);
    let fast = text(false)?;
    Ok(Instance {
        condition: conditional.then_some(row.opcode.byte & 15),
        fuses: fuses(row, signature, shape) && !fast.contains("u16"),
        faults,
        fast,
        checked: text(true)?,
        ending: signature.ending,
    })
}

fn takes_operand(parameter: &Parameter) -> bool {
    matches!(parameter, Parameter::Operand(_) | Parameter::Address)
}

/// Compilers put a conditional jump behind a comparison (which only reads its operands), or behind
/// arithmetic in a register: such pairs are worth a handler of their own.
fn fuses(row: &Row, signature: &Signature, shape: Shape) -> bool {
    let compares = !row.raw.access.contains('w');
    let counts = row.raw.access.starts_with("rw") && shape == Shape::Register && row.flags.killed.count_ones() >= 5;
    signature.ending == Ending::Flags && !signature.faulting && row.flags.tested == 0 && (compares || counts)
}

/// The types of the operands of the row that the signature's operand parameters stand for.
fn arguments(row: &Row, signature: &Signature, shape: Shape) -> Result<Vec<String>, TableError> {
    let wanted = signature.parameters.iter().filter(|parameter| takes_operand(parameter));
    let mut given = row.instruction.operands.iter().enumerate();
    let mut found = Vec::new();
    for _ in wanted {
        let Some((position, operand)) = given.next() else {
            return Err(row.error(format!(
                "has {} operands, but its handler takes more; write the operands, or another handler",
                row.instruction.operands.len()
            )));
        };
        found.push(operand_type(operand, position, shape));
    }
    Ok(found)
}

/// Shift counts are always in CL, so that it pays to know that. The accumulator stays a register
/// like any other, to share instances.
const CL: u8 = 1;

fn operand_type(operand: &Operand, position: usize, shape: Shape) -> String {
    let memory = || match shape {
        Shape::Indexed => "Mem<Indexed>".to_string(),
        _ => "Mem<Base>".to_string(),
    };
    match operand.kind {
        Kind::Register(_, Some(_)) if is_modrm(operand) && shape != Shape::Register => memory(),
        Kind::Memory(_) | Kind::VectorMemory(..) | Kind::Offset(_) => memory(),
        Kind::Immediate(_) | Kind::Constant(_) | Kind::Relative(_) | Kind::Far(_) => "Imm".to_string(),
        Kind::Fixed(Class::Gpr8, CL) => format!("Gpr<{CL}>"),
        _ => format!("Reg<{position}>"),
    }
}

/// The width that a width parameter stands for: that of the first operand which uses it and has
/// one of its own, else the operand size.
fn width(row: &Row, signature: &Signature, name: &str, size: u16, shape: Shape) -> Result<u16, TableError> {
    let of_name = (signature.parameters.iter().filter(|parameter| takes_operand(parameter)))
        .zip(&row.instruction.operands)
        .filter(|(parameter, _)| matches!(parameter, Parameter::Operand(width) if width == name));
    let own =
        of_name.map(|(_, operand)| operand.kind).find(|kind| !matches!(kind, Kind::Immediate(_) | Kind::Constant(_)));
    let bits = match own {
        // A register and the memory in its place may differ: `r32/m16`.
        Some(Kind::Register(_, Some(memory))) if shape != Shape::Register => memory,
        Some(kind) => bits(kind),
        None => mnemonic_width(row).unwrap_or(size),
    };
    match bits {
        0 => Ok(size),
        8 | 16 | 32 | 64 | 128 => Ok(bits),
        _ => Err(
            row.error(format!("an operand of {bits} bits cannot be the `{name}` of its handler; name another handler"))
        ),
    }
}

/// String instructions name their width by the last letter of the mnemonic.
fn mnemonic_width(row: &Row) -> Option<u16> {
    let string = ["MOVS", "CMPS", "SCAS", "LODS", "STOS", "INS", "OUTS"];
    let base = row.instruction.mnemonic.strip_suffix('B')?;
    (row.opcode.modrm == ModRm::Absent && string.contains(&base)).then_some(8)
}
