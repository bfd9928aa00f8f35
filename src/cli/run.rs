//! `tab86 run`: runs a program, an ELF file or a flat image, and ends as the program ended.
//!
//! Here lives the order of things; what the options mean to the guest's kernel is in `config`, how
//! a run ended in `exit`.

mod arguments;
mod config;
mod coverage;
mod crash;
mod exit;
mod flame;
mod gdb;
mod interrupt;
mod network;
pub mod observe;
mod plan;
mod program;
mod record;
mod sanitize;
mod stats;
mod trace;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::engine::{Event, Machine};
use crate::linux::{self, Config, Kernel, Termination};

use super::failure::Failure;
use super::format::OutputFormat;
use arguments::Sanitizer;
pub use arguments::{BacktraceStyle, RunArguments};
use coverage::Coverage;
use exit::ExitReport;
use flame::FlameGraph;
use observe::Observers;
pub use plan::{Plan, RecordedConfig};
use program::LoadedProgram;
use sanitize::FlagSanitizer;
use stats::Stats;
use trace::Trace;

/// Runs the program and gives its exit status.
///
/// # Errors
/// It cannot be started, or what was observed cannot be written.
pub fn run(arguments: &RunArguments) -> Result<u8, Failure> {
    run_before(arguments, Vec::new())
}

/// The same before the eyes of further observers.
///
/// # Errors
/// It cannot be started, or what was observed cannot be written.
pub fn run_before(arguments: &RunArguments, more: Observers) -> Result<u8, Failure> {
    let plan = Plan::of(arguments)?;
    let mut config = config::config(arguments)?;
    if let Some(path) = &arguments.record {
        config.host = record::start(path, &plan, &config)?;
    }
    let shown = Shown {
        stats: arguments.stats,
        names: arguments.trace.is_some(),
        backtrace: Some(arguments.backtrace),
        core: arguments.core.clone(),
    };
    let status = perform(
        &plan,
        &config,
        &shown,
        || arguments.image(),
        |machine, kernel, program| execute(arguments, more, machine, kernel, program),
    );
    if let Some(path) = &arguments.record {
        record::finish(path, &config.host);
    }
    status
}

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

fn execute<'p>(
    arguments: &RunArguments,
    more: Observers<'p>,
    machine: &mut Machine,
    kernel: &mut Kernel,
    program: &'p LoadedProgram,
) -> Result<Option<Event>, Failure> {
    if arguments.gdb.is_some() {
        return gdb::run(arguments, machine, kernel, program);
    }
    let observers = observers(arguments, machine, program)?.into_iter().chain(more).collect();
    observe::run(machine, kernel, observers, arguments.max_instructions.unwrap_or(u64::MAX))
}

/// The observers that the options ask for.
///
/// # Errors
/// Their files cannot be created.
fn observers<'p>(
    arguments: &RunArguments,
    machine: &mut Machine,
    program: &'p LoadedProgram,
) -> Result<Observers<'p>, Failure> {
    let mut observers: Observers = Vec::new();
    if let Some(path) = &arguments.trace {
        observers.push(Box::new(Trace::start(machine, program, config::sink(path)?)));
    }
    if let Some(path) = &arguments.profile {
        observers.push(Box::new(FlameGraph::start(path)?));
    }
    if let Some(path) = &arguments.coverage {
        observers.push(Box::new(Coverage::start(path)?));
    }
    if arguments.sanitize.contains(&Sanitizer::Flags) {
        observers.push(Box::new(FlagSanitizer::default()));
    }
    Ok(observers)
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
