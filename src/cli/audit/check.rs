//! `--check`: what differs from the recorded state, row by row and in sum.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Formatter};

use crate::table::{self, Row};

use super::super::failure::warn;
use super::record::{self, AuditRecord};

/// So many rows are named of each kind of difference.
const NAMED: usize = 10;

/// How far a row has come, from worst to best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// It is not in the table.
    Absent,
    /// It has no handler.
    Missing,
    /// It has a handler.
    Implemented,
    /// Hardware vectors proved it.
    Proven,
}

impl Display for Progress {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Progress::Absent => "not in the table",
            Progress::Missing => "missing",
            Progress::Implemented => "implemented",
            Progress::Proven => "proven",
        })
    }
}

impl Progress {
    /// Of a row with a handler and so many vectors.
    fn of(vectors: u32) -> Progress {
        if vectors > 0 { Progress::Proven } else { Progress::Implemented }
    }
}

/// Rows by how they differ: from the recorded state to that of the table and a newer record.
type Differences = BTreeMap<(Progress, Progress), Vec<String>>;

/// Says on standard error what differs; whether any row is worse off.
pub fn tell(recorded: &AuditRecord, newer: &AuditRecord) -> bool {
    let differences = differences(recorded, newer);
    for ((from, to), rows) in &differences {
        rows.iter().take(NAMED).for_each(|row| warn(format_args!("{row}: {from} -> {to}")));
        if rows.len() > NAMED {
            warn(format_args!("… and {} more: {from} -> {to}", rows.len() - NAMED));
        }
    }
    let count = |worse: bool| {
        let those = differences.iter().filter(|((from, to), _)| (to < from) == worse);
        those.map(|(_, rows)| rows.len()).sum::<usize>()
    };
    let (worse, better) = (count(true), count(false));
    warn(format_args!("{} rows are recorded; {worse} are worse off now, {better} better", recorded.len()));
    worse > 0
}

fn differences(recorded: &AuditRecord, newer: &AuditRecord) -> Differences {
    let table: HashMap<String, &Row> = table::rows().iter().map(|row| (record::key(row), row)).collect();
    let now = |name: &str| match table.get(name) {
        None => Progress::Absent,
        Some(row) if row.handler.is_none() => Progress::Missing,
        Some(row) => Progress::of(newer.vectors(row)),
    };
    let unrecorded = table.keys().filter(|name| recorded.get(name).is_none()).map(|name| (name.as_str(), None));
    let mut differences = Differences::new();
    for (name, vectors) in recorded.iter().map(|(name, vectors)| (name, Some(vectors))).chain(unrecorded) {
        let (from, to) = (vectors.map_or(Progress::Missing, Progress::of), now(name));
        if from != to {
            differences.entry((from, to)).or_default().push(name.to_string());
        }
    }
    differences.values_mut().for_each(|rows| rows.sort());
    differences
}
