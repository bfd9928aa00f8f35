//! Calls that read the attributes of files: the `stat` family but for [`statx`](super::statx), `access`, `readlink`, `statfs`.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::administration::{MS_KEPT, MS_NOSYMFOLLOW, MS_STRICTATIME};
use crate::linux::abi::files::{AT_EACCESS, AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, W_OK};
use crate::linux::abi::status::{Stat32, Stat64, Statfs32, Statfs64};
use crate::linux::abi::time::Timespec32;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{FilesystemStatus, LinkTarget, Manner, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::host::{FileStatus, FileType};
use crate::linux::kernel::Kernel;
use crate::linux::objects::MAX_SMALL;
use crate::memory::Memory;

use super::call::Args;

/// Writes a file's status in one of its forms.
pub type FileStatusForm = fn(&mut Memory, u32, &FileStatus) -> Answer;

pub fn stat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], write_stat32)
}

pub fn lstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], write_stat32)
}

pub fn fstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_descriptor(k, m, args, write_stat32)
}

pub fn stat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], write_stat64)
}

pub fn lstat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], write_stat64)
}

pub fn fstat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_descriptor(k, m, args, write_stat64)
}

pub fn fstatat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [args[0], args[1], args[2], args[3]], write_stat64)
}

pub fn by_descriptor(k: &mut Kernel, m: &mut Machine, args: &Args, form: FileStatusForm) -> Answer {
    let status = k.process.open_file(args[0]).and_then(|_| k.status_of_descriptor(m, args[0]))?;
    form(&mut m.memory, args[1], &status)
}

pub fn by_path(k: &mut Kernel, m: &mut Machine, args: [u32; 4], form: FileStatusForm) -> Answer {
    let [directory, path, address, flags] = args;
    if flags & AT_EMPTY_PATH != 0 && (path == 0 || m.memory.load::<u8>(path)? == 0) {
        let status = k.status_of_descriptor(m, directory)?;
        return form(&mut m.memory, address, &k.told_status(status));
    }
    let manner = Manner::new(flags & AT_SYMLINK_NOFOLLOW == 0, PathAccess::Read);
    let found = k.find(m, [directory, path], manner)?;
    let status = k.status_of(m, found.existing()?)?;
    form(&mut m.memory, address, &status)
}

/// EOVERFLOW if a number does not fit in (stat(2)).
fn write_stat32(memory: &mut Memory, address: u32, s: &FileStatus) -> Answer {
    if s.size > MAX_SMALL || s.inode > u64::from(u32::MAX) {
        return Err(Errno::EOVERFLOW);
    }
    let status = Stat32 {
        st_dev: s.device as u32,
        st_ino: s.inode as u32,
        st_mode: s.mode as u16,
        st_nlink: s.links as u16,
        st_uid: s.uid as u16,
        st_gid: s.gid as u16,
        st_rdev: s.special as u32,
        st_size: s.size as u32,
        st_blksize: s.block_size,
        st_blocks: s.blocks as u32,
        st_times: s.times.map(timespec32),
        unused: [0; 2],
    };
    guest::write(memory, address, &status)
}

fn write_stat64(memory: &mut Memory, address: u32, s: &FileStatus) -> Answer {
    let status = Stat64 {
        st_dev: s.device,
        padding: 0,
        short_ino: s.inode as u32,
        st_mode: s.mode,
        st_nlink: s.links,
        st_uid: s.uid,
        st_gid: s.gid,
        st_rdev: s.special,
        more_padding: 0,
        st_size: s.size,
        st_blksize: s.block_size,
        st_blocks: s.blocks,
        st_times: s.times.map(timespec32),
        st_ino: s.inode,
    };
    guest::write(memory, address, &status)
}

fn timespec32((seconds, nanoseconds): (i64, u32)) -> Timespec32 {
    Timespec32 { tv_sec: seconds as i32, tv_nsec: nanoseconds }
}

pub fn access(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, mode, ..] = *args;
    faccessat(k, m, &[AT_FDCWD, path, mode, 0, 0, 0])
}

pub fn faccessat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    faccessat2(k, m, &[directory, path, mode, 0, 0, 0])
}

/// The real user and group count, unless a flag says that it is the effective ones.
pub fn faccessat2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    if args[3] & AT_EACCESS != 0 {
        return check_access(k, m, args);
    }
    let real = k.process.credentials.of_real_user();
    let own = std::mem::replace(&mut k.process.credentials, real);
    let answer = check_access(k, m, args);
    k.process.credentials = own;
    answer
}

fn check_access(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, flags, ..] = *args;
    let wanted = if mode & W_OK != 0 { PathAccess::Write } else { PathAccess::Read };
    let manner = Manner::new(flags & AT_SYMLINK_NOFOLLOW == 0, wanted);
    let place = k.place_at(m, [directory, path], manner, flags & AT_EMPTY_PATH != 0)?;
    let kept = matches!(place.file_type(), FileType::File | FileType::Directory | FileType::Link);
    if mode & W_OK != 0 && kept && (place.node().filesystem().read_only || place.mount_point().is_read_only()) {
        return Err(Errno::EROFS);
    }
    if mode != 0 {
        k.may(m, place.node(), mode)?;
    }
    Ok(0)
}

pub fn readlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, size, ..] = *args;
    readlinkat(k, m, &[AT_FDCWD, path, address, size, 0, 0])
}

/// An empty path means the link that a descriptor was opened for with O_PATH.
pub fn readlinkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, size, ..] = *args;
    if size as i32 <= 0 {
        return Err(Errno::EINVAL);
    }
    let empty = m.memory.load::<u8>(path)? == 0;
    let place = k.place_at(m, [directory, path], Manner::new(false, PathAccess::Read), directory != AT_FDCWD)?;
    let target = match k.asking(m, |asker| place.node().target(asker)) {
        Err(Errno::EINVAL) if empty => return Err(Errno::ENOENT),
        Ok(LinkTarget::Path(path)) => path,
        Ok(LinkTarget::Process(link)) => k.asking(m, |asker| asker.world.link(link))?,
        Err(error) => return Err(error),
    };
    let count = target.len().min(size as usize);
    m.memory.write(address, &target[..count])?;
    Ok(count as u32)
}

pub fn statfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let place = filesystem_at(k, m, args[0])?;
    write_statfs32(&mut m.memory, args[1], &place)
}

pub fn fstatfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let place = k.place_of(args[0])?;
    write_statfs32(&mut m.memory, args[1], &place)
}

pub fn statfs64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, size, address, ..] = *args;
    let place = filesystem_at(k, m, path)?;
    write_statfs64(&mut m.memory, address, size, &place)
}

pub fn fstatfs64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, size, address, ..] = *args;
    let place = k.place_of(fd)?;
    write_statfs64(&mut m.memory, address, size, &place)
}

fn filesystem_at(k: &mut Kernel, m: &mut Machine, path: u32) -> Result<PlaceHandle, Errno> {
    k.find(m, [AT_FDCWD, path], Manner::new(true, PathAccess::Read))?.existing().cloned()
}

/// `struct statfs`, in words.
fn write_statfs32(memory: &mut Memory, address: u32, place: &PlaceHandle) -> Answer {
    let wide = status_of_filesystem(place);
    let status = Statfs32 {
        f_type: wide.f_type,
        f_bsize: wide.f_bsize,
        f_blocks: wide.f_blocks as u32,
        f_bfree: wide.f_bfree as u32,
        f_bavail: wide.f_bavail as u32,
        f_files: wide.f_files as u32,
        f_ffree: wide.f_ffree as u32,
        f_fsid: wide.f_fsid,
        f_namelen: wide.f_namelen,
        f_frsize: wide.f_frsize,
        f_flags: wide.f_flags,
        f_spare: [0; 4],
    };
    guest::write(memory, address, &status)
}

/// Alignment makes the structure 4 bytes longer for the kernel than for the program, and either size is
/// right.
fn write_statfs64(memory: &mut Memory, address: u32, size: u32, place: &PlaceHandle) -> Answer {
    let own = Statfs64::SIZE as u32;
    if size != own && size != own + 4 {
        return Err(Errno::EINVAL);
    }
    guest::write(memory, address, &status_of_filesystem(place))
}

/// The flags of a mount that `statfs` tells: ST_VALID, ST_RDONLY, ST_RELATIME, ST_NOSYMFOLLOW.
const ST_FLAGS: [u32; 4] = [0x20, 1, 0x1000, 0x2000];

/// Pages and files: where nobody counts them, in a relation that is made up.
pub fn status_of_filesystem(place: &PlaceHandle) -> Statfs64 {
    let FilesystemStatus { magic, read_only, pages: [pages, free], .. } = place.node().filesystem();
    let [valid, constant, relative, unfollowed] = ST_FLAGS;
    let flags = place.mount_point().flags() & MS_KEPT;
    // Those of mount(2) have the same bits, but for these two, and the one that is said if nothing else is.
    let own = flags & !(MS_NOSYMFOLLOW | MS_STRICTATIME);
    let own = if flags & MS_NOSYMFOLLOW == 0 { own } else { own | unfollowed };
    let uses = if place.mount_point().keeps_relative_times() { own | relative } else { own };
    let [nodes, left] = place.node().node_limit().unwrap_or([pages / 4, free / 4]);
    Statfs64 {
        f_type: magic,
        f_bsize: 4096,
        f_blocks: pages,
        f_bfree: free,
        f_bavail: free,
        f_files: nodes,
        f_ffree: left,
        f_fsid: [place.node().identity().0 as u32, 0],
        f_namelen: 255,
        f_frsize: 4096,
        f_flags: valid | uses | if read_only { constant } else { 0 },
        f_spare: [0; 4],
    }
}
