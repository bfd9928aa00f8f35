//! From a row to patterns: what it asks of the discriminators that a slot can have.

use super::super::key::{self, KeyField};
use super::super::notation::{
    Addressing, EncodingSpace, Mandatory, ModRm, OpcodeNotation, OperandEncoding, OperandKind, OperandNotation,
};
use super::super::schema::ParsedRow;

/// A row's demands on the key of one slot.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// Its place among the rows.
    pub row: usize,
    /// The slot.
    pub slot: u16,
    /// What it wants of the discriminators that it asks for.
    pub value: u32,
    /// The discriminators that it asks for.
    pub mask: u32,
    /// Where two rows want the same key the more specific one has it: a whole opcode byte before
    /// one with a register in it, a mandatory prefix before none, then the one that asks for more.
    pub rank: (bool, bool, u32),
}

/// The patterns of a row.
pub fn of_row(index: usize, row: &ParsedRow) -> Vec<Pattern> {
    of_opcode(index, &row.opcode, &demands_of_row(row))
}

/// The patterns of an opcode with these demands: eight when its byte names a register, two when 66 is the only
/// prefix that may stand in front, else one.
pub fn of_opcode(index: usize, opcode: &OpcodeNotation, demands: &[(KeyField, u8)]) -> Vec<Pattern> {
    let rank_of = |mask: u32| (!opcode.plus_register, opcode.mandatory != Mandatory::Any, mask.count_ones());
    let registers = if opcode.plus_register { 8 } else { 1 };
    let mut patterns = Vec::new();
    for low in 0..registers {
        for prefix in prefixes(opcode.mandatory) {
            let all = demands.iter().copied().chain(prefix.map(|prefix| (key::PREFIX, prefix)));
            let (value, mask) =
                all.fold((0, 0), |(value, mask), (field, wanted)| (value | field.place(wanted), mask | field.mask()));
            let slot = key::slot(opcode.space(), opcode.map as u8, opcode.byte.wrapping_add(low));
            patterns.push(Pattern { row: index, slot, value, mask, rank: rank_of(mask) });
        }
    }
    patterns
}

/// The values of the prefix discriminator that a row stands for; `None` when it does not care.
fn prefixes(mandatory: Mandatory) -> Vec<Option<u8>> {
    match mandatory {
        Mandatory::Any => vec![None],
        Mandatory::None => vec![Some(key::NO_PREFIX)],
        Mandatory::P66 => vec![Some(key::PREFIX_66)],
        Mandatory::PF3 => vec![Some(key::PREFIX_F3)],
        Mandatory::PF2 => vec![Some(key::PREFIX_F2)],
        Mandatory::NoRepeat => vec![Some(key::NO_PREFIX), Some(key::PREFIX_66)],
    }
}

/// What a row asks of the discriminators, prefixes apart.
fn demands_of_row(row: &ParsedRow) -> Vec<(KeyField, u8)> {
    let mut operands = row.instruction.operands.iter();
    let register = operands.find_map(only_register).filter(|_| row.instruction.addressing() != Addressing::Never);
    let mut demands = demands(&row.opcode, row.raw.size, row.raw.address);
    demands.extend(register.map(|register| (key::REGISTER, u8::from(register))));
    demands
}

/// What an opcode asks of the discriminators, prefixes apart, if it has an operand or address size of its own.
pub fn demands(opcode: &OpcodeNotation, size: Option<u8>, address: Option<u8>) -> Vec<(KeyField, u8)> {
    let mut demands = Vec::new();
    if let Some(vex) = opcode.vex {
        demands.extend(vex.l.map(|l| (key::L, l & 1)));
        demands.extend(vex.l.filter(|_| vex.space == EncodingSpace::Evex).map(|l| (key::HIGH_L, l >> 1)));
        demands.extend(vex.w.map(|w| (key::W, u8::from(w))));
    }
    match opcode.modrm {
        ModRm::Digit(digit) => demands.push((key::REG, digit)),
        ModRm::Fixed(byte, stack) => {
            demands.extend([(key::REGISTER, 1), (key::REG, byte >> 3 & 7)]);
            demands.extend((!stack).then_some((key::RM, byte & 7)));
        }
        ModRm::Any | ModRm::Absent => {}
    }
    demands.extend(size.filter(|bits| *bits != 8).map(|bits| (key::OPERAND16, u8::from(bits == 16))));
    demands.extend(address.map(|bits| (key::ADDRESS16, u8::from(bits == 16))));
    demands
}

/// Whether a ModR/M operand is always a register (true) or always memory (false).
fn only_register(operand: &OperandNotation) -> Option<bool> {
    match (operand.encoding, operand.kind) {
        (OperandEncoding::Rm, OperandKind::Register(_, None)) => Some(true),
        (OperandEncoding::Rm, OperandKind::Memory(_) | OperandKind::VectorMemory(..)) => Some(false),
        _ => None,
    }
}
