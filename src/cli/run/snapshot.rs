//! `--snapshot-at` and `--resume`: a file from which a run goes on.
//!
//! The file is a recording of everything up to an instruction count. To resume is to run again up to there, without
//! the output, and to go on with the host: so a snapshot is small, is the same on every machine, and is checked as a
//! recording is. What the program has open of the host is opened again from what the options grant.

use std::fs;
use std::path::Path;

use crate::engine::{self, Event, Machine, Options};
use crate::linux::{Config, Grant, GrantKind, Kernel};

use super::super::failure::{self, Failure};
use super::arguments::RunArguments;
use super::observers::observers;
use super::perform::{Shown, perform};
use super::{config, observe, record};

/// Runs a program, and completes the snapshot at an instruction count.
///
/// # Errors
/// It cannot be written.
pub fn execute(
    path: &Path,
    at: u64,
    most: u64,
    machine: &mut Machine,
    kernel: &mut Kernel,
) -> Result<Option<Event>, Failure> {
    let event = engine::run(machine, kernel, &Options::default(), at);
    if event.is_some() || kernel.exit().is_some() {
        let count = machine.executed();
        failure::warn(format_args!("the program has ended after {count} instructions: there is no snapshot"));
        let _ = fs::remove_file(path);
        return Ok(event);
    }
    kernel.host().end_snapshot(machine.executed()).map_err(|error| Failure::output(path, &error))?;
    Ok(engine::run(machine, kernel, &Options::default(), most.saturating_sub(at)))
}

/// Goes on from a snapshot, and gives the exit status of the program.
///
/// # Errors
/// The file cannot be read, or the run cannot go on here.
pub fn resume(arguments: &RunArguments, path: &Path) -> Result<u8, Failure> {
    let refused = |why: &dyn std::fmt::Display| Failure::failed(format_args!("{}: {why}", path.display()));
    let file = fs::read(path).map_err(|error| Failure::file(path, &error))?;
    let (host, count, setup) = crate::linux::Host::resuming(&file).map_err(|error| refused(&error))?;
    drop(file);
    let (mut plan, recorded) = record::setup(&setup).map_err(|error| refused(&error))?;
    let here = config::config(arguments)?;
    let mut config = recorded.config();
    regrant(&mut config, &here)?;
    (config.host, config.interrupt, config.strace) = (host.clone(), here.interrupt, None);
    plan.max_instructions = arguments.max_instructions;
    let shown = Shown::of(arguments);
    perform(
        &plan,
        &config,
        &shown,
        || Ok(Vec::new()),
        |machine, kernel, program| {
            engine::run(machine, kernel, &Options::default(), count);
            host.go_live(machine.executed()).map_err(|error| refused(&error))?;
            let observers = observers(arguments, Vec::new(), machine, program)?;
            let most = arguments.max_instructions.unwrap_or(u64::MAX);
            observe::run(machine, kernel, observers, most.saturating_sub(count))
        },
    )
}

/// Grants what the program had, where the options grant it again, and nothing else.
fn regrant(config: &mut Config, here: &Config) -> Result<(), Failure> {
    let same = |one: &Grant, other: &Grant| one.guest == other.guest && one.kind == other.kind;
    for grant in &mut config.grants {
        let found = here.grants.iter().rev().find(|other| same(grant, other));
        grant.host = found.ok_or_else(|| missing(&option(grant)))?.host.clone();
    }
    if let Some(more) = here.grants.iter().find(|grant| !config.grants.iter().any(|other| same(grant, other))) {
        return Err(unknown(&option(more)));
    }
    if config.connections != here.connections {
        return Err(missing("--connect, as often and in the same order"));
    }
    if config.listeners != here.listeners {
        return Err(missing("--listen, as often and in the same order"));
    }
    Ok(())
}

/// The option that grants something.
fn option(grant: &Grant) -> String {
    let name = match grant.kind {
        GrantKind::ReadOnly => "--dir-ro",
        GrantKind::Writable => "--dir",
        GrantKind::CopyOnWrite if grant.guest == "/" => return "--root DIR".into(),
        GrantKind::CopyOnWrite => "--dir-cow",
    };
    format!("{name} HOST::{}", grant.guest)
}

fn missing(option: &str) -> Failure {
    Failure::failed(format_args!("--resume: the program had more or other grants: give it {option}, as it had"))
}

fn unknown(option: &str) -> Failure {
    Failure::failed(format_args!("--resume: the program had no {option}: only what it had can be granted"))
}
