//! `tab86 run`: runs a program, an ELF file or a flat image, and ends as the program ended.
//!
//! Here lives the order of things; what the options mean to the guest's kernel is in `config`, how
//! a run ended in `ending`.

mod arguments;
mod config;
mod exit;
mod stats;
mod trace;

use std::path::Path;
use std::time::Instant;

use crate::engine::{self, Options};
use crate::instructions::{Event, Machine};
use crate::linux::{self, Kernel, LoadError};

use super::failure::{self, Failure};
use super::input;
pub use arguments::RunArguments;
use exit::ExitReport;
use stats::Stats;
use trace::Trace;

/// Where the memory of a flat image ends if nobody says.
const FLAT_MEMORY: u64 = 64 << 20;

/// Runs the program and gives its exit status.
///
/// # Errors
/// It cannot be started.
pub fn run(arguments: &RunArguments) -> Result<u8, Failure> {
    let mut machine = Machine::default();
    machine.cpu.model =
        engine::processor(&arguments.cpu).map_err(|error| Failure::failed(format_args!("--cpu: {error}")))?;
    let mut kernel = load(arguments, &mut machine)?;
    if let Some(entry) = &arguments.entry {
        machine.cpu.eip = input::address("--entry", entry)?;
    }
    let start = Instant::now();
    let event = execute(arguments, &mut machine, &mut kernel)?;
    let stats = Stats::new(machine.executed(), start.elapsed());
    if let Some(format) = arguments.stats {
        stats.tell(format);
    }
    let ending = ExitReport::of(&mut machine, &kernel, event);
    exit::tell_refusals(kernel.refusals());
    Ok(ending.tell())
}

fn load(arguments: &RunArguments, machine: &mut Machine) -> Result<Kernel, Failure> {
    let config = config::config(arguments)?;
    let path = arguments.command.first().map_or(Path::new(""), Path::new);
    let image = match &arguments.hex {
        Some(hex) => input::hex(hex)?,
        None => input::read(path)?,
    };
    if arguments.hex.is_none() && !arguments.flat && linux::is_elf(&image) {
        return linux::load(machine, &image, &config).map_err(|error| refuse(path, error));
    }
    let address = input::address("--load-address", &arguments.load_address)?;
    let size = arguments.memory.as_deref().map_or(Ok(FLAT_MEMORY), |size| input::size("--memory", size))?;
    linux::load_flat(machine, &image, address, size, &config).map_err(|error| refuse(path, error))
}

/// What is wrong with the file makes it not runnable; what is wrong with the options is another matter.
fn refuse(path: &Path, error: LoadError) -> Failure {
    match error {
        LoadError::Grant { host, source } => {
            Failure::failed(format_args!("cannot grant {}: {}", host.display(), failure::reason(&source)))
        }
        LoadError::GuestPath(_) | LoadError::WorkingDirectory(_) => Failure::failed(error),
        _ if path.as_os_str().is_empty() => Failure::not_runnable(error),
        _ => Failure::not_runnable(format_args!("{}: {error}", path.display())),
    }
}

fn execute(arguments: &RunArguments, machine: &mut Machine, kernel: &mut Kernel) -> Result<Option<Event>, Failure> {
    let budget = arguments.max_instructions.unwrap_or(u64::MAX);
    let Some(path) = &arguments.trace else {
        return Ok(engine::run(machine, kernel, &Options::default(), budget));
    };
    let mut trace = Trace::new(kernel, config::sink(path)?);
    let event = engine::run(machine, &mut trace, &Trace::options(), budget);
    trace.finish(machine);
    Ok(event)
}
