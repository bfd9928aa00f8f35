//! What `opcodes.json` promises: one line a row, keys and rows in order, every row reached by its own
//! encoding; and, where the SDM's facts lie beside the project, that they are all there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use tab86::decode::Decoder;
use tab86::table::{self, Row, notation};

use crate::encoder;

const TEXT: &str = include_str!("../../opcodes.json");

/// The keys of an object as they stand.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Keys;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

fn keys(object: &str) -> Vec<String> {
    let Keys(keys) = serde_json::from_str(object).unwrap();
    keys
}

/// The keys that a row may have, in the order in which the legend explains them.
fn legend() -> Vec<String> {
    let (_, after) = TEXT.split_once("\"legend\":").unwrap();
    let (legend, _) = after.split_once("\n},").unwrap();
    keys(&format!("{legend}}}"))
}

#[test]
fn each_row_stands_on_its_line_with_its_keys_in_order() {
    let (lines, legend): (Vec<&str>, _) = (TEXT.lines().collect(), legend());
    for row in table::rows() {
        let line = lines[row.line as usize - 1];
        assert!(line.starts_with(&format!("{{\"opcode\":{:?}, \"instruction\":", row.opcode)), "line {}", row.line);
        let place = |key: &String| legend.iter().position(|known| known == key).unwrap();
        let keys = keys(line.trim_end_matches(','));
        assert!(keys.iter().map(place).is_sorted(), "line {}: write the keys in the order {legend:?}", row.line);
    }
}

#[test]
fn a_row_without_a_handler_says_why() {
    for row in table::rows().iter().filter(|row| row.handler.is_none()) {
        assert!(
            !row.reason().is_empty(),
            "line {}: {} needs a handler, a note, or a reason of its group",
            row.line,
            row.instruction
        );
    }
}

#[test]
fn rows_are_in_opcode_map_order() {
    let place = |row: &Row| {
        let opcode = notation::opcode(&row.opcode).unwrap();
        (opcode.space(), opcode.map, opcode.byte)
    };
    for pair in table::rows().windows(2) {
        assert!(place(&pair[0]) <= place(&pair[1]), "line {}: {} comes too late", pair[1].line, pair[1].opcode);
    }
}

#[test]
fn every_row_is_found_by_its_own_encoding() {
    for (index, row) in table::rows().iter().enumerate() {
        for memory in [false, true] {
            let bytes = encoder::encode(row, &[], memory);
            let found = Decoder::new(32).decode(&bytes, 0).map(|instruction| usize::from(instruction.index));
            assert_eq!(found, Ok(index), "line {}: {} {bytes:02x?}", row.line, row.instruction);
        }
    }
}

#[test]
fn only_short_forms_are_sign_extended() {
    let mnemonics: BTreeSet<&str> =
        table::rows().iter().filter(|row| row.sign_extended).map(|row| row.mnemonic.as_str()).collect();
    let expected = ["ADC", "ADD", "AND", "CMP", "IMUL", "OR", "PUSH", "SBB", "SUB", "XOR"];
    assert_eq!(mnemonics, BTreeSet::from(expected));
}

/// Rows of the SDM of December 2015 that the table has not, or elsewhere.
const NOT_IN_TABLE: [(&str, &str); 8] = [
    ("BND", "MPX, withdrawn from the SDM"),
    ("FWAIT", "the row is WAIT"),
    ("ICEBP", "the row is INT1"),
    ("INT 3", "the row is INT3"),
    ("MOV AL, moffs8", "the table prints no cm"),
    ("MOV AX, moffs16", "the table prints no cm"),
    ("MOV EAX, moffs32", "the table prints no cm"),
    ("MOV moffs", "the table prints no cm"),
];

/// Opcode and mnemonic of a row, without what only one of the two sources prints.
fn key(opcode: &str, instruction: &str) -> (String, String) {
    let mut opcode = opcode.trim_start_matches("NP ").trim_start_matches("NFx ").to_string();
    ["NDS.", "NDD.", "DDS."].iter().for_each(|part| opcode = opcode.replace(part, ""));
    let mnemonic = instruction.split(' ').next().unwrap_or_default();
    (opcode.replace(".W0 ", ".WIG "), mnemonic.replace("_FAR", ""))
}

/// Whether the table's access is the SDM's: conditions, untouched operands, kept parts of a vector
/// register or XSAVE area are the table's own precision; an erratum has its note.
fn same_access(row: &Row, sdm: &[&str]) -> bool {
    let ours: Vec<&str> = row.access.split_whitespace().collect();
    let same = |(ours, sdm): (&&str, &&str)| match *ours {
        "cw" | "rcw" => sdm.contains('w'),
        "cr" => *sdm == "r",
        "n" => true,
        "rw" if row.instruction.contains("mm") || row.instruction.ends_with("mem") => sdm.contains('w'),
        plain => plain == *sdm,
    };
    let noted = ["SDM erratum", "Access is", "Undocumented"].iter().any(|start| row.note.starts_with(start));
    noted || ours.len() == sdm.len() && ours.iter().zip(sdm).all(same)
}

#[test]
fn every_row_of_the_sdm_is_there() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/sdm/sdm-rows-2015.tsv");
    let Ok(facts) = fs::read_to_string(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let mut ours: BTreeMap<(String, String), Vec<&Row>> = BTreeMap::new();
    table::rows().iter().for_each(|row| ours.entry(key(&row.opcode, &row.instruction)).or_default().push(row));
    let mut problems = Vec::new();
    for line in facts.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (instruction, opcode) = (columns[0], columns[1]);
        let access: Vec<&str> = columns[5].split(',').filter(|one| !one.is_empty()).collect();
        let left_out = || NOT_IN_TABLE.iter().any(|(start, _)| instruction.starts_with(start)) || opcode == "0F B9";
        match ours.get(&key(opcode, instruction)) {
            None if left_out() => {}
            None => problems.push(format!("{opcode} | {instruction}: no row")),
            Some(rows) if rows.iter().any(|row| same_access(row, &access)) => {}
            Some(rows) => problems
                .push(format!("{opcode} | {instruction}: {access:?}, line {}: {}", rows[0].line, rows[0].access)),
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
