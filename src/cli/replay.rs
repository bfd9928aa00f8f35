//! `tab86 replay`: runs a recorded program again, without anything of the host that it ran on.

use std::fs;
use std::path::PathBuf;

use crate::engine::{self, Environment, Event, Machine, Options};
use crate::linux::{Host, Kernel};

use super::failure::{self, Failure};
use super::format::OutputFormat;
use super::progress::Progress;
use super::run::{self, Debugging, Shown};

/// The status of a replay that cannot be, or that did something else than the recorded run.
const DIFFERS: u8 = 1;

/// Run a recorded program again
///
/// FILE is a recording that `tab86 run --record FILE` made. It has everything that the program was told: the program
/// runs again to the same instruction count, with the same output and exit status, and needs none of its files. It
/// writes to no file and reaches no network; only what it writes to standard output and error is shown again. On the
/// way the registers are compared with the recorded run's; if the file is damaged, or the run does something else,
/// the exit status is 1. With --quiet, a line on the terminal says how far it has come.
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
    // What the program writes would stand between the changes of the line.
    let mut progress = arguments.quiet.then(Progress::start);
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
            None => {
                let mut shown = ShownReplay { kernel, host: &host, progress: progress.as_mut() };
                Ok(engine::run(machine, &mut shown, &Options::default(), budget))
            }
        },
    );
    progress.iter().for_each(Progress::clear);
    match host.failure() {
        Some(error) => Err(refused(&error)),
        None => status,
    }
}

/// The kernel of a replay, and a line that says how far it has come.
struct ShownReplay<'r> {
    kernel: &'r mut Kernel,
    host: &'r Host,
    progress: Option<&'r mut Progress>,
}

impl Environment for ShownReplay<'_> {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        self.kernel.event(m, event)
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.kernel.allowance(m)
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        if let Some(progress) = &mut self.progress {
            progress.advance(|| {
                let (passed, parts) = self.host.passed();
                let percent = 100 * passed / parts.max(1);
                format!("{} million instructions, {percent} % of the recording", m.executed() / 1_000_000)
            });
        }
        self.kernel.entering(m)
    }
}
