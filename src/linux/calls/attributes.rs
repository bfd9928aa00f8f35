//! Calls that change the attributes of a file: mode, owner, times, size.

use std::fs::File;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::linux::abi::time::{Timespec32, Timespec64, Timeval, UTIME_NOW, UTIME_OMIT, Utimbuf};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{PathAccess, Resolved};
use crate::linux::guest;
use crate::linux::host::{self, Creation, FileType, Opening};
use crate::linux::kernel::Kernel;
use crate::linux::objects::Object;
use crate::linux::sync::lock;

use super::call::Args;
use super::files::position;

/// New times of access and of modification; `None` keeps one.
type Times = [Option<SystemTime>; 2];

pub fn umask(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    Ok(std::mem::replace(&mut k.process.umask, args[0] & 0o777))
}

pub fn chmod(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchmodat(k, m, &[AT_FDCWD, args[0], args[1], 0, 0, 0])
}

pub fn fchmodat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    let resolved = k.process.resolve(&mut m.memory, directory, path, true, PathAccess::Write)?;
    set_mode(k, &resolved, mode)
}

pub fn fchmod(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, mode, ..] = *args;
    if let Some(directory) = directory_behind(k, fd)? {
        return set_mode(k, &directory, mode);
    }
    on_file(k, fd, |file| host::set_mode(file, mode))
}

fn set_mode(k: &mut Kernel, resolved: &Resolved, mode: u32) -> Answer {
    k.process.status_of(resolved)?;
    let granted = k.process.writable(resolved)?;
    granted.root.set_mode(&granted.path, mode)?;
    Ok(0)
}

pub fn chown(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchownat(k, m, &[AT_FDCWD, args[0], args[1], args[2], 0, 0])
}

pub fn lchown(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchownat(k, m, &[AT_FDCWD, args[0], args[1], args[2], AT_SYMLINK_NOFOLLOW, 0])
}

pub fn fchownat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, user, group, flags, _] = *args;
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let resolved = k.process.resolve(&mut m.memory, directory, path, follow, PathAccess::Write)?;
    on_place(k, &resolved, |file| host::set_owner(file, wanted(user), wanted(group)))
}

pub fn fchown(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, user, group, ..] = *args;
    if let Some(directory) = directory_behind(k, fd)? {
        return on_place(k, &directory, |file| host::set_owner(file, wanted(user), wanted(group)));
    }
    on_file(k, fd, |file| host::set_owner(file, wanted(user), wanted(group)))
}

/// The new owner or group; `None` if the argument is -1, of 16 or of 32 bits, which keeps it.
fn wanted(id: u32) -> Option<u32> {
    (id != u32::MAX && id != 0xffff).then_some(id)
}

pub fn utime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, ..] = *args;
    let times = match address {
        0 => now(k, m),
        address => {
            let Utimbuf { actime, modtime } = guest::read(&mut m.memory, address)?;
            [actime, modtime].map(|seconds| Some(time(seconds.into(), 0)))
        }
    };
    set_times(k, m, [AT_FDCWD, path, 0], times)
}

pub fn utimes(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, ..] = *args;
    futimesat(k, m, &[AT_FDCWD, path, address, 0, 0, 0])
}

pub fn futimesat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, ..] = *args;
    let times = match address {
        0 => now(k, m),
        address => {
            let times: [Timeval; 2] = guest::read(&mut m.memory, address)?;
            times.map(|Timeval { tv_sec, tv_usec }| Some(time(tv_sec.into(), tv_usec.saturating_mul(1000))))
        }
    };
    set_times(k, m, [directory, path, 0], times)
}

pub fn utimensat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, flags, ..] = *args;
    let times = timespecs(k, m, address, |Timespec32 { tv_sec, tv_nsec }| (tv_sec.into(), tv_nsec))?;
    set_times(k, m, [directory, path, flags], times)
}

pub fn utimensat_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, flags, ..] = *args;
    let times = timespecs(k, m, address, |Timespec64 { tv_sec, tv_nsec, .. }| (tv_sec, tv_nsec))?;
    set_times(k, m, [directory, path, flags], times)
}

/// Two pairs of seconds and nanoseconds; a null pointer means the current time.
fn timespecs<T: Encoded + Copy>(
    k: &Kernel,
    m: &mut Machine,
    address: u32,
    pair: impl Fn(T) -> (i64, u32),
) -> Result<Times, Errno> {
    let mut times = now(k, m);
    if address == 0 {
        return Ok(times);
    }
    let given: [T; 2] = guest::read(&mut m.memory, address)?;
    for (slot, given) in times.iter_mut().zip(given) {
        match pair(given) {
            (_, UTIME_NOW) => {}
            (_, UTIME_OMIT) => *slot = None,
            (seconds, nanoseconds @ 0..1_000_000_000) => *slot = Some(time(seconds, nanoseconds)),
            _ => return Err(Errno::EINVAL),
        }
    }
    Ok(times)
}

fn now(k: &Kernel, m: &Machine) -> Times {
    [UNIX_EPOCH.checked_add(k.world.clock.date(m)); 2]
}

fn time(seconds: i64, nanoseconds: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    let fraction = Duration::from_nanos(u64::from(nanoseconds));
    time.and_then(|time| time.checked_add(fraction)).unwrap_or(UNIX_EPOCH)
}

/// Sets the times of the file at a path, or of the descriptor `directory` if the path is null.
fn set_times(k: &mut Kernel, m: &mut Machine, [directory, path, flags]: [u32; 3], times: Times) -> Answer {
    let [accessed, modified] = times;
    if path == 0 {
        if let Some(directory) = directory_behind(k, directory)? {
            return on_place(k, &directory, |file| host::set_times(file, accessed, modified));
        }
        return on_file(k, directory, |file| host::set_times(file, accessed, modified));
    }
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let resolved = k.process.resolve(&mut m.memory, directory, path, follow, PathAccess::Write)?;
    on_place(k, &resolved, |file| host::set_times(file, accessed, modified))
}

/// The location of the directory that a descriptor refers to; `None` if it is not a directory.
fn directory_behind(k: &mut Kernel, fd: u32) -> Result<Option<Resolved>, Errno> {
    let open = k.process.open_file(fd)?;
    let open = lock(&open);
    match open.object {
        Object::Directory(..) => k.process.resolve_bytes(AT_FDCWD, &open.path, false, PathAccess::Write).map(Some),
        _ => Ok(None),
    }
}

fn on_file(k: &mut Kernel, fd: u32, change: impl FnOnce(&File) -> std::io::Result<()>) -> Answer {
    let open = k.process.open_file(fd)?;
    change(lock(&open).file()?)?;
    Ok(0)
}

/// Opens a file or directory and applies a change to it. Symbolic links and special files stay as
/// they are: opening a special file could block.
fn on_place(k: &mut Kernel, resolved: &Resolved, change: impl FnOnce(&File) -> std::io::Result<()>) -> Answer {
    let status = k.process.status_of(resolved)?;
    let granted = k.process.writable(resolved)?;
    if let FileType::File | FileType::Directory = status.file_type() {
        change(&granted.root.open(&granted.path, &Opening::READ)?)?;
    }
    Ok(0)
}

pub fn truncate(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_path(k, m, args[0], length(args[1])?)
}

pub fn truncate64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_path(k, m, args[0], position(args[1], args[2])?)
}

/// A 32-bit length, which is signed; EINVAL if it is negative.
fn length(length: u32) -> Result<u64, Errno> {
    u64::try_from(length as i32).map_err(|_| Errno::EINVAL)
}

fn truncate_path(k: &mut Kernel, m: &mut Machine, path: u32, size: u64) -> Answer {
    let resolved = k.process.resolve(&mut m.memory, AT_FDCWD, path, true, PathAccess::Write)?;
    match k.process.status_of(&resolved)?.file_type() {
        FileType::Directory => return Err(Errno::EISDIR),
        FileType::File => {}
        _ => return Err(Errno::EINVAL),
    }
    let granted = k.process.writable(&resolved)?;
    let opening = Opening { read: false, write: true, create: Creation::Never, ..Opening::READ };
    granted.root.open(&granted.path, &opening)?.set_len(size)?;
    Ok(0)
}

pub fn ftruncate(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    truncate_open(k, args[0], length(args[1])?)
}

pub fn ftruncate64(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    truncate_open(k, args[0], position(args[1], args[2])?)
}

fn truncate_open(k: &mut Kernel, fd: u32, size: u64) -> Answer {
    let open = k.process.open_file(fd)?;
    let mut open = lock(&open);
    open.writable().map_err(|_| Errno::EINVAL)?;
    open.file()?.set_len(size)?;
    Ok(0)
}

/// Extends a file to contain a range. The space is not reserved on the host.
pub fn fallocate(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, mode, low, high, size_low, size_high] = *args;
    let end = position(low, high)?.checked_add(position(size_low, size_high)?).ok_or(Errno::EFBIG)?;
    let open = k.process.open_file(fd)?;
    let mut open = lock(&open);
    open.writable()?;
    let file = open.file()?;
    match mode {
        0 if file.metadata()?.len() < end => file.set_len(end)?,
        0 | 1 => {}
        _ => return Err(Errno::EOPNOTSUPP),
    }
    Ok(0)
}
