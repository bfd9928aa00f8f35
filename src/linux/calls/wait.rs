//! Calls that wait for children: wait4(2), waitpid(2), waitid(2).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::O_NONBLOCK;
use crate::linux::abi::process::{
    P_ALL, P_PGID, P_PID, P_PIDFD, WAIT_KNOWN, WAITID_KNOWN, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED,
};
use crate::linux::abi::siginfo::{CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED};
use crate::linux::abi::signals::{ChildInfo, SIGCHLD, SIGCONT};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::{ChildEvent, Process, ProcessState, Termination, Usage};
use crate::linux::sync::lock;
use crate::linux::world::Waiting;

use super::call::Args;
use super::pidfd;
use super::processor_time::rusage;

/// Which children are meant.
#[derive(Clone, Copy)]
enum Selector {
    Any,
    Process(u32),
    Group(u32),
}

impl Selector {
    fn selects(self, process: &Process) -> bool {
        match self {
            Selector::Any => true,
            Selector::Process(pid) => process.pid == pid,
            Selector::Group(group) => process.group == group,
        }
    }
}

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
            Ok(found.pid)
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
    guest::write_if(&mut m.memory, address, &found.map_or(ChildInfo::zeroed(), child_info))?;
    guest::write_if(&mut m.memory, usage, &rusage(found.map(|found| found.usage).unwrap_or_default()))?;
    Ok(0)
}

fn gone_is_no_child(error: Errno) -> Errno {
    if error == Errno::ESRCH { Errno::ECHILD } else { error }
}

fn is_nonblocking(k: &Kernel, fd: u32) -> bool {
    k.file(fd).is_ok_and(|open| lock(&open).flags & O_NONBLOCK != 0)
}

/// What a child did.
#[derive(Clone, Copy)]
struct Found {
    pid: u32,
    uid: u32,
    event: ChildEvent,
    usage: Usage,
}

fn child_info(found: Found) -> ChildInfo {
    let (code, status) = match found.event {
        ChildEvent::Ended { exit: Termination::Status(status), .. } => (CLD_EXITED, status.into()),
        ChildEvent::Ended { exit: Termination::Signal(signal), dumped } => {
            (if dumped { CLD_DUMPED } else { CLD_KILLED }, signal.into())
        }
        ChildEvent::Stopped(signal) => (CLD_STOPPED, signal.into()),
        ChildEvent::Continued => (CLD_CONTINUED, SIGCONT),
    };
    ChildInfo {
        si_signo: SIGCHLD,
        si_code: code,
        si_pid: found.pid,
        si_uid: found.uid,
        si_status: status,
        ..ChildInfo::zeroed()
    }
}

/// The next thing that a child did; `None` if nobody did anything and the asker does not want to wait.
fn next_event(k: &mut Kernel, selector: Selector, options: u32) -> Result<Option<Found>, Errno> {
    let own = k.process.pid;
    let is_child = |process: &&Process| process.parent == own && !process.is_reaped() && selector.selects(process);
    let found = k.world.processes.values().filter(is_child).find_map(|process| {
        let event = event_of(process, options)?;
        let usage = process.usage.with(process.children_usage);
        Some(Found { pid: process.pid, uid: process.credentials.real_uid, event, usage })
    });
    match found {
        Some(found) => {
            if options & WNOWAIT == 0 {
                consume(k, &found);
            }
            Ok(Some(found))
        }
        None if !k.world.processes.values().any(|process| is_child(&process)) => Err(Errno::ECHILD),
        None if options & WNOHANG != 0 => Ok(None),
        None => {
            let queue = k.process.children.clone();
            Err(k.wait(Waiting::on(&queue)))
        }
    }
}

fn event_of(process: &Process, options: u32) -> Option<ChildEvent> {
    match (process.state, process.unreported) {
        (ProcessState::Zombie(exit), _) if options & WEXITED != 0 => {
            Some(ChildEvent::Ended { exit, dumped: process.dumps_core(exit) })
        }
        (_, Some(ChildEvent::Stopped(signal))) if options & WUNTRACED != 0 => Some(ChildEvent::Stopped(signal)),
        (_, Some(ChildEvent::Continued)) if options & WCONTINUED != 0 => Some(ChildEvent::Continued),
        _ => None,
    }
}

/// Nobody else is told of it. What a child has used that is gone counts for its parent (getrusage(2)).
fn consume(k: &mut Kernel, found: &Found) {
    if let ChildEvent::Ended { .. } = found.event {
        k.world.processes.remove(&found.pid);
        k.process.children_usage = k.process.children_usage.with(found.usage);
    } else if let Some(process) = k.world.processes.get_mut(&found.pid) {
        process.unreported = None;
    }
}
