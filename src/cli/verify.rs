//! `tab86 verify`: replays hardware vectors in every engine mode and reports for each form.
//!
//! Replaying is in `vectors`; here lives the counting. How a failing vector is shown is in
//! `difference`, the report in `report`.

mod difference;
mod report;
mod result;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::decode::Decoder;
use crate::table;
use crate::vectors::{File, FileError, Mode, Replayer, Skip, TestVector, Verdict};

use super::audit::record::Proof;
use super::failure::{self, Failure};
use super::format::OutputFormat;
use super::progress::Progress;
use report::VerifyReport;
use result::{FailedReplay, ReplayResult};

/// Replay hardware vectors and report for each form
///
/// Each vector is what a real processor did: the state before and after one instruction or a short
/// sequence. tab86 does the same in every mode of its engine and compares registers, flags, memory
/// and exceptions. Exits with 1 when any vector failed.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tab86 verify general.jsonl.gz                  replay a file in every engine mode
  tab86 verify --mode step vectors/*.jsonl.gz    one instruction at a time only
  tab86 verify --format json string.jsonl.gz     counts for a program to read
  tab86 verify --record proven.json *.jsonl.gz   and what they prove, for tab86 audit")]
pub struct VerifyArguments {
    /// Vector files (JSON lines, plain or gzip)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The engine mode to replay in
    #[arg(long, value_enum, default_value = "all")]
    mode: ModeName,
    /// How to report
    #[arg(long, value_parser = OutputFormat::parser(&OutputFormat::PLAIN), default_value = "text")]
    format: OutputFormat,
    /// The most failing vectors to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    show: usize,
    /// Record what was proven in a file (needs every mode), for `tab86 audit`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Engine modes as they are named on the command line.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeName {
    /// One instruction at a time
    Step,
    /// Whole blocks, not linked, every flag stored
    Blocks,
    /// Full speed
    Full,
    /// Full speed with every access checked
    Checked,
    /// Each of these modes in turn
    All,
}

impl ModeName {
    fn modes(self) -> &'static [Mode] {
        match self {
            ModeName::Step => &[Mode::Step],
            ModeName::Blocks => &[Mode::Blocks],
            ModeName::Full => &[Mode::Full],
            ModeName::Checked => &[Mode::Checked],
            ModeName::All => &Mode::ALL,
        }
    }
}

/// Replays every file.
///
/// # Errors
/// A file cannot be read or is no vector file.
pub fn run(arguments: &VerifyArguments, out: &mut dyn Write) -> Result<u8, Failure> {
    if arguments.record.is_some() && arguments.mode != ModeName::All {
        return Err(Failure::failed("--record says what is proven in every mode: leave --mode away"));
    }
    let mut report = VerifyReport::new(arguments.show);
    let mut proof = Proof::new();
    let mut progress = Progress::start();
    for path in &arguments.files {
        let mut file = File::open(path)?;
        let mut replayer = Replayer::new(file.header());
        while let Some(vector) = file.next_vector()? {
            let result = judge(&mut replayer, &vector, arguments.mode.modes());
            let row = row(&vector);
            match (&result, row) {
                (ReplayResult::Skipped(_), _) | (_, None) => {}
                (result, Some(row)) => proof.count(row, matches!(result, ReplayResult::Passed | ReplayResult::Near)),
            }
            report.count(form(&vector, row), path, vector, result);
            progress.advance(|| format!("{} vectors, {}", report.total(), path.display()));
        }
    }
    progress.clear();
    if let Some(path) = &arguments.record {
        proof.write(path)?;
    }
    let written = match arguments.format {
        OutputFormat::Json => report.json(out),
        _ => report.text(out),
    };
    failure::answered(written, u8::from(report.has_failed()))
}

/// Replays a vector in each mode. It passes if it does so in all of them; otherwise the first mode in
/// which it fails is reported.
fn judge(replayer: &mut Replayer, vector: &TestVector, modes: &[Mode]) -> ReplayResult {
    let mut near = false;
    for &mode in modes {
        match replayer.replay(vector, mode) {
            Verdict::Passed => {}
            Verdict::Near => near = true,
            Verdict::Failed(differences) => return ReplayResult::Failed(FailedReplay { mode, differences }),
            Verdict::Skipped(Skip::Unimplemented(row)) => return ReplayResult::Skipped(row),
        }
    }
    if near { ReplayResult::Near } else { ReplayResult::Passed }
}

/// The index of the row that a single instruction decodes to; `None` for a sequence.
fn row(vector: &TestVector) -> Option<u16> {
    let instruction = Decoder::new(32).decode(&vector.bytes.0, 0).ok()?;
    (!vector.form.is_empty()).then_some(instruction.index)
}

/// The instruction column of the row; for bytes that are no instruction, what the file says.
fn form(vector: &TestVector, row: Option<u16>) -> String {
    match row {
        Some(row) => table::row(row).instruction.to_string(),
        None if vector.form.is_empty() => "(sequence)".into(),
        None => vector.form.clone(),
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Failure {
        match error {
            FileError::Io { path, source } => Failure::file(&path, &source),
            format => Failure::not_runnable(format),
        }
    }
}
