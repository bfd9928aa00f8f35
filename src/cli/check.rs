//! `tab86 check`: what a program would need, without running it.
//!
//! The instructions are found and counted in `contents`; here is said what they mean for a run: `findings` puts it
//! together, `text` tells it to people.

mod findings;
mod libraries;
mod text;

use std::io::Write;
use std::path::PathBuf;

use crate::engine;

use super::audit::record::AuditRecord;
use super::contents::{Reached, SystemCalls, Tally};
use super::failure::{self, Failure};
use super::file_code::FileCode;
use super::format::OutputFormat;
use super::input;
use findings::Findings;
use libraries::Libraries;
use text::Detail;

/// Show what a program contains and needs, without running it
///
/// Instructions are found by following branches from the entry point and from the functions that PROGRAM names; what
/// is left counts as code where it reads as code. Programs often contain instructions that they only execute after
/// CPUID has shown them: what is missing need not be missed. Of system calls those are named whose number is a constant
/// where they are made; those that the guest's Linux does not have are told apart. The libraries of a dynamically linked program are files of their own, to be checked in the same
/// way. The exit status is 0 if every instruction can be executed by the processor of --cpu, and 1 if one cannot.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tab86 check ./prog                     features, processor, what is missing, system calls
  tab86 check --by row ./prog            the same with each row of the table, and how often it is there
  tab86 check --cpu pentium3 ./prog      whether a Pentium III executes all of it
  tab86 check --flat --load-address 0x7c00 boot
  tab86 check --format json ./prog > contents.json")]
pub struct CheckArguments {
    /// The program: an ELF file, or with --flat a flat image
    #[arg(value_name = "PROGRAM")]
    program: PathBuf,
    /// PROGRAM is raw machine code: take it as it is
    #[arg(long)]
    flat: bool,
    /// Address of the first byte of a flat image, where it begins (0 if not given)
    #[arg(long, value_name = "ADDRESS")]
    load_address: Option<String>,
    /// The processor that should execute it, as in `tab86 run`
    #[arg(long, value_name = "MODEL", default_value = "max")]
    cpu: String,
    /// How to list the instructions
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    by: Detail,
    /// Take what is proven from a file that `tab86 verify --record` has written
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How to report
    #[arg(long, value_parser = OutputFormat::parser(&OutputFormat::PLAIN), default_value = "text")]
    format: OutputFormat,
}

/// Reports what the program contains.
///
/// # Errors
/// It cannot be read, or is no program for this processor.
pub fn run(arguments: &CheckArguments, out: &mut dyn Write) -> Result<u8, Failure> {
    let model = engine::processor(&arguments.cpu).map_err(|error| Failure::failed(format_args!("--cpu: {error}")))?;
    let record = match &arguments.state {
        Some(path) => AuditRecord::read(path)?,
        None => AuditRecord::committed()?,
    };
    let bytes = input::read(&arguments.program)?;
    let code = FileCode::open(&arguments.program, &bytes, arguments.flat, arguments.load_address.as_deref())?;
    let reached = Reached::find(&code);
    let tally = Tally::of(&reached);
    let calls = SystemCalls::of(&reached, &code);
    let findings = Findings {
        program: arguments.program.display().to_string(),
        cpu: &arguments.cpu,
        model: &model,
        record: &record,
        reached: &reached,
        tally: &tally,
        calls: &calls,
        libraries: Libraries::of(&bytes, &code),
    };
    let report = findings.report();
    let written = match arguments.format {
        OutputFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &report).map_err(Into::into).and_then(|()| writeln!(out))
        }
        _ => text::write(&report, arguments.by, out),
    };
    failure::answered(written, u8::from(!report.runs))
}
