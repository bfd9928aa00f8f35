//! User, group and process numbers. The 16-bit forms of old programs share the 32-bit ones.

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

pub fn getuid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.uid)
}

pub fn getgid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.gid)
}

pub fn getresuid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three(k.process.credentials.uid, m, args)
}

pub fn getresgid(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three(k.process.credentials.gid, m, args)
}

/// The older forms have 16-bit results.
pub fn getresuid16(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three16(k.process.credentials.uid, m, args)
}

pub fn getresgid16(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    three16(k.process.credentials.gid, m, args)
}

fn three16(id: u32, m: &mut Machine, args: &Args) -> Answer {
    args[..3].iter().try_for_each(|address| m.memory.store(*address, id as u16))?;
    Ok(0)
}

fn three(id: u32, m: &mut Machine, args: &Args) -> Answer {
    args[..3].iter().try_for_each(|address| m.memory.store(*address, id))?;
    Ok(0)
}

/// There are no supplementary groups.
pub fn getgroups(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    if (args[0] as i32) < 0 { Err(Errno::EINVAL) } else { Ok(0) }
}

/// A process may only set the user or group that it has, or -1 to keep it.
pub fn setuid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    only(args[0], k.process.credentials.uid)
}

pub fn setgid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    only(args[0], k.process.credentials.gid)
}

pub fn setreuid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    only(args[0], k.process.credentials.uid).and(only(args[1], k.process.credentials.uid))
}

pub fn setregid(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    only(args[0], k.process.credentials.gid).and(only(args[1], k.process.credentials.gid))
}

/// Returns the user of file accesses; it does not change.
pub fn setfsuid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.uid)
}

pub fn setfsgid(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.process.credentials.gid)
}

fn only(wanted: u32, own: u32) -> Answer {
    if wanted == own || wanted == u32::MAX || wanted == own & 0xffff { Ok(0) } else { Err(Errno::EPERM) }
}

/// Supplementary groups can only be set with a privilege.
pub fn setgroups(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EPERM)
}

/// The capability sets, which are empty.
pub fn capget(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    const VERSION_3: u32 = 0x2008_0522;
    if m.memory.load::<u32>(args[0])? != VERSION_3 {
        m.memory.store(args[0], VERSION_3)?;
        return if args[1] == 0 { Ok(0) } else { Err(Errno::EINVAL) };
    }
    if args[1] != 0 {
        m.memory.write(args[1], &[0; 24])?;
    }
    Ok(0)
}
