//! `fcntl`: descriptors, flags of open files, owners, pipes, seals, leases. Locks are in `locks`.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_FOWNER;
use crate::linux::abi::files::{
    F_ADD_SEALS, F_DUPFD, F_DUPFD_CLOEXEC, F_GET_RW_HINT, F_GET_SEALS, F_GETFD, F_GETFL, F_GETLEASE, F_GETLK,
    F_GETLK64, F_GETOWN, F_GETOWN_EX, F_GETPIPE_SZ, F_GETSIG, F_NOTIFY, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW,
    F_SET_RW_HINT, F_SETFD, F_SETFL, F_SETLEASE, F_SETLK, F_SETLK64, F_SETLKW, F_SETLKW64, F_SETOWN, F_SETOWN_EX,
    F_SETPIPE_SZ, F_SETSIG, FD_CLOEXEC, O_APPEND, O_ASYNC, O_CLOEXEC, O_DIRECT, O_NOATIME, O_NONBLOCK,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile, OpenFileHandle};
use crate::linux::sync::lock;

use super::call::Args;
use super::{leases, locks, notify, pipe_limits, seals};

/// The highest signal.
const SIGNAL_MAX: u32 = 64;

/// The old call does not know the commands with 64-bit positions.
pub fn fcntl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    match args[1] {
        F_GETLK64 | F_SETLK64 | F_SETLKW64 | F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW => {
            k.process.open_file(args[0])?;
            Err(Errno::EINVAL)
        }
        _ => fcntl64(k, m, args),
    }
}

pub fn fcntl64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, asked, value, ..] = *args;
    let open = k.process.open_file(fd)?;
    match asked {
        F_DUPFD | F_DUPFD_CLOEXEC if value >= k.process.limits.descriptors() => return Err(Errno::EINVAL),
        F_DUPFD | F_DUPFD_CLOEXEC => return k.process.add_descriptor(open, value, asked == F_DUPFD_CLOEXEC),
        F_GETFD => return k.process.descriptors().close_on_exec(fd).map(u32::from),
        F_SETFD => return k.process.descriptors().set_close_on_exec(fd, value & FD_CLOEXEC != 0).map(|()| 0),
        F_GETFL => return Ok(lock(&open).flags & !O_CLOEXEC),
        _ => drop(k.file(fd)?),
    }
    match asked {
        F_SETFL => set_flags(k, m, fd, &open, value),
        F_GETLK | F_SETLK | F_SETLKW => locks::old_record(k, m, &open, [asked, value]),
        F_GETLK64 | F_OFD_GETLK => locks::record(k, m, &open, [asked, value], true),
        F_SETLK64 | F_SETLKW64 | F_OFD_SETLK | F_OFD_SETLKW => locks::record(k, m, &open, [asked, value], false),
        F_SETOWN | F_GETOWN | F_SETOWN_EX | F_GETOWN_EX | F_SETSIG | F_GETSIG => {
            let answer = owner(k, m, &mut lock(&open), asked, value);
            if lock(&open).owner != 0 {
                k.world.asynchronous.add(fd, &open);
            }
            answer
        }
        F_NOTIFY => notify::notify(k, fd, &open, value),
        F_SETLEASE | F_GETLEASE => leases::lease(k, m, (fd, &open), asked, value),
        F_GET_RW_HINT | F_SET_RW_HINT => write_hint(k, m, &lock(&open), asked, value),
        F_GETPIPE_SZ | F_SETPIPE_SZ => pipe_size(k, &lock(&open), asked, value),
        F_ADD_SEALS | F_GET_SEALS => seals::fcntl_seals(k, m, &lock(&open), [asked, value]),
        _ => Err(Errno::EINVAL),
    }
}

fn set_flags(k: &mut Kernel, m: &Machine, fd: u32, handle: &OpenFileHandle, value: u32) -> Answer {
    const CHANGEABLE: u32 = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;
    let mut open = lock(handle);
    if value & O_NOATIME & !open.flags != 0 && !leases::owns(k, m, &open, CAP_FOWNER)? {
        return Err(Errno::EPERM);
    }
    // Packets for pipes; files may be asked for what others cannot do.
    let direct = matches!(open.object, Object::Regular(_) | Object::Pipe(_) | Object::Stream(_) | Object::Buffer(_));
    if value & O_DIRECT & !open.flags != 0 && !direct {
        return Err(Errno::EINVAL);
    }
    open.flags = open.flags & !CHANGEABLE | value & CHANGEABLE;
    drop(open);
    set_asynchronous(k, fd, handle, value & O_ASYNC != 0)
}

/// Whether the owner of an open file gets a signal when something can be done with it.
pub fn set_asynchronous(k: &mut Kernel, fd: u32, open: &OpenFileHandle, on: bool) -> Answer {
    let before = {
        let mut open = lock(open);
        let before = open.flags;
        open.flags = before & !O_ASYNC | if on { O_ASYNC } else { 0 };
        before
    };
    if on && before & O_ASYNC == 0 {
        k.world.asynchronous.add(fd, open);
    }
    Ok(0)
}

/// How long what is written to a file will live, as programs say: from not said (0) to very long (5).
fn write_hint(k: &mut Kernel, m: &mut Machine, open: &OpenFile, asked: u32, address: u32) -> Answer {
    let file = open.place.node().identity();
    if asked == F_GET_RW_HINT {
        let hint = k.world.write_hints.get(&file).copied().unwrap_or_default();
        return guest::write(&mut m.memory, address, &u64::from(hint));
    }
    match guest::read::<[u32; 2]>(&mut m.memory, address)? {
        [0, 0] => drop(k.world.write_hints.remove(&file)),
        [hint @ 1..=5, 0] => drop(k.world.write_hints.insert(file, hint)),
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}

/// Who is told that something can be read, and by which signal. A process group is negative.
fn owner(k: &Kernel, m: &mut Machine, open: &mut OpenFile, asked: u32, value: u32) -> Answer {
    match asked {
        F_SETOWN => open.owner = known_owner(k, value as i32)?,
        F_GETOWN => return Ok(open.owner as u32),
        F_SETSIG if value > SIGNAL_MAX => return Err(Errno::EINVAL),
        F_SETSIG => open.signal = value,
        F_GETSIG => return Ok(open.signal),
        F_GETOWN_EX => {
            let (kind, id) = if open.owner < 0 { (2, open.owner.wrapping_neg()) } else { (1, open.owner) };
            return guest::write(&mut m.memory, value, &[kind, id]);
        }
        _ => {
            // F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP.
            let [kind, id] = guest::read::<[i32; 2]>(&mut m.memory, value)?;
            open.owner = match kind {
                0 | 1 => known_owner(k, id)?,
                2 => known_owner(k, id.wrapping_neg())?,
                _ => return Err(Errno::EINVAL),
            };
        }
    }
    Ok(0)
}

/// A process, thread or (negative) group that there is, or 0 for nobody; ESRCH otherwise.
pub fn known_owner(k: &Kernel, owner: i32) -> Result<i32, Errno> {
    let exists = match owner {
        i32::MIN => return Err(Errno::EINVAL),
        0 => true,
        1.. => k.find_process_of(owner as u32).is_some() || k.find_process(owner as u32).is_some(),
        _ => k.all_processes().any(|process| process.group == owner.unsigned_abs()),
    };
    if exists { Ok(owner) } else { Err(Errno::ESRCH) }
}

fn pipe_size(k: &Kernel, open: &OpenFile, asked: u32, value: u32) -> Answer {
    let Object::Pipe(end) = &open.object else { return Err(Errno::EBADF) };
    match value {
        _ if asked == F_GETPIPE_SZ => Ok(end.capacity() as u32),
        0x8000_0001.. => Err(Errno::EINVAL),
        _ if value > pipe_limits::most(k) => Err(Errno::EPERM),
        value => end.set_capacity(value as usize).map(|size| size as u32),
    }
}
