//! The observers of a run that the options ask for.

use crate::engine::Machine;

use super::super::failure::Failure;
use super::arguments::{RunArguments, Sanitizer};
use super::config;
use super::coverage::Coverage;
use super::flame::FlameGraph;
use super::observe::Observers;
use super::program::LoadedProgram;
use super::sanitize::FlagSanitizer;
use super::trace::Trace;

/// These observers.
///
/// # Errors
/// Their files cannot be created.
pub fn observers<'p>(
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
