//! The generated Rust source: the static table, and the handlers with their index.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::notation::{Kind, ModRm, Place};
use super::super::schema::{Row, TableError};
use super::bind::{self, Instance, SHAPES};
use super::maps::Maps;
use super::signature::{Ending, Signature};
use super::specialise;

/// The source of the static rows and the two perfect-hash maps.
pub fn table(rows: &[Row], maps: &Maps) -> String {
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
fn is_short_form(row: &Row, rows: &[Row]) -> bool {
    let Some((last, others)) = row.instruction.operands.split_last() else { return false };
    let full = |other: &Row| {
        other.instruction.mnemonic == row.instruction.mnemonic
            && other
                .instruction
                .operands
                .split_last()
                .is_some_and(|(last, rest)| rest == others && matches!(last.kind, Kind::Immediate(16 | 32)))
    };
    last.kind == Kind::Immediate(8) && rows.iter().any(full)
}

fn row_literal(row: &Row, size: Option<u8>, sign_extended: bool) -> String {
    let raw = &row.raw;
    let access: Vec<&str> = raw.access.split_whitespace().collect();
    let operands: Vec<String> = (row.instruction.operands.iter().zip(access))
        .map(|(operand, access)| {
            format!(
                "RowOperand {{ kind: {}, place: Place::{:?}, hidden: {}, access: {access:?} }}",
                kind_literal(operand.kind),
                operand.place,
                operand.hidden
            )
        })
        .collect();
    let modrm = match row.opcode.modrm {
        ModRm::Absent => "ModRm::Absent".to_string(),
        ModRm::Any => "ModRm::Any".to_string(),
        ModRm::Digit(digit) => format!("ModRm::Digit({digit})"),
        ModRm::Fixed(byte, stack) => format!("ModRm::Fixed({byte:#x}, {stack})"),
    };
    let undefined: Vec<(&String, &String)> = raw.undefined.iter().collect();
    format!(
        "Row {{ line: {}, opcode: {:?}, instruction: {:?}, mnemonic: {:?}, encoding: {:?}, size: {:?}, address: {:?}, operands: &[{}], mandatory: Mandatory::{:?}, modrm: {modrm}, \
         immediates: &{:?}, sign_extended: {}, vex: {}, far: {}, cpuid: {:?}, access: {:?}, flags: {:?}, effects: {:?}, undefined: &{undefined:?}, prefixes: {:?}, handler: {:?}, sdm: {:?}, note: {:?} }}",
        row.line,
        raw.opcode,
        raw.instruction,
        row.instruction.mnemonic,
        raw.encoding,
        size,
        raw.address,
        operands.join(", "),
        row.opcode.mandatory,
        row.opcode.immediates,
        sign_extended,
        row.opcode.vex.is_some(),
        raw.far,
        raw.cpuid,
        raw.access,
        raw.flags,
        row.flags,
        raw.prefixes,
        raw.handler,
        raw.sdm,
        raw.note,
    )
}

fn kind_literal(kind: Kind) -> String {
    let class = |class| format!("Class::{class:?}");
    match kind {
        Kind::Register(of, memory) => format!("Kind::Register({}, {memory:?})", class(of)),
        Kind::VectorMemory(of, bits) => format!("Kind::VectorMemory({}, {bits})", class(of)),
        Kind::Fixed(of, number) => format!("Kind::Fixed({}, {number})", class(of)),
        other => format!("Kind::{other:?}"),
    }
}

/// Which instances each row has: for 16 and 32-bit operand size, one for each shape.
type RowInstances = [Option<usize>; 6];

/// The source of every handler and of the index from rows to handlers.
pub fn handlers(rows: &[Row], signatures: &BTreeMap<String, Signature>) -> Result<String, Vec<TableError>> {
    let mut instances: BTreeMap<Instance, usize> = BTreeMap::new();
    let mut index: Vec<RowInstances> = Vec::new();
    let mut errors = Vec::new();
    for row in rows {
        match row_instances(row, signatures, &mut instances) {
            Ok(found) => index.push(found),
            Err(error) => errors.push(error),
        }
    }
    errors.extend(unused(rows, signatures));
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut ordered: Vec<(Instance, usize)> = instances.into_iter().collect();
    ordered.sort_by_key(|(_, number)| *number);
    let mut out = String::new();
    let mut list = String::new();
    for (instance, number) in &ordered {
        emit_instance(&mut out, instance, *number);
        writeln!(list, "    {},", variants_literal(instance, *number)).unwrap();
    }
    writeln!(out, "pub(super) static VARIANTS: [Variants; {}] = [\n{list}];", ordered.len()).unwrap();
    writeln!(out, "pub(super) static ROW_VARIANTS: [[u16; 6]; {}] = [", index.len()).unwrap();
    for row in index {
        writeln!(out, "    {:?},", row.map(|number| number.map_or(u16::MAX, |number| number as u16))).unwrap();
    }
    out.push_str("];\n");
    Ok(out)
}

fn row_instances(
    row: &Row,
    signatures: &BTreeMap<String, Signature>,
    instances: &mut BTreeMap<Instance, usize>,
) -> Result<RowInstances, TableError> {
    let mut found = [None; 6];
    let Some(name) = &row.raw.handler else { return Ok(found) };
    let signature = signatures.get(name).ok_or_else(|| row.error(missing(row, name)))?;
    for (at, slot) in found.iter_mut().enumerate() {
        let (size, shape) = (if at < 3 { 16 } else { 32 }, SHAPES[at % 3]);
        if bind::has_shape(row, shape) {
            let instance = bind::instance(row, signature, size, shape)?;
            let number = instances.len();
            *slot = Some(*instances.entry(instance).or_insert(number));
        }
    }
    Ok(found)
}

/// What to say to somebody who names a handler that is not there yet: where, and what to write.
fn missing(row: &Row, name: &str) -> String {
    let mut generics = String::from("W: Width");
    let access: Vec<&str> = row.raw.access.split_whitespace().collect();
    for (operand, (letter, access)) in row.instruction.operands.iter().zip(["D", "S", "T", "U"].iter().zip(access)) {
        let bound = match operand.place {
            _ if access == "n" => "Address".to_string(),
            Place::Implied | Place::Opcode | Place::Reg | Place::Rm | Place::Vvvv | Place::Is4
                if access.contains('w') =>
            {
                "Place<W>".to_string()
            }
            _ => "Value<W>".to_string(),
        };
        write!(generics, ", {letter}: {bound}").unwrap();
    }
    let result = if row.flags.written != 0 { "Flags" } else { "()" };
    format!(
        "there is no handler `{name}`; write it in src/instructions/, in the file of its heading in SDM Vol. 1 chapter 5:\n    \
         /// {}: … (SDM Vol. {}).\n    pub fn {name}<{generics}>(m: &mut Machine, op: &Op) -> Outcome<{result}>",
        row.instruction.mnemonic, row.raw.sdm
    )
}

fn unused(rows: &[Row], signatures: &BTreeMap<String, Signature>) -> Vec<TableError> {
    let named = |name: &String| rows.iter().any(|row| row.raw.handler.as_ref() == Some(name));
    let unused = signatures.iter().filter(|(name, _)| !named(name));
    unused
        .map(|(name, signature)| TableError {
            line: 0,
            row: String::new(),
            problem: format!(
                "no row names the handler `{name}` of src/instructions/{}.rs; name it in a row or remove it",
                signature.module
            ),
        })
        .collect()
}

/// One handler function for each variant of an instance.
fn emit_instance(out: &mut String, instance: &Instance, number: usize) {
    let Instance { fast, checked, .. } = instance;
    writeln!(out, "handler!(h{number}_checked, Checking, {checked});").unwrap();
    writeln!(out, "handler!(h{number}_live, Live, {fast}, h{number}_checked);").unwrap();
    if instance.ending == Ending::Flags {
        writeln!(out, "handler!(h{number}_dead, Dead, {fast}, h{number}_checked);").unwrap();
    }
    if instance.fuses {
        (0..16)
            .for_each(|c| writeln!(out, "handler!(h{number}_j{c}, Fused<{c}>, {fast}, h{number}_checked);").unwrap());
        let all: Vec<String> = (0..16).map(|c| format!("h{number}_j{c}")).collect();
        writeln!(out, "static FUSED_{number}: [Handler; 16] = [{}];", all.join(", ")).unwrap();
    }
    let slots = specialise::slots(instance);
    if !slots.is_empty() {
        emit_special(out, instance, number, &slots);
    }
}

/// The copies of an instance with constant registers.
fn emit_special(out: &mut String, instance: &Instance, number: usize, slots: &[(&str, &str)]) {
    let mut pairs = Vec::new();
    for copy in 0..specialise::copies(slots) {
        let text = specialise::text(instance, slots, copy);
        writeln!(out, "handler!(h{number}_live{copy}, Live, {text}, h{number}_checked);").unwrap();
        let dead = if instance.ending == Ending::Flags { "dead" } else { "live" };
        if instance.ending == Ending::Flags {
            writeln!(out, "handler!(h{number}_dead{copy}, Dead, {text}, h{number}_checked);").unwrap();
        }
        pairs.push(format!("[h{number}_live{copy}, h{number}_{dead}{copy}]"));
    }
    let names: Vec<String> = slots.iter().map(|(_, slot)| format!("Slot::{slot}")).collect();
    writeln!(
        out,
        "static SPECIAL_{number}: Special = Special {{ slots: &[{}], handlers: &[{}] }};",
        names.join(", "),
        pairs.join(", ")
    )
    .unwrap();
}

fn variants_literal(instance: &Instance, number: usize) -> String {
    let dead = if instance.ending == Ending::Flags { "dead" } else { "live" };
    let special =
        if specialise::slots(instance).is_empty() { "None".to_string() } else { format!("Some(&SPECIAL_{number})") };
    let fused = if instance.fuses { format!("Some(&FUSED_{number})") } else { "None".to_string() };
    format!(
        "Variants {{ special: {special}, live: h{number}_live, dead: h{number}_{dead}, checked: h{number}_checked, ending: Ending::{:?}, faults: {}, \
         condition: {:?}, fused: {fused} }}",
        instance.ending, instance.faults, instance.condition
    )
}
