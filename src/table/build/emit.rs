//! The generated Rust source of the handlers, with their index.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::handler::Ending;
use super::super::schema::{ParsedRow, TableError};
use super::copies::Copies;
use super::forwarding;
use super::instance::{Instance, Rendering};
use super::instances::Instances;
use super::sequences::{self, SequencesByFirst};
use super::signature::Signature;

/// The source of every handler and of the index from rows to handlers. A row whose handler is not
/// there has none; `names` reports it.
///
/// # Errors
/// Rows whose operands do not fit the signature of their handler, and copies of what is not there.
pub fn handlers(
    rows: &[ParsedRow],
    signatures: &BTreeMap<String, Signature>,
    copies: &Copies,
) -> Result<String, Vec<TableError>> {
    let mut instances = Instances::default();
    let mut errors: Vec<TableError> =
        rows.iter().filter_map(|row| instances.add(row, signatures, !copies.is_empty()).err()).collect();
    errors.extend(forwarding::wanted(copies, &mut instances).err());
    let sequences = sequences::resolve(copies, &instances).unwrap_or_else(|error| {
        errors.push(error);
        SequencesByFirst::new()
    });
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut out = String::new();
    let mut list = String::new();
    for (number, instance) in instances.list.iter().enumerate() {
        emit_instance(&mut out, &instances, number);
        let forwards = instances.forwards[number];
        if forwards {
            forwarding::emit(&mut out, &instances, number);
        }
        let several = sequences.get(&number);
        if let Some(several) = several {
            sequences::emit(&mut out, &instances, number, several);
        }
        writeln!(list, "    {},", variants(instance, number, forwards, several.is_some())).unwrap();
    }
    writeln!(out, "pub(super) static VARIANTS: [Variants; {}] = [\n{list}];", instances.list.len()).unwrap();
    writeln!(out, "pub(super) static ROW_VARIANTS: [[u16; 6]; {}] = [", instances.rows.len()).unwrap();
    for row in &instances.rows {
        writeln!(out, "    {:?},", row.map(|number| number.map_or(u16::MAX, |number| number as u16))).unwrap();
    }
    out.push_str("];\n");
    Ok(out)
}

/// One handler function for each variant of an instance.
fn emit_instance(out: &mut String, instances: &Instances, number: usize) {
    let (instance, (gives, _)) = (&instances.list[number], instances.gift(number));
    let (fast, checked) = (instance.rust(Rendering::Fast(&[])), instance.rust(Rendering::Checked));
    writeln!(out, "handler!(h{number}_checked, Checking, {gives}, {checked});").unwrap();
    writeln!(out, "handler!(h{number}_live, Live, {gives}, (h{number}_checked) {fast});").unwrap();
    if instance.ending == Ending::Flags {
        writeln!(out, "handler!(h{number}_dead, Dead, {gives}, (h{number}_checked) {fast});").unwrap();
    }
}

/// The `Variants` of an instance, with forwarding and sequences if it has them. Its ending and whether it
/// faults are constants of the return type of its function; they are checked against the
/// signature that was parsed.
fn variants(instance: &Instance, number: usize, forwards: bool, several: bool) -> String {
    let function = instance.function(Rendering::Fast(&[]));
    format!(
        "Variants {{ live: h{number}_live, dead: h{number}_{dead}, checked: h{number}_checked, \
         ending: ending({function}, Ending::{ending:?}), faults: {memory} || raises({function}), \
         forwarding: {forwarding}, sequences: {sequences} }}",
        forwarding = if forwards { format!("Some(&FORWARDING_{number})") } else { "None".to_string() },
        sequences = if several { format!("&SEQUENCES_{number}") } else { "&Sequences::NONE".to_string() },
        dead = instance.dead(),
        ending = instance.ending,
        memory = instance.accesses_memory(),
    )
}
