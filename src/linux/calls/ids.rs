//! Numbers of processes, groups of processes and sessions. Users and their groups are in
//! [`users`](super::users).

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::Process;

use super::call::Args;

pub fn getpid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.pid)
}

pub fn gettid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.thread.tid)
}

pub fn getppid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.parent)
}

pub fn getpgrp(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.group)
}

pub fn getpgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    Ok(process(k, args[0])?.group)
}

pub fn getsid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    Ok(process(k, args[0])?.session)
}

/// A process by its number, or the running one.
fn process(k: &Kernel, pid: u32) -> Result<&Process, Errno> {
    let pid = if pid == 0 { k.process.pid } else { pid };
    k.find_process(pid).ok_or(Errno::ESRCH)
}

/// Puts a process or one of its children into a group of the same session (setpgid(2)).
pub fn setpgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [pid, group, ..] = *args;
    let own = (k.process.pid, k.process.session);
    let pid = if pid == 0 { own.0 } else { pid };
    let group = if group == 0 { pid } else { group };
    if (group as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    let target = k.find_process(pid).filter(|process| process.is_alive()).ok_or(Errno::ESRCH)?;
    if pid != own.0 {
        match target {
            target if target.parent != own.0 => return Err(Errno::ESRCH),
            target if target.session != own.1 => return Err(Errno::EPERM),
            target if target.has_executed => return Err(Errno::EACCES),
            _ => {}
        }
    }
    if target.session == pid {
        return Err(Errno::EPERM);
    }
    let session = target.session;
    let exists = k.all_processes().any(|process| process.group == group && process.session == session);
    if group != pid && !exists {
        return Err(Errno::EPERM);
    }
    if let Some(target) = k.find_process_mut(pid) {
        target.group = group;
    }
    Ok(0)
}

/// Starts a session, unless the process leads a group already (setsid(2)).
pub fn setsid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    let pid = k.process.pid;
    if k.all_processes().any(|process| process.group == pid) {
        return Err(Errno::EPERM);
    }
    k.process.group = pid;
    k.process.session = pid;
    k.process.terminal = None;
    Ok(pid)
}
