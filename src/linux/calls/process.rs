//! Calls on the process itself: exit, name, the system that it runs on; and what answers calls that the guest
//! may not make, or that tab86 does not have.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::process::{
    GRND_INSECURE, GRND_RANDOM, READ_IMPLIES_EXEC, RELEASE, Sysinfo, UNAME26, Utsname, VERSION,
};
use crate::linux::abi::ptrace::PTRACE_EVENT_EXIT;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::SystemName;
use crate::linux::guest::{self, put_if};
use crate::linux::kernel::Kernel;
use crate::linux::process::Termination;
use crate::linux::world::{LONGEST_NAME, Waiting};

use super::call::Args;

/// Ends the thread, and the process if it has no other.
pub fn exit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let status = args[0] as u8;
    if k.process.threads.len() == 1 {
        k.process.end_with(Termination::Status(status));
    } else if k.report(PTRACE_EVENT_EXIT, u32::from(status) << 8) {
        return Err(k.wait(Waiting::default()));
    } else {
        k.end_thread(m, status);
    }
    Ok(0)
}

pub fn exit_group(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.process.end_with(Termination::Status(args[0] as u8));
    Ok(0)
}

/// A call that tab86 does not implement.
pub fn unimplemented(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::ENOSYS)
}

/// The kernel makes the call that was interrupted instead of this one, if there is one.
pub fn nothing_to_restart(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EINTR)
}

/// What Linux 6.1 calls itself in the count of 2.6: sixty beyond.
const RELEASE_AS_26: &str = "2.6.61";

pub fn uname(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    guest::write(&mut m.memory, args[0], &names(k))
}

/// Without the domain, as libc5 asks.
pub fn olduname(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let names = names(k);
    m.memory.write(args[0], &names.to_bytes()[..5 * size_of_val(&names.sysname)])?;
    Ok(0)
}

/// The same with eight characters of each name, as in 1992.
pub fn oldolduname(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let Utsname { sysname, nodename, release, version, machine, .. } = names(k);
    let mut bytes = [0; 45];
    for (at, name) in bytes.chunks_exact_mut(9).zip([sysname, nodename, release, version, machine]) {
        at[..8].copy_from_slice(&name[..8]);
    }
    m.memory.write(args[0], &bytes)?;
    Ok(0)
}

/// For programs that cannot count beyond 2.6 the release goes on from there (personality(2), UNAME26).
fn names(k: &Kernel) -> Utsname {
    let release = if k.process.personality & UNAME26 != 0 { RELEASE_AS_26 } else { RELEASE };
    let own = k.names();
    Utsname {
        sysname: padded("Linux"),
        nodename: padded(own.get(SystemName::Node)),
        release: padded(release),
        version: padded(VERSION),
        machine: padded("i686"),
        domainname: padded(own.get(SystemName::Domain)),
    }
}

pub fn sethostname(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    set_name(k, m, args, SystemName::Node)
}

pub fn setdomainname(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    set_name(k, m, args, SystemName::Domain)
}

fn set_name(k: &mut Kernel, m: &mut Machine, args: &Args, which: SystemName) -> Answer {
    let owner = &k.process.namespaces.host.identity.owner;
    k.process.credentials.require_in(owner, CAP_SYS_ADMIN)?;
    let length = usize::try_from(args[1] as i32).ok().filter(|length| *length <= LONGEST_NAME).ok_or(Errno::EINVAL)?;
    let mut name = vec![0; length];
    m.memory.read(args[0], &mut name)?;
    k.set_name(which, name);
    Ok(0)
}

/// Characters with zeros up to a size.
pub fn padded<const N: usize>(text: impl AsRef<[u8]>) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.iter_mut().zip(text.as_ref()).for_each(|(byte, character)| *byte = *character);
    bytes
}

pub fn sysinfo(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let totalram = k.process.space().limit() as u32;
    let freeram = totalram.saturating_sub((m.memory.pool().used() * 4096) as u32);
    let uptime = k.world.clock.elapsed(m).as_secs() as u32;
    let procs = k.world.threads.len() as u16 + 1;
    let info = Sysinfo { uptime, totalram, freeram, procs, mem_unit: 1, ..Sysinfo::zeroed() };
    guest::write(&mut m.memory, args[0], &info)
}

/// Returns the personality and, unless the argument is -1, sets it. READ_IMPLIES_EXEC is the only
/// flag that has an effect: addresses are never random.
pub fn personality(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let before = k.process.personality();
    if args[0] != u32::MAX {
        k.process.personality = args[0];
        k.process.space().read_implies_execute = args[0] & READ_IMPLIES_EXEC != 0;
    }
    Ok(before)
}

pub fn getrandom(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, flags, ..] = *args;
    if flags & GRND_RANDOM != 0 && flags & GRND_INSECURE != 0 {
        return Err(Errno::EINVAL);
    }
    let (size, mut done) = (size.min(i32::MAX as u32), 0);
    let mut bytes = [0; 256];
    while done < size {
        let count = (size - done).min(256);
        m.cpu.random.fill(&mut bytes[..count as usize]);
        match m.memory.write(address.wrapping_add(done), &bytes[..count as usize]) {
            Err(_) if done > 0 => break,
            written => written?,
        }
        done += count;
    }
    Ok(done)
}

pub fn getcpu(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    put_if(&mut m.memory, args[0], &[0; 4])?;
    put_if(&mut m.memory, args[1], &[0; 4])?;
    Ok(0)
}
