//! Calls that wait for children: wait4(2), waitpid(2), waitid(2).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::process::{
    P_ALL, P_PGID, P_PID, WAIT_KNOWN, WAITID_KNOWN, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED,
};
use crate::linux::abi::siginfo::{CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED};
use crate::linux::abi::signals::{ChildInfo, SIGCHLD};
use crate::linux::abi::time::Rusage;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::{ChildEvent, Process, ProcessState, Termination};
use crate::linux::world::Waiting;

use super::call::Args;

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
        Some((pid, event)) => {
            guest::write_if(&mut m.memory, status, &event.status())?;
            guest::write_if(&mut m.memory, usage, &Rusage::zeroed())?;
            Ok(pid)
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
        _ => return Err(Errno::EINVAL),
    };
    let found = next_event(k, selector, options)?;
    let info = found.map_or(ChildInfo::zeroed(), |(pid, event)| {
        let (code, status) = match event {
            ChildEvent::Ended { exit: Termination::Status(status), .. } => (CLD_EXITED, status.into()),
            ChildEvent::Ended { exit: Termination::Signal(signal), dumped } => {
                (if dumped { CLD_DUMPED } else { CLD_KILLED }, signal.into())
            }
            ChildEvent::Stopped(signal) => (CLD_STOPPED, signal.into()),
            ChildEvent::Continued => (CLD_CONTINUED, crate::linux::abi::signals::SIGCONT),
        };
        let uid = k.process.credentials.real_uid;
        ChildInfo {
            si_signo: SIGCHLD,
            si_code: code,
            si_pid: pid,
            si_uid: uid,
            si_status: status,
            ..ChildInfo::zeroed()
        }
    });
    guest::write_if(&mut m.memory, address, &info)?;
    guest::write_if(&mut m.memory, usage, &Rusage::zeroed())?;
    Ok(0)
}

/// The next thing that a child did; `None` if nobody did anything and the asker does not want to wait.
fn next_event(k: &mut Kernel, selector: Selector, options: u32) -> Result<Option<(u32, ChildEvent)>, Errno> {
    let own = k.process.pid;
    let mut children = false;
    for process in k.world.processes.values_mut() {
        if process.parent != own || process.is_reaped() || !selector.selects(process) {
            continue;
        }
        children = true;
        let Some(event) = event_of(process, options) else { continue };
        let pid = process.pid;
        if options & WNOWAIT == 0 {
            consume(k, pid, event);
        }
        return Ok(Some((pid, event)));
    }
    match children {
        false => Err(Errno::ECHILD),
        true if options & WNOHANG != 0 => Ok(None),
        true => {
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

fn consume(k: &mut Kernel, pid: u32, event: ChildEvent) {
    if let ChildEvent::Ended { .. } = event {
        k.world.processes.remove(&pid);
    } else if let Some(process) = k.world.processes.get_mut(&pid) {
        process.unreported = None;
    }
}
