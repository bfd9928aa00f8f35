//! Binding a row to instances of its instruction function: one for each operand size it can have,
//! and for each shape of its ModR/M operand.

use super::super::notation::{ModRm, OperandEncoding, OperandKind, OperandNotation, RegisterClass};
use super::super::schema::{Row, TableError};
use super::maps::{bits, class_bits};
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
    let memory_operand = row
        .instruction
        .operands
        .iter()
        .find(|operand| is_modrm(operand) || matches!(operand.kind, OperandKind::Offset(_)));
    let register = shape == Shape::Register;
    match memory_operand.map(|operand| operand.kind) {
        Some(OperandKind::Register(_, None)) | None => register,
        Some(OperandKind::Register(_, Some(_))) => true,
        Some(_) => !register,
    }
}

fn is_modrm(operand: &OperandNotation) -> bool {
    operand.encoding == OperandEncoding::Rm
}

/// The instance of a row for an operand size (16 or 32) and a shape.
pub fn instance(row: &Row, signature: &Signature, size: u16, shape: Shape) -> Result<Instance, TableError> {
    let operands = arguments(row, signature, shape)?;
    let text = |checked: bool| -> Result<String, TableError> {
        let mut next = operands.iter();
        let mut letters = letters(row, &signature.function);
        let mut generics = Vec::new();
        for parameter in &signature.parameters {
            generics.push(match parameter {
                Parameter::Access => if checked { "Checked" } else { "Fast" }.to_string(),
                Parameter::Condition => (row.opcode.byte & 15).to_string(),
                Parameter::Number => number(row)?.to_string(),
                Parameter::Lane | Parameter::Format => {
                    letters.next().ok_or_else(|| row.error(no_letter(&signature.function)))??
                }
                Parameter::Real(name) => real(row, signature, name)?,
                Parameter::Width(name) => match width(row, signature, name, size, shape)? {
                    256 => "U256".to_string(),
                    bits => format!("u{bits}"),
                },
                Parameter::Operand(_) | Parameter::Address => {
                    let fast = next.next().expect("arguments() gives one for each of them");
                    match fast.split_once('<') {
                        Some((memory @ ("Mem" | "Aligned"), _)) if checked => format!("{memory}<Checked>"),
                        _ => fast.clone(),
                    }
                }
            });
        }
        let turbofish = if generics.is_empty() { String::new() } else { format!("::<{}>", generics.join(", ")) };
        let path = format!("{}::{}{turbofish}", signature.module, signature.function);
        Ok(if path.contains("Mm<") { format!("mmx({path})") } else { path })
    };
    let taking = signature.parameters.iter().filter(|parameter| takes_operand(parameter));
    let mut accessed = taking.zip(&operands).filter(|(parameter, _)| **parameter != Parameter::Address);
    let faults = signature.faulting
        || signature.parameters.contains(&Parameter::Access)
        || accessed.any(|(_, operand)| ["Mem<", "Aligned<", "Mm<"].iter().any(|kind| operand.starts_with(kind)));
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
    let wanted = signature.parameters.iter().filter(|parameter| takes_operand(parameter)).count();
    let given = operands_taken(row, signature);
    if implies_top(row, signature) {
        let named = given.into_iter().map(|position| operand_type(row, position, shape));
        return Ok([TOP.to_string()].into_iter().chain(named).collect());
    }
    if wanted > given.len() {
        return Err(row.error(format!(
            "has {} operands, but its handler takes {wanted}; write the operands, or another handler",
            row.instruction.operands.len()
        )));
    }
    Ok(given.into_iter().take(wanted).map(|position| operand_type(row, position, shape)).collect())
}

/// The positions of the operands that a handler's parameters stand for. A legacy vector instruction
/// whose destination is its first source too serves the same function as the VEX instruction that
/// names them apart: there the first operand counts twice.
fn operands_taken(row: &Row, signature: &Signature) -> Vec<usize> {
    let wanted = signature.parameters.iter().filter(|parameter| takes_operand(parameter)).count();
    let operands = &row.instruction.operands;
    let plain = operands.iter().filter(|operand| !matches!(operand.kind, OperandKind::Immediate(_))).count();
    let vector = operands.first().is_some_and(|first| vector_bits(first.kind).is_some());
    let wants_more = wanted == plain + 1 || wanted == operands.len() + 1;
    let twice = vector && row.opcode.vex.is_none() && row.raw.access.starts_with("rw") && wants_more;
    (0..usize::from(twice)).map(|_| 0).chain(0..operands.len()).collect()
}

/// ST(0), where it is the destination or where the row writes it out.
const TOP: &str = "Top";

/// Whether a handler takes ST(0) as destination, and the row leaves it out (`FADD m32fp`).
fn implies_top(row: &Row, signature: &Signature) -> bool {
    let mut wanted = signature.parameters.iter().filter(|parameter| takes_operand(parameter));
    let stack = wanted.next().is_some_and(|first| *first == Parameter::Operand("StackIndex".to_string()));
    stack && wanted.count() == row.instruction.operands.len()
}

/// The type that an x87 type parameter stands for: that of the operand which uses it.
fn real(row: &Row, signature: &Signature, name: &str) -> Result<String, TableError> {
    let operands = signature.parameters.iter().filter(|parameter| takes_operand(parameter));
    let position = operands
        .skip(usize::from(implies_top(row, signature)))
        .position(|parameter| matches!(parameter, Parameter::Operand(own) if own == name));
    let mnemonic = &row.instruction.mnemonic;
    let kind = position.and_then(|position| row.instruction.operands.get(position)).map(|operand| operand.kind);
    Ok(match kind {
        Some(OperandKind::Register(RegisterClass::St, _) | OperandKind::Fixed(RegisterClass::St, _)) => {
            "StackIndex".to_string()
        }
        Some(OperandKind::Memory(80)) => "Ten".to_string(),
        Some(OperandKind::Memory(bits @ (16 | 32 | 64))) if mnemonic.starts_with("FI") => format!("i{bits}"),
        Some(OperandKind::Memory(bits @ (32 | 64))) => format!("u{bits}"),
        _ => return Err(row.error(format!("no x87 operand for the `{name}` of its handler; name another handler"))),
    })
}

/// The size and format letters that a mnemonic has behind the name of its handler (`PADD` `B`,
/// `PMOVZX` `BW`, `ADDP` `S`); without such a name in front, its last letter.
fn letters<'r>(row: &'r Row, function: &str) -> impl Iterator<Item = Result<String, TableError>> + 'r {
    let mnemonic = row.instruction.mnemonic.as_str();
    let plain = mnemonic.strip_prefix('V').filter(|_| row.opcode.vex.is_some()).unwrap_or(mnemonic);
    let last = &plain[plain.len() - 1..];
    let function = function.to_uppercase();
    let behind = plain.strip_prefix(&function).or_else(|| mnemonic.strip_prefix(&function));
    let suffix = behind.filter(|suffix| !suffix.is_empty()).unwrap_or(last);
    suffix.chars().map(move |letter| {
        Ok(match letter {
            'B' => "u8",
            'W' | 'H' => "u16",
            'D' if !plain.ends_with("PD") && (!plain.ends_with("SD") || plain.starts_with('P')) => "u32",
            'S' => "u32",
            'D' | 'Q' => "u64",
            _ => return Err(row.error(format!("`{letter}` in its mnemonic is no size; name another handler"))),
        }
        .to_string())
    })
}

fn no_letter(function: &str) -> String {
    format!("its mnemonic has no size letter behind `{}`, which its handler asks for", function.to_uppercase())
}

/// The number in a mnemonic.
fn number(row: &Row) -> Result<u16, TableError> {
    let digits: String = row.instruction.mnemonic.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(|_| row.error("its handler takes the number in the mnemonic, and there is none"))
}

/// The width of a vector register operand.
fn vector_bits(kind: OperandKind) -> Option<u16> {
    match kind {
        OperandKind::Register(RegisterClass::Mm | RegisterClass::Xmm | RegisterClass::Ymm, _) => Some(bits(kind)),
        _ => None,
    }
}

/// Shift counts are always in CL, so that it pays to know that. The accumulator stays a register
/// like any other, to share instances.
const CL: u8 = 1;

fn operand_type(row: &Row, position: usize, shape: Shape) -> String {
    let operand = &row.instruction.operands[position];
    let vex = row.opcode.vex.is_some();
    let memory = || {
        let kind = if alignment(row, operand) { "Aligned" } else { "Mem" };
        format!("{kind}<{}>", if shape == Shape::Indexed { "Indexed" } else { "Base" })
    };
    match operand.kind {
        OperandKind::Register(_, Some(_)) if is_modrm(operand) && shape != Shape::Register => memory(),
        OperandKind::Memory(_) | OperandKind::VectorMemory(..) | OperandKind::Offset(_) => memory(),
        OperandKind::Immediate(_) | OperandKind::Constant(_) | OperandKind::Relative(_) | OperandKind::Far(_) => {
            "Imm".to_string()
        }
        OperandKind::Fixed(RegisterClass::Gpr8, CL) => format!("Gpr<{CL}>"),
        OperandKind::Fixed(RegisterClass::St, _) => TOP.to_string(),
        OperandKind::Register(RegisterClass::St, _) => format!("St<{position}>"),
        _ if operand.encoding == OperandEncoding::Is4 => "InImmediate".to_string(),
        OperandKind::Register(RegisterClass::Xmm, _) if vex => format!("VexXmm<{position}>"),
        OperandKind::Register(RegisterClass::Xmm, _) | OperandKind::Fixed(RegisterClass::Xmm, _) => {
            format!("Xmm<{position}>")
        }
        OperandKind::Register(RegisterClass::Ymm, _) => format!("Ymm<{position}>"),
        OperandKind::Register(RegisterClass::Mm, _) => format!("Mm<{position}>"),
        _ => format!("Reg<{position}>"),
    }
}

/// Whether a memory operand must be aligned: by its `alignment` key, else all 128 bits of a legacy
/// SSE instruction (SDM Vol. 2A, "Instructions Exception Specification").
fn alignment(row: &Row, operand: &OperandNotation) -> bool {
    let wide = match operand.kind {
        OperandKind::Register(_, Some(bits)) | OperandKind::Memory(bits) => bits,
        _ => 0,
    };
    match row.raw.alignment {
        Some(bytes) => u16::from(bytes) * 8 == wide,
        None => {
            wide == 128 && row.opcode.vex.is_none() && row.raw.cpuid != "FXSR" && row.instruction.operands.len() > 1
        }
    }
}

/// The width that a width parameter stands for: that of the first operand which uses it and has
/// one of its own, else the operand size.
fn width(row: &Row, signature: &Signature, name: &str, size: u16, shape: Shape) -> Result<u16, TableError> {
    let operands = operands_taken(row, signature).into_iter().map(|position| &row.instruction.operands[position]);
    let of_name = (signature.parameters.iter().filter(|parameter| takes_operand(parameter)))
        .zip(operands)
        .filter(|(parameter, _)| matches!(parameter, Parameter::Operand(width) if width == name));
    let own = of_name
        .map(|(_, operand)| operand.kind)
        .find(|kind| !matches!(kind, OperandKind::Immediate(_) | OperandKind::Constant(_)));
    let bits = match own {
        // A register and the memory in its place may differ: `r32/m16`.
        // A vector register in whose place there can be less memory is read in part: `xmm2/m64`.
        Some(OperandKind::Register(RegisterClass::Mm | RegisterClass::Xmm | RegisterClass::Ymm, Some(memory))) => {
            memory
        }
        Some(OperandKind::Register(_, Some(memory))) if shape != Shape::Register => memory,
        // The width of a vector of addresses is that of the register with the indices.
        Some(OperandKind::VectorMemory(class, _)) => class_bits(class).unwrap_or(0),
        Some(kind) => bits(kind),
        None if row.instruction.operands.first().is_some_and(|first| vector_bits(first.kind).is_some()) => 8,
        None => mnemonic_width(row).unwrap_or(size),
    };
    match bits {
        0 => Ok(size),
        8 | 16 | 32 | 64 | 128 | 256 => Ok(bits),
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
