//! A row of `opcodes.json` as it is written, and what can be wrong with it.
//!
//! Used by `build.rs` and by the tests of the build; the library sees the finished table only.

mod access;
mod checks;
mod encoding;
mod file;
mod flags;
mod json;
pub mod near;
mod page;
mod tuple;
mod vector;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::key;
use super::notation::{self, FlagEffects, InstructionNotation, OpcodeNotation};

pub use file::read;

/// The file that holds the rows.
const FILE: &str = "opcodes.json";

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
    #[serde(default, deserialize_with = "json::without_duplicates")]
    pub undefined: BTreeMap<String, String>,
    /// LOCK, REP, or REPE and REPNE.
    #[serde(default)]
    pub prefixes: String,
    /// The function that executes the row.
    #[serde(deserialize_with = "json::present")]
    pub handler: Option<String>,
    /// Volume and page title.
    #[serde(default)]
    pub sdm: String,
    /// Errata and remarks.
    #[serde(default)]
    pub note: String,
}

/// A row with its notation parsed.
#[derive(Clone, Debug)]
pub struct ParsedRow {
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
    /// The file, `opcodes.json` if it is not another.
    pub name: &'static str,
    /// Line in it, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// Column in that line, counted from 1; 0 for the line as a whole.
    pub column: usize,
    /// The row's opcode and instruction, if it got that far.
    pub row: String,
    /// What is wrong, and the remedy.
    pub problem: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for number in [self.line, self.column].into_iter().filter(|number| *number > 0) {
            write!(f, ":{number}")?;
        }
        let row = if self.row.is_empty() { String::new() } else { format!("{}: ", self.row) };
        write!(f, ": {row}{}", self.problem)
    }
}

impl TableError {
    /// An error about the file, or about a line that is no row.
    pub fn file(line: usize, problem: String) -> TableError {
        TableError { name: FILE, line, column: 0, row: String::new(), problem }
    }
}

impl ParsedRow {
    /// An error about this row.
    pub fn error(&self, problem: impl Into<String>) -> TableError {
        TableError { row: self.title(), ..TableError::file(self.line, problem.into()) }
    }

    /// The slot of its opcode byte, of the first if a register is part of it.
    pub fn slot(&self) -> u16 {
        key::slot(self.opcode.space(), self.opcode.map as u8, self.opcode.byte)
    }

    /// Opcode and instruction, as messages name a row.
    pub fn title(&self) -> String {
        format!("`{}` `{}`", self.raw.opcode, self.raw.instruction)
    }
}
