//! Calls on resource limits (getrlimit(2)), and the limit on the size of files.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_RESOURCE;
use crate::linux::abi::files::O_APPEND;
use crate::linux::abi::process::{RLIMIT_AS, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_STACK, Rlimit32, Rlimit64};
use crate::linux::abi::signals::SIGXFSZ;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFileHandle};
use crate::linux::process::{INFINITY, Process};
use crate::linux::signals::Siginfo;
use crate::linux::sync::lock;

use super::call::Args;

/// The oldest form has signed 32-bit limits.
pub fn getrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    narrow(k, m, args, i32::MAX as u32)
}

pub fn ugetrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    narrow(k, m, args, u32::MAX)
}

fn narrow(k: &mut Kernel, m: &mut Machine, args: &Args, most: u32) -> Answer {
    let [soft, hard] = k.process.limits.get(args[0])?.map(|limit| limit.min(most.into()) as u32);
    guest::write(&mut m.memory, args[1], &Rlimit32 { rlim_cur: soft, rlim_max: hard })
}

pub fn setrlimit(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let Rlimit32 { rlim_cur, rlim_max } = guest::read(&mut m.memory, args[1])?;
    let wide = |limit| if limit == u32::MAX { INFINITY } else { u64::from(limit) };
    set(k, m, k.process.pid, args[0], [rlim_cur, rlim_max].map(wide))
}

/// Limits of another process are for those who are the same user in every respect, or privileged (prlimit(2)).
pub fn prlimit64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, resource, new, old, ..] = *args;
    k.process.limits.get(resource)?;
    let wanted = if new == 0 { None } else { Some(guest::read::<Rlimit64>(&mut m.memory, new)?) };
    let process = if pid == 0 { Some(&*k.process) } else { k.find_process_of(pid) };
    let process = process.ok_or(Errno::ESRCH)?;
    if process.pid != k.process.pid && !may_limit(k, process) {
        return Err(Errno::EPERM);
    }
    let (pid, [soft, hard]) = (process.pid, process.limits.get(resource)?);
    if let Some(Rlimit64 { rlim_cur, rlim_max }) = wanted {
        set(k, m, pid, resource, [rlim_cur, rlim_max])?;
    }
    guest::write_if(&mut m.memory, old, &Rlimit64 { rlim_cur: soft, rlim_max: hard })
}

fn may_limit(k: &Kernel, other: &Process) -> bool {
    let (own, other) = (&k.process.credentials, &other.credentials);
    let same = other.users() == [own.real_uid; 3] && other.own_groups() == [own.real_gid; 3];
    same || own.can(CAP_SYS_RESOURCE)
}

fn set(k: &mut Kernel, m: &mut Machine, pid: u32, resource: u32, limits: [u64; 2]) -> Answer {
    let privileged = k.process.credentials.can(CAP_SYS_RESOURCE);
    let process = k.find_process_mut(pid).ok_or(Errno::ESRCH)?;
    process.limits.set(resource, limits, privileged)?;
    match resource {
        RLIMIT_AS => process.space().most = limits[0],
        RLIMIT_DATA => process.space().most_data = limits[0],
        RLIMIT_STACK => {
            let (most, number, space) = (process.limits.stack_size(), process.space_number, Arc::clone(&process.space));
            k.with_space(m, number, |memory| lock(&space).limit_stack(memory, most.into()));
        }
        _ => {}
    }
    Ok(0)
}

/// How much of a write to a file RLIMIT_FSIZE allows; a signal and EFBIG if nothing.
pub fn writable_size(k: &mut Kernel, handle: &OpenFileHandle, size: u32, at: Option<u64>) -> Answer {
    let [most, _] = k.process.limits.get(RLIMIT_FSIZE)?;
    if most == INFINITY {
        return Ok(size);
    }
    let position = {
        let open = lock(handle);
        match &open.object {
            Object::Regular(contents) if open.flags & O_APPEND != 0 => contents.size()?,
            Object::Regular(_) => at.unwrap_or(open.position),
            _ => return Ok(size),
        }
    };
    match most.saturating_sub(position) {
        0 if size > 0 => Err(too_large(k)),
        room => Ok(u64::from(size).min(room) as u32),
    }
}

/// A signal and EFBIG if a file must not become so large.
pub fn may_grow(k: &mut Kernel, before: u64, size: u64) -> Result<(), Errno> {
    let [most, _] = k.process.limits.get(RLIMIT_FSIZE)?;
    if size > before && size > most { Err(too_large(k)) } else { Ok(()) }
}

fn too_large(k: &mut Kernel) -> Errno {
    let info = Siginfo::user(SIGXFSZ, k.process.pid, k.process.credentials.real_uid);
    // A standard signal always has room.
    let _ = k.post_to_thread(k.thread.tid, info);
    Errno::EFBIG
}
