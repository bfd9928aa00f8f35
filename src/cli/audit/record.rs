//! The recorded state: which rows had a handler, and how many hardware vectors proved each.
//!
//! `tab86 verify --record` writes it, `tab86 audit` reads it. The one that is committed is part of
//! the binary, so that an audit needs no files.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Deserialize;

use crate::table::{self, Row};

use super::super::failure::Failure;

/// The recorded state that belongs to this version of the table.
const COMMITTED: &str = include_str!("../../../tests/data/proven.json");

/// How many vectors proved each row that had a handler; 0 for a row that none is about.
#[derive(Debug, Default, Deserialize)]
pub struct AuditRecord {
    rows: HashMap<String, u32>,
}

impl AuditRecord {
    /// The state that was committed with the table.
    ///
    /// # Errors
    /// The committed file is damaged.
    pub fn committed() -> Result<AuditRecord, Failure> {
        serde_json::from_str(COMMITTED)
            .map_err(|error| Failure::failed(format_args!("tests/data/proven.json: {error}")))
    }

    /// A state that `tab86 verify --record` has written.
    ///
    /// # Errors
    /// The file cannot be read or is something else.
    pub fn read(path: &Path) -> Result<AuditRecord, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        serde_json::from_str(&text).map_err(|error| Failure::not_runnable(format_args!("{}: {error}", path.display())))
    }

    /// How many vectors proved a row.
    pub fn vectors(&self, row: &Row) -> u32 {
        self.rows.get(&key(row)).copied().unwrap_or(0)
    }

    /// How many vectors proved the row that is recorded by a name.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.rows.get(name).copied()
    }

    /// How many rows are recorded.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// What each row is recorded by, and how many vectors proved it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.rows.iter().map(|(name, vectors)| (name.as_str(), *vectors))
    }
}

/// What a row is recorded by.
pub fn key(row: &Row) -> String {
    format!("{} {}", row.opcode, row.instruction)
}

/// What replayed vectors have shown so far about each row of the table.
pub struct Proof {
    passed: Vec<u32>,
    failed: Vec<bool>,
}

impl Proof {
    /// Nothing is proven.
    pub fn new() -> Proof {
        let rows = table::rows().len();
        Proof { passed: vec![0; rows], failed: vec![false; rows] }
    }

    /// Counts a vector about a row, by index.
    pub fn count(&mut self, row: u16, passed: bool) {
        let row = usize::from(row);
        self.passed[row] += u32::from(passed);
        self.failed[row] |= !passed;
    }

    /// Writes the state: one failure outweighs every vector that passed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        self.lines(path).map_err(|error| Failure::output(path, &error))
    }

    /// One line a row, in the table's order, so that a change shows as a change of its rows.
    fn lines(&self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::new(fs::File::create(path)?);
        write!(out, "{{\"rows\": {{")?;
        let counts = self.passed.iter().zip(&self.failed).map(|(&passed, failed)| if *failed { 0 } else { passed });
        let implemented = table::rows().iter().zip(counts).filter(|(row, _)| row.handler.is_some());
        for (number, (row, vectors)) in implemented.enumerate() {
            let comma = if number == 0 { "" } else { "," };
            write!(out, "{comma}\n{}: {vectors}", serde_json::to_string(&key(row))?)?;
        }
        writeln!(out, "\n}}}}")?;
        out.flush()
    }
}
