//! A run from its beginning to its end: what was planned is loaded, executed and told of.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::engine::{Event, Machine};
use crate::linux::{self, Config, Kernel, Termination};

use super::super::failure::Failure;
use super::super::format::OutputFormat;
use super::arguments::{BacktraceStyle, RunArguments};
use super::exit::{self, ExitReport};
use super::plan::Plan;
use super::program::LoadedProgram;
use super::stats::Stats;
use super::{crash, network};

/// What is shown of a run beside its output.
#[derive(Default)]
pub struct Shown {
    /// Its statistics.
    pub stats: Option<OutputFormat>,
    /// Names of functions, while it runs.
    pub names: bool,
    /// The way to where it was when a signal ended it.
    pub backtrace: Option<BacktraceStyle>,
    /// The file for its core, if a signal ended it.
    pub core: Option<PathBuf>,
}

impl Shown {
    /// What the options ask for.
    pub fn of(arguments: &RunArguments) -> Shown {
        Shown {
            stats: arguments.stats,
            names: arguments.trace.is_some(),
            backtrace: Some(arguments.backtrace),
            core: arguments.core.clone(),
        }
    }
}

/// Runs what is planned, and tells how it ended. The program is read if it does not lie in the guest's file tree.
///
/// # Errors
/// It cannot be started, or `execute` fails.
pub fn perform<E>(
    plan: &Plan,
    config: &Config,
    shown: &Shown,
    read: impl FnOnce() -> Result<Vec<u8>, Failure>,
    execute: E,
) -> Result<u8, Failure>
where
    E: FnOnce(&mut Machine, &mut Kernel, &LoadedProgram) -> Result<Option<Event>, Failure>,
{
    let mut machine = Machine::default();
    let (mut program, mut kernel) = LoadedProgram::load(plan, read, &mut machine, config)?;
    if shown.names {
        program.read_names(&mut machine, &mut kernel);
    }
    let start = Instant::now();
    restore_terminal_after_panic();
    let event = execute(&mut machine, &mut kernel, &program);
    linux::restore_terminal();
    let event = event?;
    let stats = Stats::new(machine.executed(), start.elapsed());
    if let Some(format) = shown.stats {
        stats.tell(format);
    }
    if config.host.has_failed() {
        return Ok(0);
    }
    exit::tell_refusals(&kernel.refusals());
    network::tell_refused(&kernel.refused_addresses());
    let status = ExitReport::of(&mut machine, &kernel, event).tell();
    // Who ends a program from outside does not ask where it was.
    let crashed = matches!(kernel.exit(), Some(Termination::Signal(signal)) if !config.interrupt.was_sent(signal));
    if crashed {
        // Before a recording ends, so that a replay has the names too.
        program.read_names(&mut machine, &mut kernel);
    }
    config.host.end(machine.executed(), status);
    if crashed {
        crash::tell(&mut machine, &kernel, &program, event, shown.backtrace.unwrap_or(BacktraceStyle::Short));
        if let Some(path) = &shown.core {
            write_core(path, &machine, &kernel)?;
        }
    }
    Ok(status)
}

/// A failure of tab86 itself is told on a terminal that the user can read.
fn restore_terminal_after_panic() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        linux::restore_terminal();
        tell(panic);
    }));
}

/// Writes the core file of a program that a fatal signal has ended.
///
/// # Errors
/// It cannot be written.
fn write_core(path: &Path, machine: &Machine, kernel: &Kernel) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let mut out = BufWriter::new(File::create(path)?);
        kernel.write_core(machine, &mut out)?;
        out.flush()
    };
    write().map_err(|error| Failure::output(path, &error))
}
