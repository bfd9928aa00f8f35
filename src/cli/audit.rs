//! `tab86 audit`: which rows of the SDM exist, which are implemented, and which are proven against
//! silicon.
//!
//! What is counted is in `report`; each format has its file, and so has the recorded state that says
//! what was proven.

mod check;
mod html;
mod json;
mod maps;
mod markdown;
pub mod record;
mod report;
mod select;
mod text;
mod usage;

use std::io::Write;
use std::path::PathBuf;

use crate::table::coverage::RowStatus;
use crate::table::{self, Row, left_out};

use super::failure::{self, Failure};
use super::format::OutputFormat;
use record::AuditRecord;
use report::{AuditReport, RowReport};
use select::RowSelector;
use usage::RowUsage;

/// Show which instructions exist, are implemented, and are proven
///
/// A row of the table is an encoding as the SDM prints it. It is `implemented` when it executes,
/// `privileged` when it raises #GP as user mode gets it, `undefined` when it raises #UD as the manual
/// says for this state, and `missing` when nothing executes it yet. The first three count as
/// implemented. A row is proven when hardware vectors about it passed and none failed (see
/// `tab86 verify --record`).
#[derive(clap::Args)]
#[command(after_help = examples())]
pub struct AuditArguments {
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: OutputFormat,
    /// Only these groups or CPUID features (separated by commas)
    #[arg(long, value_delimiter = ',', value_parser = RowSelector::parse)]
    group: Vec<RowSelector>,
    /// Only rows that are missing, with the reason
    #[arg(long)]
    missing: bool,
    /// Only rows that execute without hardware vectors to prove them
    #[arg(long, conflicts_with = "missing")]
    unproven: bool,
    /// List instead what other decoders know in 32-bit mode and the table leaves out, with the reason
    #[arg(long, conflicts_with_all = ["group", "missing", "unproven", "check"])]
    left_out: bool,
    /// Compare with the recorded state: say what differs, and exit with 1 when a row is worse off
    #[arg(long)]
    check: bool,
    /// Take what is proven from a file that `tab86 verify --record` has written
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Only rows that stand in a program, with how often; in a page all rows, and how hot each is. Several are added
    #[arg(long, value_name = "PROGRAM", conflicts_with = "executed")]
    program: Vec<PathBuf>,
    /// The same of rows that a run executed: what `tab86 run --rows` has written
    #[arg(long, value_name = "FILE")]
    executed: Option<PathBuf>,
    /// What the links of a page to files of the source begin with: the folder or the address of the repository
    #[arg(long, value_name = "URL", default_value = "")]
    source: String,
}

fn examples() -> String {
    format!(
        "Groups: {}\n\nExamples:
  tab86 audit                               a line for each group
  tab86 audit --group avx512bw --missing    rows of a group that are not implemented
  tab86 audit --group bmi                   rows that need a CPUID feature, here BMI1 or BMI2
  tab86 audit --format html > audit.html    the opcode maps and all rows, to open in a browser
  tab86 audit --program ./prog              the rows that a program contains, and how often
  tab86 run --rows rows.json ./prog; tab86 audit --executed rows.json --format html > heat.html
                                            the rows that a run executed
  tab86 audit --check                       fail when a row is worse off than recorded",
        select::names()
    )
}

/// Reports, and checks if asked to.
///
/// # Errors
/// A recorded state cannot be read.
pub fn run(arguments: &AuditArguments, out: &mut dyn Write) -> Result<u8, Failure> {
    if arguments.left_out {
        let written = left_out::list().try_for_each(|encoding| {
            writeln!(out, "{:<28}  {:<44}  {}", encoding.opcode, encoding.instruction, encoding.reason)
        });
        return failure::answered(written, 0);
    }
    let committed = AuditRecord::committed()?;
    let newer = arguments.state.as_deref().map(AuditRecord::read).transpose()?;
    let state = newer.as_ref().unwrap_or(&committed);
    let usage = match &arguments.executed {
        Some(path) => Some(RowUsage::executed(path)?),
        None if arguments.program.is_empty() => None,
        None => Some(RowUsage::contained(&arguments.program)?),
    };
    let audit = audit(arguments, state, usage.as_ref());
    let written = match arguments.format {
        OutputFormat::Text => text::write(&audit, out),
        OutputFormat::Json => json::write(&audit, out),
        OutputFormat::Markdown => markdown::write(&audit, out),
        OutputFormat::Html => html::write(&audit, out),
    };
    let worse = arguments.check && check::tell(&committed, state);
    failure::answered(written, u8::from(worse))
}

fn audit(arguments: &AuditArguments, state: &AuditRecord, usage: Option<&RowUsage>) -> AuditReport {
    let entry = |row: &'static Row| RowReport {
        row,
        status: row.status(),
        vectors: state.vectors(row),
        uses: usage.map(|usage| usage.of(row)),
    };
    let is_page = arguments.format == OutputFormat::Html;
    let wanted = |entry: &RowReport| {
        let group = arguments.group.is_empty() || arguments.group.iter().any(|group| group.has(entry.row));
        group
            && (!arguments.missing || entry.status == RowStatus::Missing)
            && (!arguments.unproven || entry.is_unproven())
            && (is_page || entry.uses != Some(0))
    };
    let entries = table::rows().iter().map(entry).filter(wanted).collect();
    let selected = arguments.missing || arguments.unproven || !arguments.group.is_empty() || usage.is_some();
    AuditReport { entries, selected, source: arguments.source.clone() }
}
