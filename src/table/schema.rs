//! A row of `opcodes.json` as it is written, and what can be wrong with it.
//!
//! Shared by `build.rs` and the tests; the library itself sees the finished table.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::notation::{self, Instruction, Opcode};

/// One row, column by column; the `"legend"` of `opcodes.json` explains each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRow {
    pub opcode: String,
    pub instruction: String,
    pub size: Option<u8>,
    pub address: Option<u8>,
    #[serde(default)]
    pub far: bool,
    pub encoding: String,
    #[serde(default)]
    pub cpuid: String,
    #[serde(default)]
    pub access: String,
    #[serde(default)]
    pub flags: String,
    #[serde(default)]
    pub undefined: BTreeMap<String, String>,
    #[serde(default)]
    pub prefixes: String,
    #[serde(deserialize_with = "present")]
    pub handler: Option<String>,
    #[serde(default)]
    pub sdm: String,
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
    pub raw: RawRow,
    /// Line in `opcodes.json`, counted from 1.
    pub line: usize,
    pub opcode: Opcode,
    pub instruction: Instruction,
    pub flags: FlagEffects,
}

/// What a row says about flags, as masks of EFLAGS.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FlagEffects {
    /// T: the instruction depends on them.
    pub tested: u32,
    /// M, m, 0, 1, -: it may change them.
    pub written: u32,
    /// M, 0, 1, -: it certainly does, so that their old values die.
    pub killed: u32,
    /// -: it leaves them undefined, always.
    pub undefined: u32,
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
pub fn read(text: &str) -> Result<Vec<Row>, Vec<TableError>> {
    let mut rows = Vec::new();
    let mut errors = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("{\"opcode\"") {
            match read_row(line.trim().trim_end_matches(','), index + 1) {
                Ok(row) => rows.push(row),
                Err(error) => errors.push(error),
            }
        }
    }
    if let Err(problem) = check_file(text, rows.len() + errors.len()) {
        errors.insert(0, TableError { line: 0, row: String::new(), problem });
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

fn check_file(text: &str, lines: usize) -> Result<(), String> {
    let whole: serde_json::Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    let rows = whole.get("rows").and_then(|rows| rows.as_array());
    let count = rows.ok_or("there is no list \"rows\"; the file is {\"legend\":{…},\"rows\":[…]}")?.len();
    if count != lines {
        return Err(format!(
            "{count} rows stand on {lines} lines that begin with {{\"opcode\"; write one row a line, its opcode first"
        ));
    }
    Ok(())
}

fn read_row(text: &str, line: usize) -> Result<Row, TableError> {
    let bare = |problem: String| TableError { line, row: String::new(), problem };
    let raw: RawRow = serde_json::from_str(text).map_err(|error| {
        bare(format!("{error}; the keys are opcode, instruction, size, address, far, encoding, cpuid, access, flags, undefined, prefixes, handler, sdm, note"))
    })?;
    let title = format!("`{}` `{}`", raw.opcode, raw.instruction);
    let error = |problem: String| TableError { line, row: title.clone(), problem };
    let opcode = notation::opcode(&raw.opcode).map_err(|wrong| error(format!("opcode: {wrong}")))?;
    let instruction = notation::instruction(&raw.instruction, &raw.encoding)
        .map_err(|wrong| error(format!("instruction: {wrong}")))?;
    let flags = flag_effects(&raw.flags).map_err(&error)?;
    check_access(&raw, instruction.operands.len()).map_err(&error)?;
    check_undefined(&raw, flags).map_err(&error)?;
    check_keys(&raw).map_err(&error)?;
    Ok(Row { raw, line, opcode, instruction, flags })
}

const FLAG_BITS: [(&str, u32); 12] = [
    ("OF", 11),
    ("SF", 7),
    ("ZF", 6),
    ("AF", 4),
    ("PF", 2),
    ("CF", 0),
    ("DF", 10),
    ("IF", 9),
    ("TF", 8),
    ("NT", 14),
    ("RF", 16),
    ("AC", 18),
];

fn flag_bit(name: &str) -> Result<u32, String> {
    let known = FLAG_BITS.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, bit)| 1 << bit)
        .ok_or_else(|| format!("flags: `{name}` is no flag; write OF SF ZF AF PF CF DF IF TF NT RF or AC"))
}

fn flag_effects(text: &str) -> Result<FlagEffects, String> {
    let mut effects = FlagEffects::default();
    for token in text.split_whitespace() {
        let (name, letters) =
            token.split_once(':').ok_or_else(|| format!("flags: `{token}` has no letter; write {token}:M"))?;
        let bit = flag_bit(name)?;
        for letter in letters.chars() {
            match letter {
                'T' => effects.tested |= bit,
                'm' => effects.written |= bit,
                'M' | '0' | '1' | '-' => {
                    effects.written |= bit;
                    effects.killed |= bit;
                    effects.undefined |= if letter == '-' { bit } else { 0 };
                }
                _ => return Err(format!("flags: `{letter}` in `{token}`; the letters are T M m 0 1 -")),
            }
        }
    }
    Ok(effects)
}

fn check_access(raw: &RawRow, operands: usize) -> Result<(), String> {
    let tokens: Vec<&str> = raw.access.split_whitespace().collect();
    if let Some(token) = tokens.iter().find(|token| !["r", "w", "rw", "cr", "cw", "rcw", "n"].contains(token)) {
        return Err(format!("access: `{token}`; write r, w, rw, cr, cw, rcw or n for each operand"));
    }
    if tokens.len() != operands {
        return Err(format!("access: {} letters for {operands} operands; write one for each", tokens.len()));
    }
    Ok(())
}

/// `undefined` and `flags` must agree: only a flag that the row writes can be undefined.
fn check_undefined(raw: &RawRow, flags: FlagEffects) -> Result<(), String> {
    for (name, condition) in &raw.undefined {
        let bit = flag_bit(name).map_err(|problem| problem.replace("flags:", "undefined:"))?;
        if flags.written & bit == 0 {
            return Err(format!(
                "undefined: {name} when {condition}, but flags does not say that {name} is written; add {name}:m there"
            ));
        }
        if flags.undefined & bit != 0 {
            return Err(format!(
                "undefined: {name} when {condition}, but flags says {name}:-, always; keep one of the two"
            ));
        }
        if !["count>0", "count>1", "count>width", "count>=width"].contains(&condition.as_str()) {
            return Err(format!("undefined: `{condition}`; write count>0, count>1, count>width or count>=width"));
        }
    }
    Ok(())
}

fn check_keys(raw: &RawRow) -> Result<(), String> {
    for (key, value) in [("size", raw.size), ("address", raw.address)] {
        if value.is_some_and(|bits| bits != 16 && bits != 32) {
            return Err(format!("{key}: write 16 or 32"));
        }
    }
    match raw.prefixes.as_str() {
        "" | "LOCK" | "REP" | "REPE REPNE" => Ok(()),
        other => Err(format!("prefixes: `{other}`; write LOCK, REP or \"REPE REPNE\"")),
    }
}
