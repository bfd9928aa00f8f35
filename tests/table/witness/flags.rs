//! Flags tested, written, cleared, set and left undefined.

use std::collections::BTreeMap;

use iced_x86::{Instruction as Iced, RflagsBits};
use tab86::decode::Instruction;
use tab86::table::notation::OperandKind;

/// The flags that iced knows, by the names of the flags column.
const FLAGS: [(&str, u32); 9] = [
    ("OF", RflagsBits::OF),
    ("SF", RflagsBits::SF),
    ("ZF", RflagsBits::ZF),
    ("AF", RflagsBits::AF),
    ("CF", RflagsBits::CF),
    ("PF", RflagsBits::PF),
    ("DF", RflagsBits::DF),
    ("IF", RflagsBits::IF),
    ("AC", RflagsBits::AC),
];

/// The flags column for this instruction: what `m` and `undefined` say is decided where the count
/// is in the encoding; elsewhere `m` stands for any outcome.
pub fn ours(instruction: &Instruction) -> BTreeMap<String, String> {
    let row = instruction.row();
    let count = count(instruction);
    let letters = |token: &str| {
        let (flag, letters) = token.split_once(':').unwrap();
        let undefined = row.undefined.iter().find(|(name, _)| *name == flag).map(|(_, condition)| condition.as_str());
        let decided = match (letters, count) {
            ("m" | "Tm", Some(0)) => return None,
            ("m", Some(count)) => {
                if undefined.is_some_and(|condition| holds(condition, count, width(instruction))) {
                    "-"
                } else {
                    "M"
                }
            }
            _ => letters,
        };
        Some((flag.to_string(), decided.to_string()))
    };
    row.flags
        .split_whitespace()
        .filter(|token| FLAGS.iter().any(|(name, _)| token.starts_with(name)))
        .filter_map(letters)
        .collect()
}

/// The masked count of a shift or rotate, where the encoding has it.
fn count(instruction: &Instruction) -> Option<u32> {
    let row = instruction.row();
    let last = row.operands.last()?;
    match last.kind {
        OperandKind::Immediate(8) if row.flags.contains(":m") => Some(instruction.immediates[0] & 31),
        OperandKind::Constant(value) => Some(u32::from(value)),
        _ => None,
    }
}

fn width(instruction: &Instruction) -> u32 {
    match instruction.row().operands[0].kind {
        OperandKind::Register(_, Some(bits)) => u32::from(bits),
        _ => 32,
    }
}

fn holds(condition: &str, count: u32, width: u32) -> bool {
    match condition {
        "count>0" => count > 0,
        "count>1" => count > 1,
        "count>width" => count > width,
        "count>=width" => count >= width,
        other => panic!("no condition: {other}"),
    }
}

/// iced's flags in the same letters.
pub fn iced(instruction: &Iced) -> BTreeMap<String, String> {
    let effect = |bit: u32| {
        let is = |mask: u32| mask & bit != 0;
        let tested = if is(instruction.rflags_read()) { "T" } else { "" };
        let written = match () {
            () if is(instruction.rflags_written()) => "M",
            () if is(instruction.rflags_cleared()) => "0",
            () if is(instruction.rflags_set()) => "1",
            () if is(instruction.rflags_undefined()) => "-",
            () => "",
        };
        format!("{tested}{written}")
    };
    FLAGS.iter().map(|(name, bit)| (name.to_string(), effect(*bit))).filter(|(_, effect)| !effect.is_empty()).collect()
}

/// Whether they agree; `m` allows the witness any outcome, and none.
pub fn agree(ours: &BTreeMap<String, String>, iced: &BTreeMap<String, String>) -> bool {
    FLAGS.iter().all(|(name, _)| {
        let (ours, iced) = (ours.get(*name).map_or("", String::as_str), iced.get(*name).map_or("", String::as_str));
        match ours.strip_suffix('m') {
            Some(tested) => iced.starts_with(tested) && (tested == "T" || !iced.starts_with('T')),
            None => ours == iced,
        }
    })
}
