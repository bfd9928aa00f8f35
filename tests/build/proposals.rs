//! What the build proposes for a handler that is missing, held against the handlers that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::table::build::bind::{self, SHAPES};
use crate::table::build::source::{self, Functions};
use crate::table::build::{maps, proposal};
use crate::table::schema::{self, ParsedRow};

fn rows() -> Vec<ParsedRow> {
    schema::read(include_str!("../../opcodes.json")).unwrap()
}

fn functions() -> Functions {
    source::read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The rows of each handler.
fn by_handler(rows: &[ParsedRow]) -> BTreeMap<&str, Vec<&ParsedRow>> {
    let mut naming: BTreeMap<&str, Vec<&ParsedRow>> = BTreeMap::new();
    for row in rows {
        if let Some(name) = &row.raw.handler {
            naming.entry(name).or_default().push(row);
        }
    }
    naming
}

/// Binds a proposed function to its rows, in every size and shape.
fn bound(name: &str, rows: &[&ParsedRow], signature: &str) -> Result<BTreeSet<String>, String> {
    let found = source::read_text("proposed", "proposed.rs", &format!("{signature} {{}}"));
    let found = found.map_err(|errors| format!("{signature}: {}", errors[0]))?;
    let function = found.handlers.values().next().ok_or_else(|| format!("{signature}: no handler"))?;
    let mut instances = BTreeSet::new();
    for row in rows {
        for size in [16, 32] {
            for shape in SHAPES.into_iter().filter(|shape| bind::has_shape(row, *shape)) {
                let row =
                    ParsedRow { raw: schema::RawRow { lanes: String::new(), ..row.raw.clone() }, ..(*row).clone() };
                let instance =
                    bind::instance(&row, function, size, shape).map_err(|error| format!("{name}: {error}"))?;
                instances.insert(instance.function(crate::table::build::instance::Rendering::Checked));
            }
        }
    }
    Ok(instances)
}

#[test]
fn every_proposal_binds_to_its_rows() {
    let rows = rows();
    maps::build(&rows).unwrap();
    let mut wrong = Vec::new();
    for (name, naming) in by_handler(&rows) {
        let keyword = name == "loop";
        let written = if keyword { "r#loop" } else { name };
        let one_form: Vec<&ParsedRow> = naming
            .iter()
            .filter(|row| row.instruction.operands.len() == naming[0].instruction.operands.len())
            .copied()
            .collect();
        wrong.extend(bound(name, &one_form, &proposal::signature(written, &one_form)).err());
        for row in &naming {
            wrong.extend(bound(name, &[row], &proposal::signature(written, &[row])).err());
        }
    }
    assert!(wrong.is_empty(), "{} do not bind:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_proposal_has_the_parameters_of_its_kind() {
    let rows = rows();
    let of = |instruction: &str| {
        let row = rows.iter().find(|row| row.raw.instruction == instruction).unwrap_or_else(|| panic!("{instruction}"));
        proposal::signature("f", &[row])
    };
    for (instruction, signature) in [
        ("ADD r/m32, r32", "<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags>"),
        ("CMP r/m32, imm8", "<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags>"),
        (
            "SHLD r/m32, r32, CL",
            "<W: Width, D: Place<W>, S: Value<W>, T: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags>",
        ),
        ("LEA r32, m", "<A: AccessMode, W: Width, D: Place<W>, S: Address>(m: &mut Machine, op: &Op) -> Faulting<()>"),
        ("AADD m32, r32", "<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()>"),
        (
            "PADDB xmm1, xmm2/m128",
            "<V: Vector, D: Place<V>, S: Value<V>, T: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()>",
        ),
        (
            "VPADDB ymm1, ymm2, ymm3/m256",
            "<V: Vector, D: Place<V>, S: Value<V>, T: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()>",
        ),
        (
            "PSHUFD xmm1, xmm2/m128, imm8",
            "<V: Vector, D: Place<V>, S: Value<V>, T: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<()>",
        ),
        ("FADD m32fp", "<A: AccessMode, T: Real, D: Value<T>>(m: &mut Machine, op: &Op) -> Faulting<()>"),
        ("FST m64fp", "<A: AccessMode, T: Stored, D: Place<T>>(m: &mut Machine, op: &Op) -> Faulting<()>"),
        (
            "FADD ST(0), ST(i)",
            "<A: AccessMode, D: Value<StackIndex>, S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()>",
        ),
        ("JMP rel32", "(m: &mut Machine, op: &Op) -> Outcome<Direct>"),
    ] {
        assert_eq!(of(instruction), format!("pub fn f{signature}"), "{instruction}");
    }
}

/// A handler that is taken away is proposed for the file in which it stood, in three cases of four at least.
#[test]
fn the_file_is_that_of_the_heading() {
    let (rows, functions) = (rows(), functions());
    let naming = by_handler(&rows);
    let proposed = |name: &str| proposal::file(naming[name][0], &rows, &functions.handlers);
    let stands = |name: &str| functions.handlers[name].at.file.as_str();
    let sample: Vec<&str> = naming.keys().step_by(4).copied().collect();
    let wrong: Vec<String> = sample
        .iter()
        .filter(|name| proposed(name) != Some(stands(name)))
        .map(|name| format!("{name}: {} instead of {}", proposed(name).unwrap_or_default(), stands(name)))
        .collect();
    assert!(wrong.len() * 4 < sample.len(), "{} of {}:\n{}", wrong.len(), sample.len(), wrong.join("\n"));
    for (name, file) in [
        ("AADD", "general_purpose/binary_arithmetic.rs"),
        ("AAND", "general_purpose/logical.rs"),
        ("AOR", "general_purpose/logical.rs"),
        ("AXOR", "general_purpose/logical.rs"),
    ] {
        let row = rows.iter().find(|row| row.instruction.mnemonic == name).unwrap();
        let proposed = proposal::file(row, &rows, &functions.handlers);
        assert_eq!(proposed, Some(format!("src/instructions/{file}").as_str()), "{name}");
    }
}
