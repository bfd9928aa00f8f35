//! `--rows`: how often a run executed each row of the table. `tab86 audit --executed` reads it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::audit::record;
use crate::cli::failure::Failure;
use crate::table;

use super::observe::RunReport;
use super::observe::counts::Executed;

/// Shows the counts of rows.
pub struct ExecutedRows {
    path: PathBuf,
    file: File,
}

impl ExecutedRows {
    /// Those that will be written into a file.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn start(path: &Path) -> Result<ExecutedRows, Failure> {
        let file = File::create(path).map_err(|error| Failure::output(path, &error))?;
        Ok(ExecutedRows { path: path.into(), file })
    }

    /// One line a row, in the table's order. The counts add up to the instructions of the run.
    fn lines(&self, counts: &BTreeMap<u16, u64>) -> io::Result<()> {
        let mut out = BufWriter::new(&self.file);
        write!(out, "{{\"rows\": {{")?;
        for (number, (row, count)) in counts.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            let key = record::key(table::row(*row));
            write!(out, "{comma}\n{}: {count}", serde_json::to_string(&key)?)?;
        }
        writeln!(out, "\n}}}}")?;
        out.flush()
    }
}

impl RunReport for ExecutedRows {
    fn write(&mut self, executed: &mut Executed) -> Result<(), Failure> {
        let mut counts = BTreeMap::new();
        for (instruction, count) in executed.runs.iter().flat_map(|runs| executed.instructions(runs, true)) {
            *counts.entry(instruction.row).or_default() += count;
        }
        self.lines(&counts).map_err(|error| Failure::output(&self.path, &error))
    }
}
