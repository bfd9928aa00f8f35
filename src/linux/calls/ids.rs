//! User, group and process numbers. The 16-bit forms of old programs share the 32-bit ones.

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::PID;

use super::call::Args;

pub fn getpid(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(PID)
}

pub fn getppid(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(1)
}

/// The process leads its own process group and session.
pub fn getpgid(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    if args[0] == 0 || args[0] == PID { Ok(PID) } else { Err(Errno::ESRCH) }
}

pub fn setpgid(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    if args[0] == 0 || args[0] == PID { Ok(0) } else { Err(Errno::ESRCH) }
}

/// EPERM, because the process leads its session already.
pub fn setsid(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EPERM)
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
pub fn getgroups(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(0)
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
