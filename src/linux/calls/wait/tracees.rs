//! What tracees of the running process did (ptrace(2)). Each thread tells of itself, whoever its parent is.

use crate::linux::abi::process::WEXITED;
use crate::linux::kernel::Kernel;
use crate::linux::process::{ChildEvent, Process};
use crate::linux::tracing::Tracee;

use super::children;
use super::found::{ChildReport, Selector};

/// The tracees that are meant.
fn selected(k: &Kernel, selector: Selector) -> impl Iterator<Item = (u32, &Tracee)> {
    let group = |tracee: &Tracee| k.find_process(tracee.pid).map_or(0, |process| process.group);
    k.world.tracees.of_tracer(k.process.pid).filter(move |(tid, tracee)| selector.selects(*tid, group(tracee)))
}

/// Whether there are any.
pub fn exist(k: &Kernel, selector: Selector) -> bool {
    selected(k, selector).next().is_some()
}

/// What the first of them did that did something.
pub fn next(k: &Kernel, selector: Selector, options: u32) -> Option<ChildReport> {
    selected(k, selector).find_map(|(tid, tracee)| {
        let process = k.find_process(tracee.pid);
        let event = match (tracee.ended, tracee.stop) {
            (Some(ended), _) if options & WEXITED != 0 => ChildEvent::Ended { exit: ended.exit, dumped: ended.dumped },
            (None, Some(stop)) if tracee.untold && !tracee.listens => ChildEvent::Trapped(stop.code()),
            _ => return None,
        };
        let uid = tracee.ended.map(|ended| ended.uid).or(process.map(|process| process.credentials.real_uid));
        let usage = process.filter(|process| process.pid == tid).map(used).unwrap_or_default();
        Some(ChildReport { id: tid, uid: uid.unwrap_or_default(), event, usage })
    })
}

fn used(process: &Process) -> crate::linux::process::Usage {
    process.usage.with(process.children_usage)
}

/// Nobody else is told of it; but of the end of a process its parent is, if that is another one.
pub fn consume(k: &mut Kernel, found: &ChildReport) {
    let own = k.process.pid;
    let ChildEvent::Ended { .. } = found.event else {
        if let Some(tracee) = k.world.tracees.of_tracer_mut(own, found.id) {
            tracee.untold = false;
        }
        return;
    };
    let Some(tracee) = k.world.tracees.remove(found.id) else { return };
    match k.find_process(found.id).map(|process| process.parent) {
        Some(parent) if parent == own => children::consume(k, found),
        _ => k.release_ended(found.id, &tracee),
    }
}
