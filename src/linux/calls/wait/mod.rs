//! Calls that wait for children and tracees: wait4(2), waitpid(2), waitid(2).

mod children;
mod found;
mod tracees;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::process::{
    P_ALL, P_PGID, P_PID, P_PIDFD, WAIT_KNOWN, WAITID_KNOWN, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED,
};
use crate::linux::abi::signals::ChildInfo;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use self::found::{ChildReport, Selector};
use super::call::Args;
use super::pidfd;
use super::processor_time::rusage;

pub fn waitpid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    wait4(k, m, &[args[0], args[1], args[2], 0, 0, 0])
}

pub fn wait4(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, status, options, usage, ..] = *args;
    if options & !WAIT_KNOWN != 0 {
        return Err(Errno::EINVAL);
    }
    let selector = match pid as i32 {
        i32::MIN => return Err(Errno::ESRCH),
        -1 => Selector::Any,
        0 => Selector::Group(k.process.group),
        pid if pid < 0 => Selector::Group(pid.unsigned_abs()),
        pid => Selector::Process(pid as u32),
    };
    match next_event(k, selector, options | WEXITED)? {
        None => Ok(0),
        Some(found) => {
            guest::write_if(&mut m.memory, status, &found.event.status())?;
            guest::write_if(&mut m.memory, usage, &rusage(found.usage))?;
            Ok(found.id)
        }
    }
}

pub fn waitid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [kind, id, address, options, usage, _] = *args;
    if options & !WAITID_KNOWN != 0 || options & (WEXITED | WSTOPPED | WCONTINUED) == 0 {
        return Err(Errno::EINVAL);
    }
    let selector = match kind {
        P_ALL => Selector::Any,
        P_PID if id as i32 > 0 => Selector::Process(id),
        P_PGID if id == 0 => Selector::Group(k.process.group),
        P_PGID if id as i32 > 0 => Selector::Group(id),
        P_PIDFD if id as i32 >= 0 => Selector::Process(pidfd::process_of(k, id).map_err(gone_is_no_child)?),
        _ => return Err(Errno::EINVAL),
    };
    let found = match next_event(k, selector, options) {
        // Whoever made the descriptor non-blocking does not wait (pidfd_open(2), PIDFD_NONBLOCK).
        Err(error) if kind == P_PIDFD && k.thread.wait.is_some() && is_nonblocking(k, id) => {
            k.thread.wait = None;
            return Err(if error.restarts() { Errno::EAGAIN } else { error });
        }
        found => found?,
    };
    guest::write_if(&mut m.memory, address, &found.map_or(ChildInfo::zeroed(), ChildReport::info))?;
    guest::write_if(&mut m.memory, usage, &rusage(found.map(|found| found.usage).unwrap_or_default()))?;
    Ok(0)
}

fn gone_is_no_child(error: Errno) -> Errno {
    if error == Errno::ESRCH { Errno::ECHILD } else { error }
}

fn is_nonblocking(k: &Kernel, fd: u32) -> bool {
    k.file(fd).is_ok_and(|open| lock(&open).flags & O_NONBLOCK != 0)
}

/// The next thing that a child or tracee did; `None` if nobody did anything and the asker does not want to
/// wait.
fn next_event(k: &mut Kernel, selector: Selector, options: u32) -> Result<Option<ChildReport>, Errno> {
    let kept = options & WNOWAIT != 0;
    if let Some(found) = children::next(k, selector, options) {
        if !kept {
            children::consume(k, &found);
        }
        return Ok(Some(found));
    }
    if let Some(found) = tracees::next(k, selector, options) {
        if !kept {
            tracees::consume(k, &found);
        }
        return Ok(Some(found));
    }
    match children::exist(k, selector, options) || tracees::exist(k, selector) {
        false => Err(Errno::ECHILD),
        true if options & WNOHANG != 0 => Ok(None),
        true => {
            let queue = k.process.children.clone();
            Err(k.wait(Waiting::on(&queue)))
        }
    }
}
