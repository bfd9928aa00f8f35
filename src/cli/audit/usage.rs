//! Which rows a program uses, and how often: what its file contains, or what a run of it executed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::table::Row;

use super::super::contents::{Reached, Tally};
use super::super::failure::Failure;
use super::super::file_code::FileCode;
use super::super::input;
use super::record;

/// How often each row is used, by what rows are recorded by.
#[derive(Default, Deserialize)]
pub struct RowUsage {
    rows: HashMap<String, u64>,
}

impl RowUsage {
    /// What stands in programs that are not run.
    ///
    /// # Errors
    /// One of them cannot be read, or is no program.
    pub fn contained(programs: &[PathBuf]) -> Result<RowUsage, Failure> {
        let mut usage = RowUsage::default();
        for path in programs {
            let bytes = input::read(path)?;
            let refuse = |problem| Failure::not_runnable(format_args!("{}: {problem}", path.display()));
            let code = FileCode::read(&bytes).map_err(refuse)?;
            for tally in Tally::of(&Reached::find(&code)).rows {
                *usage.rows.entry(record::key(tally.row)).or_default() += tally.count;
            }
        }
        Ok(usage)
    }

    /// What a run executed: a JSON object whose `rows` has a count for each row, by opcode and instruction.
    ///
    /// # Errors
    /// The file cannot be read, or is something else.
    pub fn executed(path: &Path) -> Result<RowUsage, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        serde_json::from_str(&text).map_err(|error| Failure::not_runnable(format_args!("{}: {error}", path.display())))
    }

    /// How often a row is used.
    pub fn of(&self, row: &Row) -> u64 {
        self.rows.get(&record::key(row)).copied().unwrap_or(0)
    }
}
