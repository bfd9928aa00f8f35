//! A row of `opcodes.json` as it is written, and what can be wrong with it.
//!
//! Used by `build.rs` and the tests of the build; the library sees the finished table.

mod checks;
mod flags;
mod tuple;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::notation::{self, FlagEffects, InstructionNotation, OpcodeNotation};

/// The keys of a row, in the order in which they stand.
pub const KEYS: [&str; 17] = [
    "opcode",
    "instruction",
    "size",
    "address",
    "alignment",
    "lanes",
    "far",
    "encoding",
    "tuple",
    "cpuid",
    "access",
    "flags",
    "undefined",
    "prefixes",
    "handler",
    "sdm",
    "note",
];

/// One row, column by column; the `"legend"` of `opcodes.json` explains each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRow {
    /// The opcode column.
    pub opcode: String,
    /// The instruction column.
    pub instruction: String,
    /// Operand size, where the text does not tell it.
    pub size: Option<u8>,
    /// Address size, where only that tells two rows apart.
    pub address: Option<u8>,
    /// Bytes that the memory operand must be a multiple of, where the general rule does not hold.
    pub alignment: Option<u8>,
    /// Bits of the elements of a vector, separated by spaces, where the operands do not tell them.
    #[serde(default)]
    pub lanes: String,
    /// A transfer to another code segment.
    #[serde(default)]
    pub far: bool,
    /// Where the operands are.
    pub encoding: String,
    /// The tuple type of a memory operand in EVEX.
    #[serde(default)]
    pub tuple: String,
    /// CPUID features, separated by spaces.
    #[serde(default)]
    pub cpuid: String,
    /// Access to each operand, separated by spaces.
    #[serde(default)]
    pub access: String,
    /// Flags with their letters, separated by spaces.
    #[serde(default)]
    pub flags: String,
    /// Flags that are undefined under a condition.
    #[serde(default)]
    pub undefined: BTreeMap<String, String>,
    /// LOCK, REP, or REPE and REPNE.
    #[serde(default)]
    pub prefixes: String,
    /// The function that executes the row.
    #[serde(deserialize_with = "present")]
    pub handler: Option<String>,
    /// Volume and page title.
    #[serde(default)]
    pub sdm: String,
    /// Errata and remarks.
    #[serde(default)]
    pub note: String,
}

/// `"handler": null` must be written out: a missing key is an oversight.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// A row with its notation parsed.
#[derive(Clone, Debug)]
pub struct Row {
    /// The row as it is written.
    pub raw: RawRow,
    /// Line in `opcodes.json`, counted from 1.
    pub line: usize,
    /// The opcode column, parsed.
    pub opcode: OpcodeNotation,
    /// The instruction column, parsed.
    pub instruction: InstructionNotation,
    /// The flags column, parsed.
    pub flags: FlagEffects,
    /// Bits of the memory operand without broadcast, where the row has a tuple type.
    pub memory_bits: Option<u16>,
}

/// Why the table was refused: which row, what is wrong, what to write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableError {
    /// Line in `opcodes.json`; 0 for the file as a whole.
    pub line: usize,
    /// The row's opcode and instruction, if it got that far.
    pub row: String,
    /// What is wrong, and the remedy.
    pub problem: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.row.is_empty()) {
            (0, _) => write!(f, "opcodes.json: {}", self.problem),
            (line, true) => write!(f, "opcodes.json:{line}: {}", self.problem),
            (line, false) => write!(f, "opcodes.json:{line}: {}: {}", self.row, self.problem),
        }
    }
}

impl TableError {
    /// An error about the file, or about a line that is no row.
    pub fn file(line: usize, problem: String) -> TableError {
        TableError { line, row: String::new(), problem }
    }
}

impl Row {
    /// An error about this row.
    pub fn error(&self, problem: impl Into<String>) -> TableError {
        TableError { line: self.line, row: self.title(), problem: problem.into() }
    }

    /// Opcode and instruction, as messages name a row.
    pub fn title(&self) -> String {
        format!("`{}` `{}`", self.raw.opcode, self.raw.instruction)
    }
}

/// Reads the whole file: every row, or every error.
///
/// # Errors
/// Everything wrong with the file and with each row by itself; `build::maps` finds what is wrong
/// between rows.
pub fn read(text: &str) -> Result<Vec<Row>, Vec<TableError>> {
    let mut errors: Vec<TableError> = file_errors(text).into_iter().collect();
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| is_row(line)) {
        match read_row(line.trim().trim_end_matches(','), index + 1) {
            Ok(row) => rows.push(row),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// Whether a line is a row: each begins with its opcode.
fn is_row(line: &str) -> bool {
    line.trim_start().starts_with("{\"opcode\"")
}

/// What is wrong with the file as a whole.
fn file_errors(text: &str) -> Option<TableError> {
    let whole: serde_json::Value = match serde_json::from_str(text) {
        Ok(whole) => whole,
        Err(error) => return Some(TableError::file(error.line(), format!("not JSON: {error}"))),
    };
    let Some(rows) = whole.get("rows").and_then(|rows| rows.as_array()) else {
        return Some(TableError::file(
            0,
            "there is no list \"rows\"; the file is {\"legend\":{…},\"rows\":[…]}".to_string(),
        ));
    };
    if rows.len() == text.lines().filter(|line| is_row(line)).count() {
        return None;
    }
    let after_head = text.lines().enumerate().skip_while(|(_, line)| !line.contains("\"rows\"")).skip(1);
    let stray = after_head
        .map(|(index, line)| (index, line.trim()))
        .find(|(_, line)| line.starts_with('{') && !is_row(line) || line.matches("{\"opcode\"").count() > 1);
    let line = stray.map_or(0, |(index, _)| index + 1);
    Some(TableError::file(
        line,
        "write one row a line, its opcode first: {\"opcode\":\"01 /r\", \"instruction\":…".to_string(),
    ))
}

fn read_row(text: &str, line: usize) -> Result<Row, TableError> {
    let raw: RawRow = serde_json::from_str(text).map_err(|error| json_error(text, line, &error))?;
    let title = format!("`{}` `{}`", raw.opcode, raw.instruction);
    let error = |problem: String| TableError { line, row: title.clone(), problem };
    let opcode = notation::opcode(&raw.opcode).map_err(|wrong| error(format!("opcode: {wrong}")))?;
    let instruction = notation::instruction(&raw.instruction, &raw.encoding)
        .map_err(|wrong| error(format!("instruction: {wrong}")))?;
    let effects = notation::flag_effects(&raw.flags).map_err(&error)?;
    let memory_bits = tuple::memory_bits(&raw, &opcode, &instruction).map_err(&error)?;
    let row = Row { raw, line, opcode, instruction, flags: effects, memory_bits };
    checks::check(&row).map_err(&error)?;
    Ok(row)
}

/// What serde says about a row, without its position on the line, and the keys that there are.
fn json_error(text: &str, line: usize, error: &serde_json::Error) -> TableError {
    let whole: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let column = |name: &str| whole.get(name).and_then(|value| value.as_str()).map(|value| format!("`{value}`"));
    let row = [column("opcode"), column("instruction")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default().split(", expected one of").next().unwrap_or_default();
    let remedy = match said {
        "trailing characters" => "write one row a line".to_string(),
        "missing field `handler`" => "write \"handler\":null while nothing executes the row".to_string(),
        _ => format!("the keys are {}", KEYS.join(", ")),
    };
    TableError { line, row, problem: format!("{said} (column {}); {remedy}", error.column()) }
}
