//! What children of the running process did.

use crate::linux::abi::process::{__WALL, __WCLONE, WCONTINUED, WEXITED, WUNTRACED};
use crate::linux::abi::signals::SIGCHLD;
use crate::linux::kernel::Kernel;
use crate::linux::process::{ChildEvent, Process, ProcessState};

use super::found::{ChildReport, Selector};

/// The children that are meant.
fn selected(k: &Kernel, selector: Selector, options: u32) -> impl Iterator<Item = &Process> {
    let own = k.process.pid;
    let is_child = move |process: &&Process| {
        // Those that were made to tell of their end by another signal are waited for on demand only.
        let eligible = options & __WALL != 0 || (process.exit_signal != SIGCHLD) == (options & __WCLONE != 0);
        process.parent == own && eligible && !process.is_reaped() && selector.selects(process.pid, process.group)
    };
    k.world.processes.values().map(AsRef::as_ref).filter(is_child)
}

/// Whether there are any.
pub fn exist(k: &Kernel, selector: Selector, options: u32) -> bool {
    selected(k, selector, options).next().is_some()
}

/// What the first of them did that did something.
pub fn next(k: &Kernel, selector: Selector, options: u32) -> Option<ChildReport> {
    selected(k, selector, options).find_map(|process| {
        let event = event_of(k, process, options)?;
        let usage = process.usage.with(process.children_usage);
        Some(ChildReport { id: process.pid, uid: process.credentials.real_uid, event, usage })
    })
}

/// A tracer is told before the parent, and what it is told of stops is another thing.
fn event_of(k: &Kernel, process: &Process, options: u32) -> Option<ChildEvent> {
    let tracer = k.world.tracees.tracer_of(process.pid);
    match (process.state, process.unreported) {
        (ProcessState::Zombie(_), _) if tracer.is_some() => None,
        (ProcessState::Zombie(exit), _) if options & WEXITED != 0 => {
            Some(ChildEvent::Ended { exit, dumped: process.dumps_core(exit) })
        }
        (_, Some(ChildEvent::Stopped(signal))) if options & WUNTRACED != 0 && tracer != Some(k.process.pid) => {
            Some(ChildEvent::Stopped(signal))
        }
        (_, Some(ChildEvent::Continued)) if options & WCONTINUED != 0 => Some(ChildEvent::Continued),
        _ => None,
    }
}

/// Nobody else is told of it. What a child has used that is gone counts for its parent (getrusage(2)).
pub fn consume(k: &mut Kernel, found: &ChildReport) {
    if let ChildEvent::Ended { .. } = found.event {
        k.world.processes.remove(&found.id);
        k.process.children_usage = k.process.children_usage.with(found.usage);
    } else if let Some(process) = k.world.processes.get_mut(&found.id) {
        process.unreported = None;
    }
}
