//! From rows to the two exact-match maps: which discriminators matter in a slot, and which row each
//! combination of them means.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use super::super::key;
use super::super::notation::{OperandKind, RegisterClass};
use super::super::schema::{ParsedRow, TableError};
use super::order;
use super::patterns::{self, Pattern};

/// The maps, as key and value pairs.
#[derive(Default, Debug)]
pub struct Maps {
    /// Slot to the mask of the discriminators that matter there.
    pub slots: BTreeMap<u16, u32>,
    /// Key to the index of its row.
    pub forms: BTreeMap<u32, u16>,
    /// The operand size that each row stands for, where rows of one opcode differ in it.
    pub sizes: HashMap<usize, u8>,
}

impl Maps {
    /// The tables of the look-up as a Rust expression.
    pub fn literal(&self) -> String {
        let mut by_slot: BTreeMap<u32, BTreeMap<u32, u16>> = BTreeMap::new();
        for (full, row) in &self.forms {
            by_slot.entry(full & key::SLOT).or_default().insert(*full, *row);
        }
        let last = self.slots.keys().max().map_or(0, |last| u32::from(*last) + 1);
        let (mut slots, mut forms, mut first) = (String::new(), String::new(), 0);
        for slot in 0..last {
            let mask = self.slots.get(&(slot as u16)).copied().unwrap_or(0);
            let keys = by_slot.remove(&slot).unwrap_or_default();
            write!(slots, "Slot {{ mask: {mask:#x}, first: {first}, count: {} }}, ", keys.len()).unwrap();
            keys.iter().for_each(|form| write!(forms, "{form:?}, ").unwrap());
            first += keys.len();
        }
        format!("Lookup {{ slots: &[{slots}], forms: &[{forms}] }}")
    }
}

/// Builds the maps.
///
/// # Errors
/// The rows that stand in each other's way: two with one key, or one that no key is left for.
pub fn build(rows: &[ParsedRow]) -> Result<Maps, Vec<TableError>> {
    let mut patterns: Vec<Pattern> =
        rows.iter().enumerate().flat_map(|(index, row)| patterns::of_row(index, row)).collect();
    let sizes = operand_sizes(rows, &mut patterns);
    let slots = slots(&patterns);
    let (owners, clashes) = owners(&patterns, &slots);
    let mut errors: Vec<TableError> = clashes.iter().map(|(first, second)| clash(rows, *first, *second)).collect();
    if errors.is_empty() {
        errors = unreachable(rows, &patterns, &slots, &owners);
    }
    let forms = owners.into_iter().map(|(full, pattern)| (full, pattern.row as u16)).collect();
    if errors.is_empty() { Ok(Maps { slots, forms, sizes }) } else { Err(errors) }
}

/// Which discriminators matter in each slot: all that a pattern of it asks for.
pub fn slots(patterns: &[Pattern]) -> BTreeMap<u16, u32> {
    let mut slots: BTreeMap<u16, u32> = BTreeMap::new();
    for pattern in patterns {
        *slots.entry(pattern.slot).or_default() |= pattern.mask;
    }
    slots
}

/// The keys that a pattern stands for in its slot.
fn keys(pattern: Pattern, slots: &BTreeMap<u16, u32>) -> impl Iterator<Item = u32> {
    let free = slots.get(&pattern.slot).copied().unwrap_or(0) & !pattern.mask;
    combinations(free).map(move |form| u32::from(pattern.slot) | pattern.value | form)
}

/// Which pattern has each key, and the pairs of rows that both want one.
pub fn owners(patterns: &[Pattern], slots: &BTreeMap<u16, u32>) -> (HashMap<u32, Pattern>, BTreeSet<(usize, usize)>) {
    let mut owners: HashMap<u32, Pattern> = HashMap::new();
    let mut clashes = BTreeSet::new();
    for pattern in patterns {
        for key in keys(*pattern, slots) {
            match owners.get(&key) {
                Some(other) if other.rank > pattern.rank => {}
                Some(other) if other.rank == pattern.rank => {
                    clashes.insert((other.row.min(pattern.row), other.row.max(pattern.row)));
                }
                _ => drop(owners.insert(key, *pattern)),
            }
        }
    }
    (owners, clashes)
}

fn clash(rows: &[ParsedRow], first: usize, second: usize) -> TableError {
    let (copy, original) = order::copy_of_two(rows, first, second);
    let (copy, original) = (&rows[copy], &rows[original]);
    let remedy = match copy.raw.instruction == original.raw.instruction {
        true => "remove one",
        false => "tell them apart by prefix, /digit, size or address, or remove one",
    };
    copy.error(format!("decodes to the same key as line {}: {}; {remedy}", original.line, original.title()))
}

/// Rows that have no key of their own.
fn unreachable(
    rows: &[ParsedRow],
    patterns: &[Pattern],
    slots: &BTreeMap<u16, u32>,
    owners: &HashMap<u32, Pattern>,
) -> Vec<TableError> {
    let reached: BTreeSet<usize> = owners.values().map(|pattern| pattern.row).collect();
    let lost = patterns.iter().filter(|pattern| !reached.contains(&pattern.row));
    let problem = |pattern: &Pattern| {
        let takers = keys(*pattern, slots).filter_map(|key| owners.get(&key)).map(|owner| rows[owner.row].line);
        let lines: Vec<String> = takers.collect::<BTreeSet<usize>>().iter().map(usize::to_string).collect();
        let lines = lines.join(", ");
        rows[pattern.row].error(format!("unreachable: the more specific rows of lines {lines} take every encoding of it; remove it or make it more specific"))
    };
    let mut errors: Vec<TableError> = lost.map(problem).collect();
    errors.dedup_by_key(|error| error.line);
    errors
}

/// Every value that the bits of a mask can take.
fn combinations(mask: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(0_u32);
    std::iter::from_fn(move || {
        let value = next?;
        let following = (value | !mask).wrapping_add(1) & mask;
        next = (following != 0).then_some(following);
        Some(value)
    })
}

/// Where two rows have the same pattern and differ in the size of an operand, the operand size
/// tells them apart: the row with the narrower operand is the 16-bit one.
fn operand_sizes(rows: &[ParsedRow], patterns: &mut [Pattern]) -> HashMap<usize, u8> {
    let mut groups: HashMap<(u16, u32, u32), Vec<usize>> = HashMap::new();
    for (at, pattern) in patterns.iter().enumerate() {
        groups.entry((pattern.slot, pattern.value, pattern.mask)).or_default().push(at);
    }
    let mut sizes: HashMap<usize, u8> =
        rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.raw.size?))).collect();
    for group in groups.values() {
        let [one, other] = group[..] else { continue };
        let Some(narrower) = narrower(&rows[patterns[one].row], &rows[patterns[other].row]) else { continue };
        for (at, narrow) in [(one, narrower), (other, !narrower)] {
            patterns[at].mask |= key::OPERAND16.mask();
            patterns[at].value |= key::OPERAND16.place(u8::from(narrow));
            sizes.insert(patterns[at].row, if narrow { 16 } else { 32 });
        }
    }
    sizes
}

/// Whether the first operand in which the rows differ is the narrower one in the first row.
fn narrower(one: &ParsedRow, other: &ParsedRow) -> Option<bool> {
    let pairs = one.instruction.operands.iter().zip(&other.instruction.operands);
    let (a, b) = pairs.map(|(a, b)| (bits(a.kind), bits(b.kind))).find(|(a, b)| a != b)?;
    Some(a < b)
}

/// The width by which rows of different operand size are told apart.
pub fn bits(kind: OperandKind) -> u16 {
    match kind {
        OperandKind::Register(class, memory) => class_bits(class).or(memory).unwrap_or(0),
        OperandKind::Fixed(class, _) => class_bits(class).unwrap_or(0),
        OperandKind::Memory(bits)
        | OperandKind::VectorMemory(_, bits)
        | OperandKind::Offset(bits)
        | OperandKind::Immediate(bits)
        | OperandKind::Relative(bits)
        | OperandKind::Far(bits) => bits,
        OperandKind::Constant(_) => 0,
    }
}

/// Bits of a register of a class, where the class fixes them.
pub fn class_bits(class: RegisterClass) -> Option<u16> {
    Some(match class {
        RegisterClass::Gpr8 => 8,
        RegisterClass::Gpr16 => 16,
        RegisterClass::Gpr32 => 32,
        RegisterClass::Mm => 64,
        RegisterClass::Xmm => 128,
        RegisterClass::Ymm => 256,
        RegisterClass::Zmm => 512,
        RegisterClass::St => 80,
        RegisterClass::Mask | RegisterClass::Segment | RegisterClass::Control | RegisterClass::Debug => return None,
    })
}
