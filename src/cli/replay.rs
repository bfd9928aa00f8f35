//! `tab86 replay`: runs a recorded program again, without anything of the host that it ran on.

use std::fs;
use std::path::PathBuf;

use crate::engine::{self, Options};
use crate::linux::Host;

use super::failure::{self, Failure};
use super::format::OutputFormat;
use super::run::{self, Debugging, Shown};

/// The status of a replay that cannot be, or that did something else than the recorded run.
const DIFFERS: u8 = 1;

/// Run a recorded program again
///
/// FILE is a recording that `tab86 run --record FILE` made. It has everything that the program was told: the program
/// runs again to the same instruction count, with the same output and exit status, and needs none of its files. It
/// writes to no file and reaches no network; only what it writes to standard output and error is shown again. On the
/// way the registers are compared with the recorded run's; if the file is damaged, or the run does something else,
/// the exit status is 1.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tab86 run --record run.tape ./prog; tab86 replay run.tape
  tab86 replay --quiet --stats run.tape   only how far it went, and how fast")]
pub struct ReplayArguments {
    /// The recording
    pub file: PathBuf,
    /// Do not show what the program writes
    #[arg(long)]
    pub quiet: bool,
    /// Wait for gdb and let it look at the run, forwards and backwards, without changing anything; gdb connects with
    /// `target remote ADDR:PORT`
    #[arg(long, value_name = "[ADDR:]PORT|unix:PATH", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = run::GDB_ADDRESS)]
    pub gdb: Option<String>,
    /// Print instructions, seconds and speed on standard error at the end
    #[arg(long, value_name = "FORMAT", value_parser = OutputFormat::parser(&OutputFormat::PLAIN), num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub stats: Option<OutputFormat>,
}

/// Replays, and gives the exit status of the program.
///
/// # Errors
/// The recording cannot be read, or the run differs from it.
pub fn run(arguments: &ReplayArguments) -> Result<u8, Failure> {
    let path = &arguments.file;
    let refused = |why: &dyn std::fmt::Display| Failure::with(DIFFERS, format_args!("{}: {why}", path.display()));
    let file = fs::read(path).map_err(|error| refused(&failure::reason(&error)))?;
    let (host, setup) = Host::replaying(&file, !arguments.quiet).map_err(|error| refused(&error))?;
    drop(file);
    let (plan, config) = run::setup(&setup).map_err(|error| refused(&error))?;
    let mut config = config.config();
    config.host = host.clone();
    let start = host.position().unwrap_or_default();
    let shown = Shown { stats: arguments.stats, ..Shown::default() };
    let budget = plan.max_instructions.unwrap_or(u64::MAX);
    let status = run::perform(
        &plan,
        &config,
        &shown,
        || Ok(Vec::new()),
        |machine, kernel, program| match &arguments.gdb {
            Some(address) => {
                let (plan, config) = (&plan, &config);
                Debugging { address, plan, config, start, ends: true }.run(machine, kernel, program)
            }
            None => Ok(engine::run(machine, kernel, &Options::default(), budget)),
        },
    );
    match host.failure() {
        Some(error) => Err(refused(&error)),
        None => status,
    }
}
