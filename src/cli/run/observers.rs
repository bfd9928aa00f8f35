//! The observers and reports of a run that the options ask for.

use crate::engine::Machine;

use super::super::failure::Failure;
use super::arguments::{RunArguments, Sanitizer};
use super::config;
use super::coverage::Coverage;
use super::flame::FlameGraph;
use super::observe::{Observer, Observers};
use super::program::LoadedProgram;
use super::rows::ExecutedRows;
use super::sanitize::FlagSanitizer;
use super::trace::Trace;

/// These, beside `more` observers.
///
/// # Errors
/// Their files cannot be created.
pub fn observers<'p>(
    arguments: &RunArguments,
    more: Vec<Box<dyn Observer + 'p>>,
    machine: &mut Machine,
    program: &'p LoadedProgram,
) -> Result<Observers<'p>, Failure> {
    let mut all = Observers { observers: more, ..Observers::default() };
    if let Some(path) = &arguments.trace {
        all.observers.push(Box::new(Trace::start(machine, program, config::sink(path)?)));
    }
    if let Some(path) = &arguments.profile {
        all.reports.push(Box::new(FlameGraph::start(path)?));
    }
    if let Some(path) = &arguments.coverage {
        all.reports.push(Box::new(Coverage::start(path)?));
    }
    if let Some(path) = &arguments.rows {
        all.reports.push(Box::new(ExecutedRows::start(path)?));
    }
    if arguments.sanitize.contains(&Sanitizer::Flags) {
        all.observers.push(Box::new(FlagSanitizer::default()));
    }
    Ok(all)
}
