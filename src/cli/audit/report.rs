//! What is counted: the rows that were asked for, with what is known about each.

use crate::table::Row;
use crate::table::coverage::{GROUPS, RowStatus};

/// A row and what is known about it.
#[derive(Clone, Copy)]
pub struct RowReport {
    /// The row.
    pub row: &'static Row,
    /// Its status.
    pub status: RowStatus,
    /// How many vectors proved it.
    pub vectors: u32,
    /// How often a program uses it; `None` if no program was named.
    pub uses: Option<u64>,
}

impl RowReport {
    /// Whether hardware vectors proved it.
    pub fn is_proven(&self) -> bool {
        self.vectors > 0
    }

    /// Whether it executes without any vector to prove it.
    pub fn is_unproven(&self) -> bool {
        self.status == RowStatus::Implemented && !self.is_proven()
    }

    /// Its status in words, with what proves it or why it is missing.
    pub fn words(&self) -> String {
        let reason = self.row.reason();
        match self.status {
            RowStatus::Implemented if self.is_proven() => format!("implemented, proven by {} vectors", self.vectors),
            RowStatus::Missing if !reason.is_empty() => format!("missing: {reason}"),
            status => status.name().into(),
        }
    }
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, Default)]
pub struct RowCounts {
    /// All of them.
    pub rows: usize,
    /// Those with a handler: what it does may be to raise #GP or #UD.
    pub implemented: usize,
    /// Those of them that raise #GP in user mode.
    pub privileged: usize,
    /// Those of them that raise #UD here.
    pub undefined: usize,
    /// Those that hardware vectors proved.
    pub proven: usize,
    /// Those that execute without a vector that proves them.
    pub unproven: usize,
}

impl RowCounts {
    /// Counts rows.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a RowReport>) -> RowCounts {
        entries.into_iter().fold(RowCounts::default(), |counts, entry| RowCounts {
            rows: counts.rows + 1,
            implemented: counts.implemented + usize::from(entry.status != RowStatus::Missing),
            privileged: counts.privileged + usize::from(entry.status == RowStatus::Privileged),
            undefined: counts.undefined + usize::from(entry.status == RowStatus::Undefined),
            proven: counts.proven + usize::from(entry.is_proven()),
            unproven: counts.unproven + usize::from(entry.is_unproven()),
        })
    }

    /// Those without a handler.
    pub fn missing(&self) -> usize {
        self.rows - self.implemented
    }

    /// How many rows have a status.
    pub fn with(&self, status: RowStatus) -> usize {
        match status {
            RowStatus::Implemented => self.implemented - self.privileged - self.undefined,
            RowStatus::Privileged => self.privileged,
            RowStatus::Undefined => self.undefined,
            RowStatus::Missing => self.missing(),
        }
    }
}

/// What an audit reports.
pub struct AuditReport {
    /// The rows that were asked for.
    pub entries: Vec<RowReport>,
    /// Whether only some rows were asked for, so that they are worth listing.
    pub selected: bool,
    /// What links to files of the source begin with.
    pub source: String,
}

impl AuditReport {
    /// Groups that have rows here, with their counts.
    pub fn groups(&self) -> Vec<(&'static str, RowCounts)> {
        let of = |name| RowCounts::of(self.entries.iter().filter(|entry| entry.row.group() == name));
        let groups = GROUPS.into_iter().map(|group| (group.name, of(group.name)));
        groups.filter(|(_, counts)| counts.rows > 0).collect()
    }

    /// All rows counted.
    pub fn counts(&self) -> RowCounts {
        RowCounts::of(&self.entries)
    }
}
