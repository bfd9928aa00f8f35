//! The generated Rust source of the handlers, with their index.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::handler::Ending;
use super::super::schema::{ParsedRow, TableError};
use super::bind::{self, SHAPES};
use super::instance::{Instance, Rendering};
use super::signature::Signature;
use super::specialise;

/// Which instances each row has: for 16 and 32-bit operand size, one for each shape.
type RowInstances = [Option<usize>; 6];

/// Which copies of an instance are generated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Copies {
    /// Those with constant registers too.
    Specialised,
    /// Only those that serve any register: an unoptimised build gains nothing from the others, and they
    /// are a quarter of its handlers.
    General,
}

/// The source of every handler and of the index from rows to handlers. A row whose handler is not
/// there has none; `names` reports it.
///
/// # Errors
/// Rows whose operands do not fit the signature of their handler.
pub fn handlers(
    rows: &[ParsedRow],
    signatures: &BTreeMap<String, Signature>,
    copies: Copies,
) -> Result<String, Vec<TableError>> {
    let mut instances: BTreeMap<Instance, usize> = BTreeMap::new();
    let mut index: Vec<RowInstances> = Vec::new();
    let mut errors = Vec::new();
    for row in rows {
        match row_instances(row, signatures, copies, &mut instances) {
            Ok(found) => index.push(found),
            Err(error) => errors.push(error),
        }
    }
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
    row: &ParsedRow,
    signatures: &BTreeMap<String, Signature>,
    copies: Copies,
    instances: &mut BTreeMap<Instance, usize>,
) -> Result<RowInstances, TableError> {
    let mut found = [None; 6];
    let Some(signature) = row.raw.handler.as_ref().and_then(|name| signatures.get(name)) else { return Ok(found) };
    for (at, slot) in found.iter_mut().enumerate() {
        let (size, shape) = (if at < 3 { 16 } else { 32 }, SHAPES[at % 3]);
        if bind::has_shape(row, shape) {
            let mut instance = bind::instance(row, signature, size, shape)?;
            if copies == Copies::General {
                instance.specialised.clear();
            }
            let number = instances.len();
            *slot = Some(*instances.entry(instance).or_insert(number));
        }
    }
    Ok(found)
}

/// One handler function for each variant of an instance.
fn emit_instance(out: &mut String, instance: &Instance, number: usize) {
    let (fast, checked) = (instance.rust(Rendering::Fast(&[])), instance.rust(Rendering::Checked));
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
    if !instance.specialised.is_empty() {
        emit_special(out, instance, number);
    }
}

/// The name of the variant that drops flags: only instructions that write flags have one.
fn dead(instance: &Instance) -> &'static str {
    if instance.ending == Ending::Flags { "dead" } else { "live" }
}

/// The copies of an instance with constant registers.
fn emit_special(out: &mut String, instance: &Instance, number: usize) {
    let mut pairs = Vec::new();
    let dead = dead(instance);
    for (copy, registers) in specialise::copies(instance).enumerate() {
        let text = instance.rust(Rendering::Fast(&registers));
        writeln!(out, "handler!(h{number}_live{copy}, Live, {text}, h{number}_checked);").unwrap();
        if instance.ending == Ending::Flags {
            writeln!(out, "handler!(h{number}_dead{copy}, Dead, {text}, h{number}_checked);").unwrap();
        }
        pairs.push(format!("[h{number}_live{copy}, h{number}_{dead}{copy}]"));
    }
    let names: Vec<String> = specialise::slots(instance).iter().map(|slot| format!("RegisterSlot::{slot}")).collect();
    writeln!(
        out,
        "static SPECIAL_{number}: Special = Special {{ slots: &[{}], handlers: &[{}] }};",
        names.join(", "),
        pairs.join(", ")
    )
    .unwrap();
}

/// The `Variants` of an instance. Its ending and whether it faults are constants of the return type of its
/// function; they are checked against the signature that was parsed.
fn variants_literal(instance: &Instance, number: usize) -> String {
    let special = if instance.specialised.is_empty() { "None".to_string() } else { format!("Some(&SPECIAL_{number})") };
    let fused = if instance.fuses { format!("Some(&FUSED_{number})") } else { "None".to_string() };
    let function = instance.function(Rendering::Fast(&[]));
    format!(
        "Variants {{ special: {special}, live: h{number}_live, dead: h{number}_{dead}, checked: h{number}_checked, \
         ending: ending({function}, Ending::{ending:?}), faults: {memory} || raises({function}), \
         condition: {condition:?}, fused: {fused} }}",
        dead = dead(instance),
        ending = instance.ending,
        memory = instance.accesses_memory(),
        condition = instance.condition,
    )
}
