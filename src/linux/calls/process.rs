//! The process itself: its end, its name, the system that it runs on. There is one process with
//! one thread; calls that would make more say that they do not exist.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::process::{
    PR_GET_DUMPABLE, PR_GET_NAME, PR_SET_DUMPABLE, PR_SET_NAME, PR_SET_NO_NEW_PRIVS, READ_IMPLIES_EXEC, Sysinfo,
    Utsname,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, put_if};
use crate::linux::process::{Process, Termination};

use super::call::Args;

pub fn exit(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    p.end(m, Termination::Status(args[0] as u8));
    Ok(0)
}

/// A call that is known and not there.
pub fn unimplemented(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::ENOSYS)
}

/// A call that needs a privilege which no guest has.
pub fn forbidden(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EPERM)
}

/// A call that succeeds by doing nothing.
pub fn nothing(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Ok(0)
}

pub fn wait(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::ECHILD)
}

pub fn uname(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let names = Utsname {
        sysname: padded("Linux"),
        nodename: padded("tab86"),
        release: padded("5.10.0"),
        version: padded("#1 tab86"),
        machine: padded("i686"),
        domainname: padded("(none)"),
    };
    guest::write(&mut m.memory, args[0], &names)
}

/// Characters with zeros up to a size.
fn padded<const N: usize>(text: impl AsRef<[u8]>) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(text.as_ref()).for_each(|(byte, character)| *byte = *character);
    bytes
}

pub fn sysinfo(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let totalram = p.space.limit() as u32;
    let freeram = totalram.saturating_sub(p.space.mapped() as u32);
    let uptime = p.clock.elapsed(m).as_secs() as u32;
    let info = Sysinfo { uptime, totalram, freeram, procs: 1, mem_unit: 1, ..Sysinfo::zeroed() };
    guest::write(&mut m.memory, args[0], &info)
}

pub fn prctl(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    match args[0] {
        PR_GET_DUMPABLE => Ok(1),
        PR_SET_DUMPABLE | PR_SET_NO_NEW_PRIVS => Ok(0),
        PR_SET_NAME => {
            let mut name = guest::string(&mut m.memory, args[1])?;
            name.truncate(15);
            p.name = name;
            Ok(0)
        }
        PR_GET_NAME => guest::write(&mut m.memory, args[1], &padded::<16>(&p.name)),
        _ => Err(Errno::EINVAL),
    }
}

/// Asking for the personality (-1) or setting the plain one.
pub fn personality(p: &mut Process, _: &mut Machine, args: &Args) -> Answer {
    let before = if p.space.read_implies_execute { READ_IMPLIES_EXEC } else { 0 };
    if args[0] != u32::MAX {
        p.space.read_implies_execute = args[0] & READ_IMPLIES_EXEC != 0;
    }
    Ok(before)
}

pub fn getrandom(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, ..] = *args;
    let mut done = 0;
    let mut bytes = [0; 256];
    while done < size {
        let count = (size - done).min(256);
        m.cpu.random.fill(&mut bytes[..count as usize]);
        m.memory.write(address.wrapping_add(done), &bytes[..count as usize])?;
        done += count;
    }
    Ok(size)
}

/// A mask with the one processor there is.
pub fn sched_getaffinity(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [_, size, address, ..] = *args;
    if size < 4 {
        return Err(Errno::EINVAL);
    }
    m.memory.store(address, 1_u32)?;
    Ok(4)
}

pub fn getcpu(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    put_if(&mut m.memory, args[0], &[0; 4])?;
    put_if(&mut m.memory, args[1], &[0; 4])?;
    Ok(0)
}

/// Niceness 0, as the kernel tells it: 20 minus it.
pub fn getpriority(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Ok(20)
}

pub fn sched_getparam(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    m.memory.store(args[1], 0_u32)?;
    Ok(0)
}

/// Only the normal scheduling class (0) has its one priority, 0.
pub fn sched_priority(_: &mut Process, _: &mut Machine, args: &Args) -> Answer {
    match args[0] {
        0 | 3 | 5 => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}

/// A call that no file system here supports, such as those on extended attributes.
pub fn unsupported(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EOPNOTSUPP)
}
