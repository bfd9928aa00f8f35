//! The generated Rust source of the static rows and of the two perfect-hash maps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::features::{FEATURES, FeatureSet};
use super::super::notation::{Addressing, Decorators, OperandEncoding, OperandKind};
use super::super::schema::ParsedRow;
use super::maps::Maps;
use super::texts::Texts;

/// The source of the static rows, whose texts are added to `texts`, and of the two perfect-hash maps.
pub fn table(rows: &[ParsedRow], maps: &Maps, texts: &mut Texts) -> String {
    let mut out = String::new();
    writeln!(out, "pub(crate) static LOOKUP: Lookup = {};", maps.literal()).unwrap();
    writeln!(out, "pub(super) static ROWS: [Row; {}] = [", rows.len()).unwrap();
    for (index, row) in rows.iter().enumerate() {
        writeln!(out, "{},", row_literal(row, maps.sizes.get(&index).copied(), is_short_form(row, rows), texts))
            .unwrap();
    }
    out.push_str("];\n");
    let missing = missing_features(rows);
    writeln!(out, "pub(crate) static MISSING: [features::FeatureSet; {}] = {missing:?};", missing.len()).unwrap();
    out
}

/// What rows without a handler need together, each combination once.
fn missing_features(rows: &[ParsedRow]) -> Vec<FeatureSet> {
    let missing = rows.iter().filter(|row| row.raw.handler.is_none());
    let sets: BTreeSet<FeatureSet> = missing.filter_map(|row| feature_set(&row.raw.cpuid)).collect();
    sets.into_iter().collect()
}

/// The features of a `cpuid` column; `None` if CPUID never shows one of them.
fn feature_set(cpuid: &str) -> Option<FeatureSet> {
    let place = |name| FEATURES.iter().position(|feature| feature.name == name);
    cpuid.split_whitespace().try_fold(0, |set, name| Some(set | 1 << place(name)?))
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
fn row_literal(row: &ParsedRow, size: Option<u8>, sign_extended: bool, texts: &mut Texts) -> String {
    let (raw, operands) = (&row.raw, &row.instruction.operands);
    let fields = [
        ("line", row.line.to_string()),
        ("opcode", texts.literal(&raw.opcode)),
        ("instruction", texts.literal(&raw.instruction)),
        ("mnemonic", texts.literal(&row.instruction.mnemonic)),
        ("encoding", texts.literal(&raw.encoding)),
        ("size", format!("{size:?}")),
        ("address", format!("{:?}", raw.address)),
        ("operands", operands_literal(row, texts)),
        ("mandatory", format!("Mandatory::{:?}", row.opcode.mandatory)),
        ("modrm", format!("ModRm::{:?}", row.opcode.modrm)),
        ("addressing", addressing_literal(row.instruction.addressing())),
        ("immediates", format!("&{:?}", immediates(row))),
        ("sign_extended", sign_extended.to_string()),
        ("vvvv", operands.iter().any(|operand| operand.encoding == OperandEncoding::Vvvv).to_string()),
        ("space", format!("EncodingSpace::{:?}", row.opcode.space())),
        ("tuple", texts.literal(&raw.tuple)),
        ("displacement_scale", (row.memory_bits.map_or(1, |bits| bits / 8)).to_string()),
        ("far", raw.far.to_string()),
        ("cpuid", texts.literal(&raw.cpuid)),
        ("access", texts.literal(&raw.access)),
        ("flags", texts.literal(&raw.flags)),
        ("effects", format!("{:?}", row.flags)),
        ("undefined", undefined_literal(&raw.undefined, texts)),
        ("prefixes", texts.literal(&raw.prefixes)),
        ("handler", raw.handler.as_ref().map_or("None".to_string(), |name| format!("Some({})", texts.literal(name)))),
        ("sdm", texts.literal(&raw.sdm)),
        ("note", texts.literal(&raw.note)),
    ];
    let fields = fields.map(|(name, value)| format!("{name}: {value}"));
    format!("Row {{ {} }}", fields.join(", "))
}

fn undefined_literal(undefined: &BTreeMap<String, String>, texts: &mut Texts) -> String {
    let pairs = undefined.iter().map(|(flag, when)| format!("({}, {})", texts.literal(flag), texts.literal(when)));
    format!("&[{}]", pairs.collect::<Vec<_>>().join(", "))
}

fn operands_literal(row: &ParsedRow, texts: &mut Texts) -> String {
    let access = row.raw.access.split_whitespace();
    let literals = row.instruction.operands.iter().zip(access).map(|(operand, access)| {
        let (kind, encoding, hidden) = (kind_literal(operand.kind), operand.encoding, operand.hidden);
        let decorators = decorators_literal(operand.decorators);
        format!(
            "RowOperand {{ kind: {kind}, encoding: OperandEncoding::{encoding:?}, hidden: {hidden}, \
             decorators: {decorators}, access: {} }}",
            texts.literal(access)
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
