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
mod observers;
mod perform;
mod plan;
mod program;
mod record;
mod rows;
mod sanitize;
mod snapshot;
mod stats;
mod trace;

use crate::engine::{Event, Machine};
use crate::linux::{Config, Host, Kernel};
use crate::recording::TapePosition;

use super::failure::{self, Failure};
pub use arguments::RunArguments;
pub use gdb::{Debugging, GDB_ADDRESS};
use observe::Observer;
use observers::observers;
pub use perform::{Shown, perform};
pub use plan::Plan;
use program::LoadedProgram;
pub use record::setup;

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
pub fn run_before(arguments: &RunArguments, more: Vec<Box<dyn Observer + '_>>) -> Result<u8, Failure> {
    if let Some(path) = &arguments.resume {
        return snapshot::resume(arguments, path);
    }
    let plan = Plan::of(arguments)?;
    let mut config = config::config(arguments)?;
    config.host = way_to_host(arguments, &plan, &config)?;
    let status = perform(
        &plan,
        &config,
        &Shown::of(arguments),
        || arguments.image(),
        |machine, kernel, program| execute(arguments, (&plan, &config), more, machine, kernel, program),
    );
    if let Some(path) = &arguments.record {
        record::finish(path, &config.host);
    }
    status
}

/// The way to the host: with a tape if the run is recorded or may go back.
fn way_to_host(arguments: &RunArguments, plan: &Plan, config: &Config) -> Result<Host, Failure> {
    if let Some(at) = arguments.snapshot_at.filter(|at| arguments.max_instructions.is_some_and(|most| most < *at)) {
        return Err(Failure::failed(format_args!("--max-instructions: the run ends before --snapshot-at {at}")));
    }
    if let Some(path) = arguments.record.as_ref().or(arguments.snapshot.as_ref()) {
        return record::start(path, arguments.snapshot_at, plan, config);
    }
    if arguments.gdb.is_none() {
        return Ok(Host::default());
    }
    if !arguments.connect.is_empty() || !arguments.listen.is_empty() {
        failure::warn("going back ends the connections of the program with the host's network");
    }
    Ok(Host::rewindable())
}

fn execute<'p>(
    arguments: &RunArguments,
    (plan, config): (&Plan, &Config),
    more: Vec<Box<dyn Observer + 'p>>,
    machine: &mut Machine,
    kernel: &mut Kernel,
    program: &'p LoadedProgram,
) -> Result<Option<Event>, Failure> {
    if let Some(address) = &arguments.gdb {
        return Debugging { address, plan, config, start: TapePosition::default(), ends: false }
            .run(machine, kernel, program);
    }
    let most = arguments.max_instructions.unwrap_or(u64::MAX);
    if let (Some(path), Some(at)) = (&arguments.snapshot, arguments.snapshot_at) {
        return snapshot::execute(path, at, most, machine, kernel);
    }
    let observers = observers(arguments, more, machine, program)?;
    observe::run(machine, kernel, observers, most)
}
