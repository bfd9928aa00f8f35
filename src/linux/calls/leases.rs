//! Leases on files (fcntl(2), F_SETLEASE): given, told of, and broken.

use std::sync::Arc;
use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_LEASE;
use crate::linux::abi::files::{F_GETLEASE, F_RDLCK, F_UNLCK, F_WRLCK};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::PlaceHandle;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{OpenFile, OpenFileHandle};
use crate::linux::sync::lock;
use crate::linux::world::{LeaseGuard, Waiting};

/// How many seconds a lease is left to who has to give it up, unless the setting `lease-break-time` says otherwise.
const BREAK_TIME: u64 = 45;

/// A lease is of an open file; a process that is not told of changes to it yet is told by SIGIO.
pub fn lease(k: &mut Kernel, m: &Machine, (fd, handle): (u32, &OpenFileHandle), asked: u32, kind: u32) -> Answer {
    let file = lock(handle).place.node().identity();
    if asked == F_GETLEASE {
        return Ok(k.world.leases.kind(file, handle));
    }
    {
        let open = lock(handle);
        if !owns(k, m, &open, CAP_LEASE)? {
            return Err(Errno::EACCES);
        }
        if open.place.file_type() != FileType::File || ![F_RDLCK, F_WRLCK, F_UNLCK].contains(&kind) {
            return Err(Errno::EINVAL);
        }
        if kind == F_RDLCK && open.contents()?.claims().are_written() {
            return Err(Errno::EAGAIN);
        }
    }
    if kind == F_UNLCK {
        return if k.world.leases.remove(file, handle) { Ok(0) } else { Err(Errno::EAGAIN) };
    }
    let alone = kind != F_WRLCK || !is_open_elsewhere(k, file, handle);
    if !alone || !k.world.leases.may_have(file, handle, kind) {
        return Err(Errno::EAGAIN);
    }
    k.world.leases.set(file, handle, fd, kind);
    let mut open = lock(handle);
    open.lease = Some(LeaseGuard::new(k.world.leases.queue()));
    if open.owner == 0 {
        open.owner = k.process.pid as i32;
    }
    Ok(0)
}

/// Whether the file belongs to the running process, or a capability makes that unnecessary.
pub fn owns(k: &Kernel, m: &Machine, open: &OpenFile, capability: u32) -> Result<bool, Errno> {
    let credentials = &k.process.credentials;
    let status = k.status_of(m, &open.place)?;
    Ok(credentials.can_with(&status, capability) || status.uid == credentials.file_uid)
}

/// Whether a file is open beside an open file of it.
fn is_open_elsewhere(k: &Kernel, file: (u64, u64), own: &OpenFileHandle) -> bool {
    k.all_processes().any(|process| {
        let descriptors = process.descriptors();
        let numbers = descriptors.numbers();
        let others = numbers.into_iter().filter_map(|number| descriptors.get(number).ok());
        others.into_iter().any(|other| !Arc::ptr_eq(&other, own) && lock(&other).place.node().identity() == file)
    })
}

/// Lets the thread wait until nobody has a lease that stands against opening a file; EAGAIN if it must not wait.
pub fn break_leases(k: &mut Kernel, m: &Machine, place: &PlaceHandle, writes: bool, waits: bool) -> Result<(), Errno> {
    let (file, now) = (place.node().identity(), k.world.clock.elapsed(m));
    let set = k.world.settings.number("fs/lease-break-time").and_then(|seconds| u64::try_from(seconds).ok());
    let time = Duration::from_secs(set.unwrap_or(BREAK_TIME));
    let (told, until) = k.world.leases.breaks(file, writes, now, time);
    for (fd, open) in told {
        k.tell_of_lease(fd, &open);
    }
    match until {
        None => Ok(()),
        Some(_) if !waits => Err(Errno::EAGAIN),
        until => {
            let waiting = Waiting::on(k.world.leases.queue()).or_until(until);
            Err(k.wait(waiting))
        }
    }
}
