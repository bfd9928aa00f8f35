//! The report of `tab86 verify`: counts for each form, and the first vectors that failed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::table;
use crate::vectors::TestVector;

use super::difference;
use super::result::{FailedReplay, ReplayResult};

/// A failed vector that the report shows.
struct Shown {
    form: String,
    path: PathBuf,
    vector: TestVector,
    failing: FailedReplay,
}

/// How many vectors of a form passed, failed and were skipped.
#[derive(Clone, Copy, Default, Serialize)]
pub struct VectorCounts {
    total: u64,
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// The counts for each form, and the failed vectors that are shown.
#[derive(Default)]
pub struct VerifyReport {
    counts: VectorCounts,
    forms: BTreeMap<String, VectorCounts>,
    shown: Vec<Shown>,
    /// The most failed vectors that are shown.
    limit: usize,
    /// Mnemonics that have no handler.
    unimplemented: BTreeSet<&'static str>,
    /// How many vectors were approximations, and how many of them the same to the bit.
    approximations: (u64, u64),
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    counts: VectorCounts,
    forms: &'a BTreeMap<String, VectorCounts>,
}

impl VectorCounts {
    fn count(&mut self, result: &ReplayResult) {
        self.total += 1;
        match result {
            ReplayResult::Passed | ReplayResult::Near => self.passed += 1,
            ReplayResult::Failed(_) => self.failed += 1,
            ReplayResult::Skipped(_) => self.skipped += 1,
        }
    }
}

impl VerifyReport {
    /// An empty report that will show at most `limit` failing vectors.
    pub fn new(limit: usize) -> VerifyReport {
        VerifyReport { limit, ..VerifyReport::default() }
    }

    /// Adds a vector.
    pub fn count(&mut self, form: String, path: &Path, vector: TestVector, result: ReplayResult) {
        self.counts.count(&result);
        self.forms.entry(form.clone()).or_default().count(&result);
        if vector.approx && matches!(result, ReplayResult::Passed | ReplayResult::Near) {
            self.approximations.0 += 1;
            self.approximations.1 += u64::from(matches!(result, ReplayResult::Passed));
        }
        match result {
            ReplayResult::Failed(failing) if self.shown.len() < self.limit => {
                self.shown.push(Shown { form, path: path.into(), vector, failing });
            }
            ReplayResult::Skipped(row) => {
                self.unimplemented.insert(table::row(row).mnemonic.as_str());
            }
            _ => {}
        }
    }

    /// How many vectors there were.
    pub fn total(&self) -> u64 {
        self.counts.total
    }

    /// Whether any vector failed.
    pub fn has_failed(&self) -> bool {
        self.counts.failed > 0
    }

    /// Writes the report as one JSON object.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &Json { counts: self.counts, forms: &self.forms })?;
        writeln!(out)
    }

    /// Writes the report as text: a line for each form, then the failures, then the sum.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.forms.keys().map(|form| form.chars().count()).max().unwrap_or(0);
        for (form, counts) in &self.forms {
            writeln!(out, "{form:width$}  {}", describe(counts))?;
        }
        for Shown { form, path, vector, failing } in &self.shown {
            writeln!(out, "\n{form}: {} id {}", path.display(), vector.id)?;
            difference::show(vector, failing, out)?;
        }
        let hidden = self.counts.failed - self.shown.len() as u64;
        if hidden > 0 {
            writeln!(out, "\n{hidden} more failed; --show N shows more of them")?;
        }
        if !self.unimplemented.is_empty() {
            let names: Vec<&str> = self.unimplemented.iter().copied().collect();
            writeln!(out, "\nSkipped for want of a handler: {}", names.join(" "))?;
        }
        if let (approximations @ 1.., same) = self.approximations {
            writeln!(
                out,
                "\nApproximations within their tolerance: {approximations}, {same} of them the same to the bit"
            )?;
        }
        writeln!(out, "\n{} vectors: {}", self.counts.total, describe(&self.counts))
    }
}

/// The counts that are not zero, as text.
fn describe(counts: &VectorCounts) -> String {
    let parts = [(counts.passed, "passed"), (counts.failed, "FAILED"), (counts.skipped, "skipped")];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count:>5} {what}"));
    parts.collect::<Vec<_>>().join(", ")
}
