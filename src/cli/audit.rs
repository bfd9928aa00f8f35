//! `tab86 audit`: which rows of the SDM exist, which are implemented, and which are proven against
//! silicon.
//!
//! Here lives what is counted; each format has its file, and so has the recorded state that says
//! what was proven.

mod html;
mod json;
mod maps;
mod markdown;
pub mod record;
mod text;

use std::io::Write;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use crate::table::coverage::{GROUPS, RowStatus};
use crate::table::{self, Row};

use super::failure::{self, Failure};
use super::format::OutputFormat;
use record::{AuditRecord, Loss};

/// Show which instructions exist, are implemented, and are proven
///
/// A row of the table is an encoding as the SDM prints it. It counts as implemented when it can be
/// executed, or when it raises the fault that user mode gets; it is proven when hardware vectors
/// about it passed and none failed (see `tab86 verify --record`).
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tab86 audit                               a line for each group
  tab86 audit --group avx --missing         rows of a group that are not implemented
  tab86 audit --format html > audit.html    the opcode maps, to open in a browser
  tab86 audit --check                       fail when a row is worse off than recorded")]
pub struct AuditArguments {
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
    /// Only these groups (separated by commas)
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(GROUPS), hide_possible_values = true)]
    group: Vec<String>,
    /// Only rows that are not implemented
    #[arg(long)]
    missing: bool,
    /// Compare with the recorded state; exit with 1 when anything regressed
    #[arg(long)]
    check: bool,
    /// Take what is proven from a file that `tab86 verify --record` has written
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
}

/// A row and what is known about it.
#[derive(Clone, Copy)]
pub struct RowReport {
    /// The row.
    pub row: &'static Row,
    /// Its status.
    pub status: RowStatus,
    /// How many vectors proved it.
    pub vectors: u32,
}

impl RowReport {
    /// Whether hardware vectors proved it.
    pub fn is_proven(&self) -> bool {
        self.vectors > 0
    }
}

/// What a status is called in every format.
pub fn name(status: RowStatus) -> &'static str {
    match status {
        RowStatus::Implemented => "implemented",
        RowStatus::Privileged => "privileged",
        RowStatus::Missing => "missing",
    }
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, Default)]
pub struct RowCounts {
    /// All of them.
    pub rows: usize,
    /// Those with a handler, privileged ones included.
    pub implemented: usize,
    /// Those whose handler only refuses them, as user mode must.
    pub privileged: usize,
    /// Those that hardware vectors proved.
    pub proven: usize,
}

impl RowCounts {
    /// Counts rows.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a RowReport>) -> RowCounts {
        entries.into_iter().fold(RowCounts::default(), |counts, entry| RowCounts {
            rows: counts.rows + 1,
            implemented: counts.implemented + usize::from(entry.status != RowStatus::Missing),
            privileged: counts.privileged + usize::from(entry.status == RowStatus::Privileged),
            proven: counts.proven + usize::from(entry.is_proven()),
        })
    }

    /// Those without a handler.
    pub fn unimplemented(&self) -> usize {
        self.rows - self.implemented
    }
}

/// What an audit reports.
pub struct AuditReport {
    /// The rows that were asked for.
    pub entries: Vec<RowReport>,
    /// Whether they are all rows of some groups, or only some of them.
    pub selected: bool,
}

impl AuditReport {
    /// Groups that have rows here, with their counts.
    pub fn groups(&self) -> Vec<(&'static str, RowCounts)> {
        let group = |name| (name, RowCounts::of(self.entries.iter().filter(|entry| entry.row.group() == name)));
        GROUPS.into_iter().map(group).filter(|(_, counts)| counts.rows > 0).collect()
    }

    /// All rows counted.
    pub fn counts(&self) -> RowCounts {
        RowCounts::of(&self.entries)
    }
}

/// Reports, and checks if asked to.
///
/// # Errors
/// A recorded state cannot be read.
pub fn run(arguments: &AuditArguments, out: &mut dyn Write) -> Result<u8, Failure> {
    let committed = AuditRecord::committed()?;
    let newer = arguments.state.as_deref().map(AuditRecord::read).transpose()?;
    let state = newer.as_ref().unwrap_or(&committed);
    let regressions = if arguments.check { committed.regressions(state) } else { Vec::new() };
    let audit = audit(arguments, state);
    let written = match arguments.format {
        OutputFormat::Text => text::write(&audit, out),
        OutputFormat::Json => json::write(&audit, out),
        OutputFormat::Markdown => markdown::write(&audit, out),
        OutputFormat::Html => html::write(&audit, out),
    };
    for regression in &regressions {
        failure::warn(format_args!("{}: {}", regression.row, describe(regression.loss)));
    }
    failure::answered(written, u8::from(!regressions.is_empty()))
}

fn audit(arguments: &AuditArguments, state: &AuditRecord) -> AuditReport {
    let entry = |row: &'static Row| RowReport { row, status: row.status(), vectors: state.vectors(row) };
    let wanted = |entry: &RowReport| {
        let group = arguments.group.is_empty() || arguments.group.iter().any(|group| group == entry.row.group());
        group && (!arguments.missing || entry.status == RowStatus::Missing)
    };
    let entries = table::rows().iter().map(entry).filter(wanted).collect();
    AuditReport { entries, selected: arguments.missing || !arguments.group.is_empty() }
}

fn describe(loss: Loss) -> &'static str {
    match loss {
        Loss::Vanished => "was recorded, but is not in the table any more",
        Loss::Unimplemented => "was implemented, but has no handler any more",
        Loss::Unproven => "was proven by hardware vectors, but is not any more",
    }
}
