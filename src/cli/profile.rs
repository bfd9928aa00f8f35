//! `tab86 profile`: runs a program as `tab86 run` does and counts the instructions that it executes, by form,
//! and the runs of instructions that follow each other without a jump.
//!
//! What `sequences.json` should hold is chosen from such counts: `examples/sequences` does that.

mod counts;
mod observer;
mod operands;

use std::path::PathBuf;

use super::failure::Failure;
use super::run::{self, RunArguments};
use observer::FormCounter;

/// Count which instructions a program executes
///
/// The program runs as with `tab86 run`, with the same options, but slower. At its end the counts are written as
/// JSON: `forms` has each form of instruction with its count, `runs` each succession of forms that was executed
/// from one jump that is taken to the next, as a count and positions in `forms`, the most executed ones first.
/// All processes and threads are counted together; a repeated string instruction counts once.
#[derive(clap::Args)]
#[command(override_usage = "tab86 profile [--output FILE] [OPTIONS OF run] PROGRAM [ARGS]...")]
#[command(after_help = "Examples:
  tab86 profile ./prog                            the counts on standard error
  tab86 profile --output counts.json ./prog 50    into a file
  tab86 profile --output counts.json --max-instructions 1000000 ./prog")]
pub struct ProfileArguments {
    /// Write the counts into a file, in place of standard error
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    run: RunArguments,
}

/// Runs the program, writes the counts, and gives the program's exit status.
///
/// # Errors
/// It cannot be started, or the counts cannot be written.
pub fn run(arguments: &ProfileArguments) -> Result<u8, Failure> {
    if arguments.run.record.is_some() {
        return Err(Failure::failed("--record: a profile is not recorded; record with `tab86 run`"));
    }
    run::run_before(&arguments.run, vec![Box::new(FormCounter::new(arguments.output.as_deref()))])
}
