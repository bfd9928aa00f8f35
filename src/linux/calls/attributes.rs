//! Calls that change what is known about a file: mode, owner, times, size.

use std::fs::File;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::instructions::Machine;
use crate::linux::descriptors::{Object, lock};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::{self, Creation, Kind, Opening};
use crate::linux::kernel::{AT_FDCWD, Kernel, Wanted};
use crate::linux::namespace::Resolved;
use crate::memory::Memory;

use super::Args;
use super::files::position;
use super::status;

const AT_SYMLINK_NOFOLLOW: u32 = 0x100;

/// Nanoseconds that mean the current time, and no change.
const UTIME_NOW: u64 = 0x3fff_ffff;
const UTIME_OMIT: u64 = 0x3fff_fffe;

/// New times of access and of modification; `None` keeps one.
type Times = [Option<SystemTime>; 2];

pub fn umask(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    Ok(std::mem::replace(&mut k.umask, args[0] & 0o777))
}

pub fn chmod(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchmodat(k, m, &[AT_FDCWD, args[0], args[1], 0, 0, 0])
}

pub fn fchmodat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    let resolved = k.resolve(&mut m.memory, directory, path, true, Wanted::Write)?;
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
    status::of_place(k, resolved)?;
    let granted = k.writable(resolved)?;
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
    let resolved = k.resolve(&mut m.memory, directory, path, follow, Wanted::Write)?;
    on_place(k, &resolved, |file| host::set_owner(file, wanted(user), wanted(group)))
}

pub fn fchown(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, user, group, ..] = *args;
    if let Some(directory) = directory_behind(k, fd)? {
        return on_place(k, &directory, |file| host::set_owner(file, wanted(user), wanted(group)));
    }
    on_file(k, fd, |file| host::set_owner(file, wanted(user), wanted(group)))
}

/// -1, of 16 or of 32 bits, keeps what is there.
fn wanted(id: u32) -> Option<u32> {
    (id != u32::MAX && id != 0xffff).then_some(id)
}

pub fn utime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, ..] = *args;
    let times = match address {
        0 => now(k, m),
        address => guest::words::<2>(&mut m.memory, address)?.map(|seconds| Some(time(i64::from(seconds as i32), 0))),
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
            let [first, first_micro, second, second_micro] = guest::words(&mut m.memory, address)?;
            [(first, first_micro), (second, second_micro)]
                .map(|(seconds, micro)| Some(time(i64::from(seconds as i32), micro.saturating_mul(1000))))
        }
    };
    set_times(k, m, [directory, path, 0], times)
}

pub fn utimensat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, flags, ..] = *args;
    let now = now(k, m);
    let times = timespecs(&mut m.memory, address, now, |memory, index| {
        let [seconds, nano] = guest::words(memory, address.wrapping_add(8 * index))?;
        Ok((i64::from(seconds as i32), u64::from(nano)))
    })?;
    set_times(k, m, [directory, path, flags], times)
}

pub fn utimensat_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, flags, ..] = *args;
    let now = now(k, m);
    let times = timespecs(&mut m.memory, address, now, |memory, index| {
        let at = address.wrapping_add(16 * index);
        let seconds = guest::number::<u64>(memory, at)? as i64;
        Ok((seconds, u64::from(guest::number::<u32>(memory, at.wrapping_add(8))?)))
    })?;
    set_times(k, m, [directory, path, flags], times)
}

/// Two pairs of seconds and nanoseconds; a null pointer means the current time.
fn timespecs(
    memory: &mut Memory,
    address: u32,
    now: Times,
    mut pair: impl FnMut(&mut Memory, u32) -> Result<(i64, u64), Errno>,
) -> Result<Times, Errno> {
    let mut times = now;
    if address == 0 {
        return Ok(times);
    }
    for (time_slot, index) in times.iter_mut().zip(0..) {
        match pair(memory, index)? {
            (_, UTIME_NOW) => {}
            (_, UTIME_OMIT) => *time_slot = None,
            (seconds, nano @ 0..1_000_000_000) => *time_slot = Some(time(seconds, nano as u32)),
            _ => return Err(Errno::EINVAL),
        }
    }
    Ok(times)
}

fn now(k: &Kernel, m: &Machine) -> Times {
    [UNIX_EPOCH.checked_add(k.clock.date(m)); 2]
}

fn time(seconds: i64, nanoseconds: u32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    let fraction = Duration::from_nanos(u64::from(nanoseconds));
    time.and_then(|time| time.checked_add(fraction)).unwrap_or(UNIX_EPOCH)
}

/// Without a path the descriptor itself is meant.
fn set_times(k: &mut Kernel, m: &mut Machine, [directory, path, flags]: [u32; 3], times: Times) -> Answer {
    let [accessed, modified] = times;
    if path == 0 {
        if let Some(directory) = directory_behind(k, directory)? {
            return on_place(k, &directory, |file| host::set_times(file, accessed, modified));
        }
        return on_file(k, directory, |file| host::set_times(file, accessed, modified));
    }
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let resolved = k.resolve(&mut m.memory, directory, path, follow, Wanted::Write)?;
    on_place(k, &resolved, |file| host::set_times(file, accessed, modified))
}

/// The place of a descriptor that is a directory's.
fn directory_behind(k: &mut Kernel, fd: u32) -> Result<Option<Resolved>, Errno> {
    let open = k.open_file(fd)?;
    let open = lock(&open);
    match open.object {
        Object::Directory(..) => k.resolve_bytes(AT_FDCWD, &open.path, false, Wanted::Write).map(Some),
        _ => Ok(None),
    }
}

fn on_file(k: &mut Kernel, fd: u32, change: impl FnOnce(&File) -> std::io::Result<()>) -> Answer {
    let open = k.open_file(fd)?;
    change(lock(&open).file()?)?;
    Ok(0)
}

/// Changes a file or directory by way of opening it. Of links and special files nothing that this
/// is used for matters enough to open them, which could wait for ever: they stay as they are.
fn on_place(k: &mut Kernel, resolved: &Resolved, change: impl FnOnce(&File) -> std::io::Result<()>) -> Answer {
    let status = status::of_place(k, resolved)?;
    let granted = k.writable(resolved)?;
    if let Kind::File | Kind::Directory = status.kind() {
        change(&granted.root.open(&granted.path, &Opening::READ)?)?;
    }
    Ok(0)
}

pub fn truncate(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_path(k, m, args[0], u64::from(args[1]))
}

pub fn truncate64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    truncate_path(k, m, args[0], position(args[1], args[2])?)
}

fn truncate_path(k: &mut Kernel, m: &mut Machine, path: u32, size: u64) -> Answer {
    let resolved = k.resolve(&mut m.memory, AT_FDCWD, path, true, Wanted::Write)?;
    match status::of_place(k, &resolved)?.kind() {
        Kind::Directory => return Err(Errno::EISDIR),
        Kind::File => {}
        _ => return Err(Errno::EINVAL),
    }
    let granted = k.writable(&resolved)?;
    let opening = Opening { read: false, write: true, create: Creation::Never, ..Opening::READ };
    granted.root.open(&granted.path, &opening)?.set_len(size)?;
    Ok(0)
}

pub fn ftruncate(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    truncate_open(k, args[0], u64::from(args[1]))
}

pub fn ftruncate64(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    truncate_open(k, args[0], position(args[1], args[2])?)
}

fn truncate_open(k: &mut Kernel, fd: u32, size: u64) -> Answer {
    let open = k.open_file(fd)?;
    let mut open = lock(&open);
    open.writable().map_err(|_| Errno::EINVAL)?;
    open.file()?.set_len(size)?;
    Ok(0)
}

/// Makes sure that a range of a file exists.
pub fn fallocate(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, mode, low, high, size_low, size_high] = *args;
    let end = position(low, high)?.checked_add(position(size_low, size_high)?).ok_or(Errno::EFBIG)?;
    let open = k.open_file(fd)?;
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
