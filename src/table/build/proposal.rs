//! The handler that a row lacks: the signature to write, and the file in which it belongs.

use std::collections::{BTreeMap, BTreeSet};

use super::super::notation::{OperandKind, OperandNotation, RegisterClass};
use super::super::schema::{ParsedRow, near};
use super::maps::{bits, class_bits};
use super::operands::vector_bits;
use super::signature::Signature;

/// An operand that the function takes: what it is, and whether it is written.
#[derive(Clone, Copy)]
struct Taken<'r> {
    operand: &'r OperandNotation,
    /// How the instruction column prints it.
    text: &'r str,
    access: &'r str,
}

/// The signature of a function for the rows that name it, the first of which decides its form.
pub fn signature(name: &str, rows: &[&ParsedRow]) -> String {
    let forms: Vec<Vec<Taken>> = rows.iter().map(|row| taken(row)).collect();
    let Some((row, form)) = rows.first().zip(forms.first()) else { return String::new() };
    let mut parameters = Vec::new();
    if is_x87(row) || form.iter().any(|one| is_addressed(*one)) {
        parameters.push("A: AccessMode".to_string());
    }
    let columns: Vec<Vec<u16>> = (0..form.len()).map(|at| column(&forms, at)).collect();
    let widths: Vec<Width> = (0..form.len()).map(|at| width(row, form, &columns, at)).collect();
    for (at, width) in widths.iter().enumerate() {
        if let Width::Generic(letter, bound) = width {
            let declared = format!("{letter}: {bound}");
            if !widths[..at].contains(width) {
                parameters.push(declared);
            }
        }
    }
    let letters = ["D", "S", "T", "U", "P", "Q"];
    parameters.extend(form.iter().zip(widths).zip(letters).map(|((one, width), letter)| match width {
        Width::Address => format!("{letter}: Address"),
        Width::Generic(name, _) => format!("{letter}: {}<{name}>", trait_of(*one)),
        Width::Exactly(name) => format!("{letter}: {}<{name}>", trait_of(*one)),
    }));
    let generics = if parameters.is_empty() { String::new() } else { format!("<{}>", parameters.join(", ")) };
    format!("pub fn {name}{generics}(m: &mut Machine, op: &Op) -> {}", result(row, form))
}

/// What a parameter of an operand says of its width.
#[derive(Clone, PartialEq, Eq)]
enum Width {
    /// Only its address is used.
    Address,
    /// A type parameter and its bound.
    Generic(&'static str, &'static str),
    /// One type.
    Exactly(String),
}

/// The operands that the function takes: those of the row up to the last that is used, and the
/// destination of a legacy vector instruction twice, as the VEX form has it.
fn taken(row: &ParsedRow) -> Vec<Taken<'_>> {
    let texts = row.raw.instruction.split_once(' ').map_or("", |(_, operands)| operands).split(", ");
    let all = row.instruction.operands.iter().zip(texts).zip(row.raw.access.split_whitespace());
    let is_vector = row.instruction.operands.first().is_some_and(|first| vector_bits(first.kind).is_some());
    let target = |kind: OperandKind| matches!(kind, OperandKind::Relative(_) | OperandKind::Far(_));
    let mut form: Vec<Taken> = all
        .map(|((operand, text), access)| Taken { operand, text, access })
        .filter(|one| !target(one.operand.kind) && (is_vector || !one.operand.hidden))
        .collect();
    while form.last().is_some_and(|last| last.access == "n" && !is_addressed(*last)) {
        form.pop();
    }
    if is_vector && row.opcode.vex.is_none() && row.raw.access.starts_with("rw") {
        let source = Taken { access: "r", ..form[0] };
        form.insert(1, source);
    }
    form
}

/// Memory of which the function takes the address: it is not accessed, or is no number or vector.
fn is_addressed(one: Taken) -> bool {
    let number = |bits: &u16| [8, 16, 32, 64, 128, 256].contains(bits);
    match one.operand.kind {
        OperandKind::Memory(bits) => one.access == "n" || !number(&bits) && !is_real(one) || is_pair(one),
        _ => false,
    }
}

/// A far pointer, or a limit and a base.
fn is_pair(one: Taken) -> bool {
    one.text.contains([':', '&'])
}

fn is_real(one: Taken) -> bool {
    ["fp", "int", "bcd"].iter().any(|suffix| one.text.ends_with(suffix))
}

fn is_x87(row: &ParsedRow) -> bool {
    row.raw.cpuid.split_whitespace().any(|name| name == "FPU")
}

/// The widths that one operand has in the rows and, where they differ, as register and as memory.
fn column(forms: &[Vec<Taken>], at: usize) -> Vec<u16> {
    forms.iter().filter_map(|form| form.get(at)).flat_map(|one| both(one.operand)).collect()
}

/// The width of an operand as a register and in memory.
fn both(operand: &OperandNotation) -> [u16; 2] {
    match operand.kind {
        OperandKind::Register(RegisterClass::Mm | RegisterClass::Xmm | RegisterClass::Ymm, Some(memory)) => [memory; 2],
        OperandKind::Register(_, Some(memory)) => [bits(operand.kind), memory],
        OperandKind::VectorMemory(class, _) => [class_bits(class).unwrap_or(0); 2],
        kind => [bits(kind); 2],
    }
}

/// The width of the operand at a position: W or V for that of the first one, else its own.
fn width(row: &ParsedRow, form: &[Taken], columns: &[Vec<u16>], at: usize) -> Width {
    let one = form[at];
    if is_addressed(one) {
        return Width::Address;
    }
    let vectors = form.iter().any(|one| vector_bits(one.operand.kind).is_some());
    match one.operand.kind {
        OperandKind::Register(RegisterClass::St, _) | OperandKind::Fixed(RegisterClass::St, _) => {
            return Width::Exactly("StackIndex".to_string());
        }
        OperandKind::Memory(80) => return Width::Exactly("Ten".to_string()),
        OperandKind::Memory(_) if is_x87(row) && is_real(one) => {
            return Width::Generic("T", if one.access.contains('w') { "Stored" } else { "Real" });
        }
        OperandKind::Immediate(_) | OperandKind::Constant(_) if vectors => return Width::Exactly("u8".to_string()),
        OperandKind::Immediate(_) | OperandKind::Constant(_) if at > 0 => return width(row, form, columns, 0),
        _ => {}
    }
    let own = &columns[at];
    let bound = if vectors { "Vector" } else { "Width" };
    let fits = |bits: &u16| if vectors { [64, 128, 256].contains(bits) } else { [8, 16, 32].contains(bits) };
    match own.first() {
        _ if own == &columns[0] && own.iter().all(fits) => Width::Generic(if vectors { "V" } else { "W" }, bound),
        Some(0) | None => Width::Exactly("u32".to_string()),
        Some(256) if own.iter().all(|bits| *bits == 256) => Width::Exactly("U256".to_string()),
        Some(first) if own.iter().all(|bits| bits == first) => Width::Exactly(format!("u{first}")),
        _ if !vectors => Width::Generic("N", "Width"),
        _ if own.iter().all(fits) => Width::Generic("U", "Vector"),
        _ => Width::Generic("X", "Scalar"),
    }
}

/// An operand is a place if it is written; registers of the FPU's stack are named by their number.
fn trait_of(one: Taken) -> &'static str {
    let stack = matches!(
        one.operand.kind,
        OperandKind::Register(RegisterClass::St, _) | OperandKind::Fixed(RegisterClass::St, _)
    );
    if one.access.contains('w') && !stack { "Place" } else { "Value" }
}

/// OF, SF, ZF, AF, PF and CF, which a function returns.
const STATUS_FLAGS: u32 = 1 << 11 | 1 << 7 | 1 << 6 | 1 << 4 | 1 << 2 | 1;

fn result(row: &ParsedRow, form: &[Taken]) -> String {
    let relative = row.instruction.operands.iter().any(|operand| matches!(operand.kind, OperandKind::Relative(_)));
    let ending = match () {
        () if row.raw.far => "Leave",
        () if relative && row.flags.tested != 0 => "Branch",
        () if relative => "Direct",
        () if row.flags.written & STATUS_FLAGS != 0 => "Flags",
        () => "()",
    };
    let faulting = is_x87(row) || row.raw.far || form.iter().any(|one| is_addressed(*one));
    format!("{}<{ending}>", if faulting { "Faulting" } else { "Outcome" })
}

/// The file in which the function most like it stands: that of a row with a near mnemonic that does
/// the same to operands of the same kind.
pub fn file<'s>(row: &ParsedRow, rows: &[ParsedRow], signatures: &'s BTreeMap<String, Signature>) -> Option<&'s str> {
    let mut seen = BTreeSet::new();
    let others = rows.iter().filter(|other| other.raw.handler != row.raw.handler);
    let once = others.filter(|other| seen.insert((&other.raw.handler, &other.instruction.mnemonic, &other.raw.access)));
    let with_function = once.filter_map(|other| {
        let name = other.raw.handler.as_deref().filter(|name| !REFUSING.contains(name))?;
        Some((unlike(row, other), signatures.get(name)?))
    });
    with_function.min_by_key(|(unlike, _)| *unlike).map(|(_, signature)| signature.at.file.as_str())
}

/// Handlers of rows of all headings.
const REFUSING: [&str; 3] = ["nop", "privileged", "undefined"];

/// How much two rows differ in what their heading goes by; a mnemonic with nothing in common counts 1200.
fn unlike(row: &ParsedRow, other: &ParsedRow) -> usize {
    let (one, two) = (stem(row), stem(other));
    let longest = one.len().max(two.len());
    let start = one.bytes().zip(two.bytes()).take_while(|(a, b)| a == b).count();
    let end = one.bytes().rev().zip(two.bytes().rev()).take_while(|(a, b)| a == b).count();
    let common = start.max(end);
    let kinds = |row: &ParsedRow| -> Vec<_> { row.instruction.operands.iter().map(|one| class(one.kind)).collect() };
    let first = |row: &ParsedRow| kinds(row).first().copied().flatten();
    let weigh = |weight: usize, differ: bool| if differ { weight } else { 0 };
    600 * (near::distance(one, two) + longest - common) / longest
        + weigh(200, first(row) != first(other))
        + weigh(100, kinds(row) != kinds(other))
        + weigh(100, row.raw.access != other.raw.access)
        + weigh(100, row.raw.cpuid != other.raw.cpuid)
        + weigh(100, (row.flags.written == 0) != (other.flags.written == 0))
        + weigh(200, row.raw.sdm != other.raw.sdm)
        + weigh(300, row.raw.far != other.raw.far)
        + weigh(300, is_x87(row) != is_x87(other))
}

/// The mnemonic without the V of VEX and EVEX.
fn stem(row: &ParsedRow) -> &str {
    let mnemonic = row.instruction.mnemonic.as_str();
    mnemonic.strip_prefix('V').filter(|_| row.opcode.vex.is_some()).unwrap_or(mnemonic)
}

/// The registers that an operand is of, whatever their width; memory may stand for general-purpose ones.
fn class(kind: OperandKind) -> Option<u8> {
    let class = match kind {
        OperandKind::Register(class, _) | OperandKind::Fixed(class, _) | OperandKind::VectorMemory(class, _) => class,
        OperandKind::Memory(8 | 16 | 32) => RegisterClass::Gpr32,
        _ => return None,
    };
    Some(match class {
        RegisterClass::Gpr8 | RegisterClass::Gpr16 | RegisterClass::Gpr32 => 0,
        RegisterClass::Segment | RegisterClass::Control | RegisterClass::Debug => 1,
        RegisterClass::St => 2,
        RegisterClass::Mask => 3,
        _ => 4,
    })
}
