//! Calls that change the attributes of a file: mode, owner, times.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::{CAP_CHOWN, CAP_FOWNER};
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::linux::abi::time::{Timespec32, Timespec64, Timeval, UTIME_NOW, UTIME_OMIT, Utimbuf};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Change, Manner, PathAccess, PlaceHandle, moment};
use crate::linux::guest;
use crate::linux::host::{FileStatus, FileTime, FileType, HostFile};
use crate::linux::kernel::Kernel;
use crate::linux::process::IdKind;
use crate::linux::sync::lock;

use super::call::Args;
use super::set_id;

/// New times of access and of modification; `None` keeps one.
type Times = [Option<FileTime>; 2];

pub fn umask(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    Ok(std::mem::replace(&mut k.process.standing().umask, args[0] & 0o777))
}

pub fn chmod(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchmodat2(k, m, &[AT_FDCWD, args[0], args[1], 0, 0, 0])
}

pub fn fchmodat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchmodat2(k, m, &[args[0], args[1], args[2], 0, 0, 0])
}

pub fn fchmodat2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, flags, ..] = *args;
    let target = at_path(k, m, [directory, path], flags)?;
    if target.place.file_type() == FileType::Link {
        return Err(Errno::EOPNOTSUPP);
    }
    set_mode(k, m, &target, mode)
}

pub fn fchmod(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.file(args[0])?;
    let target = at_descriptor(k, m, args[0])?;
    set_mode(k, m, &target, args[1])
}

/// The group's set-ID bit goes if the group is not the asker's (chmod(2)).
fn set_mode(k: &Kernel, m: &mut Machine, target: &Target, mode: u32) -> Answer {
    let credentials = &k.process.credentials;
    let mode = mode & if credentials.may_give_group(&target.status) { 0o7777 } else { 0o5777 };
    owned(k, target)?;
    target.apply(k, m, &Change { mode: Some(mode), ..Change::default() })
}

/// What is to be changed.
struct Target {
    place: PlaceHandle,
    status: FileStatus,
    /// The descriptor, if there is one: a file whose name is gone can be changed all the same.
    fd: Option<u32>,
}

fn at_path(k: &Kernel, m: &mut Machine, at: [u32; 2], flags: u32) -> Result<Target, Errno> {
    let manner = Manner::new(flags & AT_SYMLINK_NOFOLLOW == 0, PathAccess::Write);
    let place = k.place_at(m, at, manner, flags & AT_EMPTY_PATH != 0)?;
    let status = k.status_of(m, &place)?;
    Ok(Target { place, status, fd: None })
}

fn at_descriptor(k: &Kernel, m: &Machine, fd: u32) -> Result<Target, Errno> {
    let (place, status) = (k.place_of(fd)?, k.status_of_descriptor(m, fd)?);
    Ok(Target { place, status, fd: Some(fd) })
}

/// EPERM unless the file belongs to the asker.
fn owned(k: &Kernel, target: &Target) -> Result<(), Errno> {
    let credentials = &k.process.credentials;
    let owns = credentials.file_uid == target.status.uid || credentials.can_with(&target.status, CAP_FOWNER);
    if owns { Ok(()) } else { Err(Errno::EPERM) }
}

impl Target {
    /// Makes the change, if the filesystem can be changed, and tells those who watch.
    fn apply(&self, k: &Kernel, m: &Machine, change: &Change) -> Answer {
        k.editing(m, |editor| editor.may_rewrite(&self.place))?;
        self.set(k, m, change).inspect(|_| k.process.namespace.watches().changed(&self.place, change))
    }

    fn set(&self, k: &Kernel, m: &Machine, change: &Change) -> Answer {
        if let Some(fd) = self.fd {
            let open = k.process.open_file(fd)?;
            let open = lock(&open);
            let changed = open.contents().ok().and_then(|contents| contents.on_host(|file| on_host(file, change)));
            if let Some(changed) = changed {
                return changed.map(|()| 0);
            }
        }
        k.asking(m, |asker| self.place.node().change(asker, change)).map(|()| 0)
    }
}

/// Changes an open file of the host, whatever became of its name.
fn on_host(file: &HostFile, change: &Change) -> Result<(), Errno> {
    if let Some(mode) = change.mode {
        file.set_mode(mode)?;
    }
    if change.user.is_some() || change.group.is_some() {
        file.set_owner(change.user, change.group)?;
    }
    match change.times.map(|time| time.map(moment)) {
        [None, None] => Ok(()),
        [accessed, modified] => file.set_times(accessed, modified),
    }
}

pub fn chown(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchownat(k, m, &[AT_FDCWD, args[0], args[1], args[2], 0, 0])
}

pub fn lchown(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchownat(k, m, &[AT_FDCWD, args[0], args[1], args[2], AT_SYMLINK_NOFOLLOW, 0])
}

pub fn fchownat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, user, group, flags, _] = *args;
    let target = at_path(k, m, [directory, path], flags)?;
    set_owner(k, m, &target, [user, group])
}

pub fn fchown(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, user, group, ..] = *args;
    k.file(fd)?;
    let target = at_descriptor(k, m, fd)?;
    set_owner(k, m, &target, [user, group])
}

/// The old calls have numbers of 16 bits, where all ones keep an owner as well.
pub fn chown16(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    chown(k, m, &[args[0], widened(args[1]), widened(args[2]), 0, 0, 0])
}

pub fn lchown16(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    lchown(k, m, &[args[0], widened(args[1]), widened(args[2]), 0, 0, 0])
}

pub fn fchown16(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    fchown(k, m, &[args[0], widened(args[1]), widened(args[2]), 0, 0, 0])
}

fn widened(id: u32) -> u32 {
    if id & 0xffff == 0xffff { u32::MAX } else { id & 0xffff }
}

/// Without a capability nobody can give anything away, and loses the set-ID bits of a program (chown(2)).
fn set_owner(k: &Kernel, m: &mut Machine, target: &Target, ids: [u32; 2]) -> Answer {
    let credentials = &k.process.credentials;
    let meant = |id: u32, kind| match id {
        u32::MAX => Ok(None),
        id => credentials.within.meant(kind, id).map(Some).ok_or(Errno::EINVAL),
    };
    let (user, group) = (meant(ids[0], IdKind::User)?, meant(ids[1], IdKind::Group)?);
    if (user, group) != (None, None) {
        owned(k, target)?;
    }
    let gives = user.is_some_and(|user| user != target.status.uid)
        || group.is_some_and(|group| !credentials.in_group(group) && group != target.status.gid);
    if !credentials.can_with(&target.status, CAP_CHOWN) && gives {
        return Err(Errno::EPERM);
    }
    let mode = target.status.mode;
    let lost = set_id::lost(mode);
    let program = target.status.file_type() == FileType::File && lost != 0;
    let mode = program.then_some(mode & 0o7777 & !lost);
    target.apply(k, m, &Change { user, group, mode, ..Change::default() })
}

pub fn utime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, ..] = *args;
    let times = match address {
        0 => None,
        address => {
            let Utimbuf { actime, modtime } = guest::read(&mut m.memory, address)?;
            Some([actime, modtime].map(|seconds| Some((seconds.into(), 0))))
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
        0 => None,
        address => {
            let times: [Timeval; 2] = guest::read(&mut m.memory, address)?;
            if times.iter().any(|time| time.tv_usec >= 1_000_000) {
                return Err(Errno::EINVAL);
            }
            Some(times.map(|Timeval { tv_sec, tv_usec }| Some((tv_sec.into(), tv_usec * 1000))))
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

/// Two pairs of seconds and nanoseconds; a null pointer, and UTIME_NOW twice, mean the current time.
fn timespecs<T: Encoded + Copy>(
    k: &Kernel,
    m: &mut Machine,
    address: u32,
    pair: impl Fn(T) -> FileTime,
) -> Result<Option<Times>, Errno> {
    if address == 0 {
        return Ok(None);
    }
    let given: [T; 2] = guest::read(&mut m.memory, address)?;
    let given = given.map(pair);
    if given.iter().all(|(_, nanoseconds)| *nanoseconds == UTIME_NOW) {
        return Ok(None);
    }
    let mut times = [Some(k.now(m)); 2];
    for (slot, given) in times.iter_mut().zip(given) {
        match given {
            (_, UTIME_NOW) => {}
            (_, UTIME_OMIT) => *slot = None,
            (_, 0..1_000_000_000) => *slot = Some(given),
            _ => return Err(Errno::EINVAL),
        }
    }
    Ok(Some(times))
}

/// Sets the times of the file at a path, or of the descriptor `directory` if the path is null. The
/// current time may be set by whoever may write, other times only by the owner (utimensat(2)).
fn set_times(k: &mut Kernel, m: &mut Machine, [directory, path, flags]: [u32; 3], times: Option<Times>) -> Answer {
    if times == Some([None, None]) {
        return Ok(0);
    }
    let target = match path {
        0 if directory == AT_FDCWD => return Err(Errno::EFAULT),
        0 if flags != 0 => return Err(Errno::EINVAL),
        0 => {
            k.file(directory)?;
            at_descriptor(k, m, directory)?
        }
        path => at_path(k, m, [directory, path], flags)?,
    };
    match times {
        None if owned(k, &target).is_err() => {
            let may_write = k.process.credentials.may(&target.status, 2);
            may_write.then_some(()).ok_or(Errno::EACCES)?;
        }
        None => {}
        Some(_) => owned(k, &target)?,
    }
    let times = times.unwrap_or([Some(k.now(m)); 2]);
    target.apply(k, m, &Change { times, ..Change::default() })
}
