//! The report of `tab86 verify`: counts for each form, and the first vectors that failed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::table;
use crate::vectors::{Difference, Mode, TestVector};

use super::failing;

/// What came of one vector in all modes.
pub enum Verdict {
    /// As on hardware.
    Passed,
    /// As on hardware, within the tolerance of an approximation.
    Near,
    /// Not as on hardware.
    Failed(Failing),
    /// Not tried, because a row has no handler.
    Skipped(u16),
}

/// The first mode in which a vector failed.
pub struct Failing {
    /// The mode.
    pub mode: Mode,
    /// What was different.
    pub differences: Vec<Difference>,
}

/// A failed vector that will be shown.
struct Shown {
    form: String,
    path: PathBuf,
    vector: TestVector,
    failing: Failing,
}

/// Counts of vectors.
#[derive(Clone, Copy, Default, Serialize)]
pub struct Counts {
    total: u64,
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// Everything that is reported.
#[derive(Default)]
pub struct Report {
    counts: Counts,
    forms: BTreeMap<String, Counts>,
    shown: Vec<Shown>,
    /// How many failing vectors to show.
    limit: usize,
    /// Mnemonics that have no handler.
    unimplemented: BTreeSet<&'static str>,
    /// How many vectors were approximations, and how many of them the same to the bit.
    approximations: (u64, u64),
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    counts: Counts,
    forms: &'a BTreeMap<String, Counts>,
}

impl Counts {
    fn count(&mut self, verdict: &Verdict) {
        self.total += 1;
        match verdict {
            Verdict::Passed | Verdict::Near => self.passed += 1,
            Verdict::Failed(_) => self.failed += 1,
            Verdict::Skipped(_) => self.skipped += 1,
        }
    }
}

impl Report {
    /// An empty report that will show at most `limit` failing vectors.
    pub fn new(limit: usize) -> Report {
        Report { limit, ..Report::default() }
    }

    /// Adds a vector.
    pub fn count(&mut self, form: String, path: &Path, vector: TestVector, verdict: Verdict) {
        self.counts.count(&verdict);
        self.forms.entry(form.clone()).or_default().count(&verdict);
        if vector.approx && matches!(verdict, Verdict::Passed | Verdict::Near) {
            self.approximations.0 += 1;
            self.approximations.1 += u64::from(matches!(verdict, Verdict::Passed));
        }
        match verdict {
            Verdict::Failed(failing) if self.shown.len() < self.limit => {
                self.shown.push(Shown { form, path: path.into(), vector, failing });
            }
            Verdict::Skipped(row) => {
                self.unimplemented.insert(table::rows()[usize::from(row)].mnemonic);
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

    /// For programs.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, &Json { counts: self.counts, forms: &self.forms })?;
        writeln!(out)
    }

    /// For people: a line for each form, then the failures, then the sum.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.forms.keys().map(|form| form.chars().count()).max().unwrap_or(0);
        for (form, counts) in &self.forms {
            writeln!(out, "{form:width$}  {}", describe(counts))?;
        }
        for Shown { form, path, vector, failing } in &self.shown {
            writeln!(out, "\n{form}: {} id {}", path.display(), vector.id)?;
            failing::show(vector, failing, out)?;
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

/// The counts that are not zero.
fn describe(counts: &Counts) -> String {
    let parts = [(counts.passed, "passed"), (counts.failed, "FAILED"), (counts.skipped, "skipped")];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count:>5} {what}"));
    parts.collect::<Vec<_>>().join(", ")
}
