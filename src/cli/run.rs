//! `tab86 run`: runs a program, an ELF file or a flat image, and ends as the program ended.
//!
//! Here lives the order of things; what the options mean to the guest's kernel is in `config`, how
//! a run ended in `exit`.

mod arguments;
mod config;
mod crash;
mod exit;
mod interrupt;
mod network;
mod program;
mod stats;
mod trace;

use std::time::Instant;

use crate::engine::{self, Options};
use crate::engine::{Event, Machine};
use crate::linux::{self, Kernel, Termination};

use super::failure::Failure;
use super::input;
pub use arguments::RunArguments;
use exit::ExitReport;
use program::LoadedProgram;
use stats::Stats;
use trace::Trace;

/// Runs the program and gives its exit status.
///
/// # Errors
/// It cannot be started.
pub fn run(arguments: &RunArguments) -> Result<u8, Failure> {
    run_by(arguments, |machine, kernel, program| execute(arguments, machine, kernel, program))
}

/// The same where something else than the engine alone executes it.
///
/// # Errors
/// It cannot be started, or `execute` fails.
pub fn run_by<E>(arguments: &RunArguments, execute: E) -> Result<u8, Failure>
where
    E: FnOnce(&mut Machine, &mut Kernel, &LoadedProgram) -> Result<Option<Event>, Failure>,
{
    let mut machine = Machine::default();
    machine.cpu.model =
        engine::processor(&arguments.cpu).map_err(|error| Failure::failed(format_args!("--cpu: {error}")))?;
    let config = config::config(arguments)?;
    let (mut program, mut kernel) = LoadedProgram::load(arguments, &mut machine, &config)?;
    if let Some(entry) = &arguments.entry {
        machine.cpu.eip = input::address("--entry", entry)?;
    }
    if arguments.trace.is_some() {
        program.read_names(&mut machine, &mut kernel);
    }
    let start = Instant::now();
    restore_terminal_after_panic();
    let event = execute(&mut machine, &mut kernel, &program);
    linux::restore_terminal();
    let event = event?;
    let stats = Stats::new(machine.executed(), start.elapsed());
    if let Some(format) = arguments.stats {
        stats.tell(format);
    }
    exit::tell_refusals(&kernel.refusals());
    network::tell_refused(&kernel.refused_addresses());
    let status = ExitReport::of(&mut machine, &kernel, event).tell();
    // Who ends a program from outside does not ask where it was.
    let crashed = matches!(kernel.exit(), Some(Termination::Signal(signal)) if !config.interrupt.was_sent(signal));
    if crashed {
        program.read_names(&mut machine, &mut kernel);
        crash::tell(&mut machine, &kernel, &program, event, arguments.backtrace);
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

fn execute(
    arguments: &RunArguments,
    machine: &mut Machine,
    kernel: &mut Kernel,
    program: &LoadedProgram,
) -> Result<Option<Event>, Failure> {
    let budget = arguments.max_instructions.unwrap_or(u64::MAX);
    let Some(path) = &arguments.trace else {
        return Ok(engine::run(machine, kernel, &Options::default(), budget));
    };
    let mut trace = Trace::start(kernel, machine, program, config::sink(path)?);
    let event = engine::run(machine, &mut trace, &Trace::options(), budget);
    trace.finish(machine);
    Ok(event)
}
