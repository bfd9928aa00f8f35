//! The generated Rust source of the static rows and of the two perfect-hash maps.

use std::fmt::Write;

use super::super::notation::{Addressing, Decorators, OperandEncoding, OperandKind};
use super::super::schema::ParsedRow;
use super::maps::Maps;

/// The source of the static rows and the two perfect-hash maps.
pub fn table(rows: &[ParsedRow], maps: &Maps) -> String {
    let mut out = String::new();
    let mut slots = phf_codegen::Map::new();
    for (slot, mask) in &maps.slots {
        slots.entry(*slot, &format!("{mask:#x}"));
    }
    let mut forms = phf_codegen::Map::new();
    for (key, row) in &maps.forms {
        forms.entry(*key, &row.to_string());
    }
    writeln!(out, "pub(super) static SLOTS: phf::Map<u16, u32> = {};", slots.build()).unwrap();
    writeln!(out, "pub(super) static FORMS: phf::Map<u32, u16> = {};", forms.build()).unwrap();
    writeln!(out, "pub(super) static ROWS: [Row; {}] = [", rows.len()).unwrap();
    for (index, row) in rows.iter().enumerate() {
        writeln!(out, "{},", row_literal(row, maps.sizes.get(&index).copied(), is_short_form(row, rows))).unwrap();
    }
    out.push_str("];\n");
    out
}

/// Whether a row's imm8 stands for a whole immediate: another row of the same mnemonic and operands
/// has it in full (`ADD r/m32, imm8` beside `ADD r/m32, imm32`).
fn is_short_form(row: &ParsedRow, rows: &[ParsedRow]) -> bool {
    let Some((last, others)) = row.instruction.operands.split_last() else { return false };
    let full = |other: &ParsedRow| {
        other.instruction.mnemonic == row.instruction.mnemonic
            && other
                .instruction
                .operands
                .split_last()
                .is_some_and(|(last, rest)| rest == others && matches!(last.kind, OperandKind::Immediate(16 | 32)))
    };
    last.kind == OperandKind::Immediate(8) && rows.iter().any(full)
}

/// A row as a Rust expression: each field of `table::Row` with its value.
fn row_literal(row: &ParsedRow, size: Option<u8>, sign_extended: bool) -> String {
    let (raw, operands) = (&row.raw, &row.instruction.operands);
    let undefined: Vec<(&String, &String)> = raw.undefined.iter().collect();
    let fields = [
        ("line", row.line.to_string()),
        ("opcode", format!("{:?}", raw.opcode)),
        ("instruction", format!("{:?}", raw.instruction)),
        ("mnemonic", format!("{:?}", row.instruction.mnemonic)),
        ("encoding", format!("{:?}", raw.encoding)),
        ("size", format!("{size:?}")),
        ("address", format!("{:?}", raw.address)),
        ("operands", operands_literal(row)),
        ("mandatory", format!("Mandatory::{:?}", row.opcode.mandatory)),
        ("modrm", format!("ModRm::{:?}", row.opcode.modrm)),
        ("addressing", addressing_literal(row.instruction.addressing())),
        ("immediates", format!("&{:?}", immediates(row))),
        ("sign_extended", sign_extended.to_string()),
        ("vvvv", operands.iter().any(|operand| operand.encoding == OperandEncoding::Vvvv).to_string()),
        ("space", format!("EncodingSpace::{:?}", row.opcode.space())),
        ("tuple", format!("{:?}", raw.tuple)),
        ("displacement_scale", (row.memory_bits.map_or(1, |bits| bits / 8)).to_string()),
        ("far", raw.far.to_string()),
        ("cpuid", format!("{:?}", raw.cpuid)),
        ("access", format!("{:?}", raw.access)),
        ("flags", format!("{:?}", raw.flags)),
        ("effects", format!("{:?}", row.flags)),
        ("undefined", format!("&{undefined:?}")),
        ("prefixes", format!("{:?}", raw.prefixes)),
        ("handler", format!("{:?}", raw.handler)),
        ("sdm", format!("{:?}", raw.sdm)),
        ("note", format!("{:?}", raw.note)),
    ];
    let fields = fields.map(|(name, value)| format!("{name}: {value}"));
    format!("Row {{ {} }}", fields.join(", "))
}

fn operands_literal(row: &ParsedRow) -> String {
    let access = row.raw.access.split_whitespace();
    let literals = row.instruction.operands.iter().zip(access).map(|(operand, access)| {
        let (kind, encoding, hidden) = (kind_literal(operand.kind), operand.encoding, operand.hidden);
        let decorators = decorators_literal(operand.decorators);
        format!(
            "RowOperand {{ kind: {kind}, encoding: OperandEncoding::{encoding:?}, hidden: {hidden}, \
             decorators: {decorators}, access: {access:?} }}"
        )
    });
    format!("&[{}]", literals.collect::<Vec<_>>().join(", "))
}

fn decorators_literal(decorators: Decorators) -> String {
    let Decorators { mask, zeroing, broadcast, rounding } = decorators;
    format!(
        "Decorators {{ mask: {mask}, zeroing: {zeroing}, broadcast: {broadcast}, rounding: EmbeddedRounding::{rounding:?} }}"
    )
}

/// The immediates as they are read: a far pointer is an offset and a selector.
fn immediates(row: &ParsedRow) -> Vec<u8> {
    let far = row.instruction.operands.iter().find_map(|operand| match operand.kind {
        OperandKind::Far(bits) => Some(vec![(bits / 8) as u8, 2]),
        _ => None,
    });
    far.unwrap_or_else(|| row.opcode.immediates.clone())
}

fn addressing_literal(addressing: Addressing) -> String {
    match addressing {
        Addressing::Vector(class) => format!("Addressing::Vector(RegisterClass::{class:?})"),
        plain => format!("Addressing::{plain:?}"),
    }
}

fn kind_literal(kind: OperandKind) -> String {
    let class = |class| format!("RegisterClass::{class:?}");
    match kind {
        OperandKind::Register(of, memory) => format!("OperandKind::Register({}, {memory:?})", class(of)),
        OperandKind::VectorMemory(of, bits) => format!("OperandKind::VectorMemory({}, {bits})", class(of)),
        OperandKind::Fixed(of, number) => format!("OperandKind::Fixed({}, {number})", class(of)),
        other => format!("OperandKind::{other:?}"),
    }
}
