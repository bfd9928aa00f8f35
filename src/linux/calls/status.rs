//! Calls that read the attributes of files: the `stat` family, `access`, `readlink`, `statfs`.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, W_OK};
use crate::linux::abi::status::{STATX_BASIC_STATS, Stat32, Stat64, Statfs32, Statfs64, Statx, TMPFS_MAGIC};
use crate::linux::abi::time::{Timespec32, Timespec64};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Location, PathAccess};
use crate::linux::guest;
use crate::linux::host::{FileStatus, FileType};
use crate::linux::kernel::Kernel;
use crate::memory::Memory;

use super::call::Args;

/// Writes a file's status in one of its forms.
type Form = fn(&mut Memory, u32, &FileStatus) -> Answer;

pub fn stat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], write_stat32)
}

pub fn lstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], write_stat32)
}

pub fn fstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    write_stat32(&mut m.memory, args[1], &k.process.status_of_descriptor(args[0])?)
}

pub fn stat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], write_stat64)
}

pub fn lstat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], write_stat64)
}

pub fn fstat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    write_stat64(&mut m.memory, args[1], &k.process.status_of_descriptor(args[0])?)
}

pub fn fstatat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [args[0], args[1], args[2], args[3]], write_stat64)
}

pub fn statx(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, _, address, _] = *args;
    by_path(k, m, [directory, path, address, flags], write_statx)
}

fn by_path(k: &mut Kernel, m: &mut Machine, args: [u32; 4], form: Form) -> Answer {
    let [directory, path, address, flags] = args;
    if flags & AT_EMPTY_PATH != 0 && (path == 0 || m.memory.load::<u8>(path)? == 0) {
        return form(&mut m.memory, address, &k.process.status_of_descriptor(directory)?);
    }
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let resolved = k.process.resolve(&mut m.memory, directory, path, follow, PathAccess::Read)?;
    form(&mut m.memory, address, &k.process.status_of(&resolved)?)
}

fn write_stat32(memory: &mut Memory, address: u32, s: &FileStatus) -> Answer {
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

/// There is no time of birth.
fn write_statx(memory: &mut Memory, address: u32, s: &FileStatus) -> Answer {
    let [stx_atime, stx_mtime, stx_ctime] = s.times.map(|(tv_sec, tv_nsec)| Timespec64 { tv_sec, tv_nsec, padding: 0 });
    let [stx_rdev_major, stx_rdev_minor] = numbers(s.special);
    let [stx_dev_major, stx_dev_minor] = numbers(s.device);
    let status = Statx {
        stx_mask: STATX_BASIC_STATS,
        stx_blksize: s.block_size,
        stx_nlink: s.links,
        stx_uid: s.uid,
        stx_gid: s.gid,
        stx_mode: s.mode as u16,
        stx_ino: s.inode,
        stx_size: s.size,
        stx_blocks: s.blocks,
        stx_atime,
        stx_ctime,
        stx_mtime,
        stx_rdev_major,
        stx_rdev_minor,
        stx_dev_major,
        stx_dev_minor,
        ..Statx::zeroed()
    };
    guest::write(memory, address, &status)
}

/// Major and minor number of a device.
fn numbers(device: u64) -> [u32; 2] {
    let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000;
    [major as u32, (device & 0xff | device >> 12 & 0xffff_ff00) as u32]
}

pub fn access(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, mode, ..] = *args;
    faccessat(k, m, &[AT_FDCWD, path, mode, 0, 0, 0])
}

pub fn faccessat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    faccessat2(k, m, &[directory, path, mode, 0, 0, 0])
}

pub fn faccessat2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, flags, ..] = *args;
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let wanted = if mode & W_OK != 0 { PathAccess::Write } else { PathAccess::Read };
    let resolved = k.process.resolve(&mut m.memory, directory, path, follow, wanted)?;
    let status = k.process.status_of(&resolved)?;
    let constant = matches!(&resolved.location, Location::Granted(granted) if !granted.writable);
    match mode {
        mode if mode & W_OK != 0 && (constant || matches!(resolved.location, Location::Between)) => Err(Errno::EROFS),
        mode if !k.process.credentials.may(&status, mode) => Err(Errno::EACCES),
        _ => Ok(0),
    }
}

pub fn readlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, size, ..] = *args;
    readlinkat(k, m, &[AT_FDCWD, path, address, size, 0, 0])
}

pub fn readlinkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, size, ..] = *args;
    if size == 0 {
        return Err(Errno::EINVAL);
    }
    let resolved = k.process.resolve(&mut m.memory, directory, path, false, PathAccess::Read)?;
    let target = match &resolved.location {
        Location::Link(target) => target.clone(),
        Location::Granted(granted) if granted.status()?.file_type() == FileType::Link => {
            granted.root.read_link(&granted.path)?
        }
        Location::Nowhere => return Err(Errno::ENOENT),
        _ => return Err(Errno::EINVAL),
    };
    let count = target.len().min(size as usize);
    m.memory.write(address, &target[..count])?;
    Ok(count as u32)
}

pub fn statfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let resolved = k.process.resolve(&mut m.memory, AT_FDCWD, args[0], true, PathAccess::Read)?;
    k.process.status_of(&resolved)?;
    write_statfs32(&mut m.memory, args[1])
}

pub fn fstatfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.process.open_file(args[0])?;
    write_statfs32(&mut m.memory, args[1])
}

pub fn statfs64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, size, address, ..] = *args;
    let resolved = k.process.resolve(&mut m.memory, AT_FDCWD, path, true, PathAccess::Read)?;
    k.process.status_of(&resolved)?;
    write_statfs64(&mut m.memory, address, size)
}

pub fn fstatfs64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, size, address, ..] = *args;
    k.process.open_file(fd)?;
    write_statfs64(&mut m.memory, address, size)
}

/// `struct statfs`: what [`FILE_SYSTEM`] says, in words.
fn write_statfs32(memory: &mut Memory, address: u32) -> Answer {
    let Statfs64 { f_type, f_bsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_fsid, .. } = FILE_SYSTEM;
    let status = Statfs32 {
        f_type,
        f_bsize,
        f_blocks: f_blocks as u32,
        f_bfree: f_bfree as u32,
        f_bavail: f_bavail as u32,
        f_files: f_files as u32,
        f_ffree: f_ffree as u32,
        f_fsid,
        f_namelen: FILE_SYSTEM.f_namelen,
        f_frsize: FILE_SYSTEM.f_frsize,
        f_flags: 0,
        f_spare: [0; 4],
    };
    guest::write(memory, address, &status)
}

fn write_statfs64(memory: &mut Memory, address: u32, size: u32) -> Answer {
    if size as usize != Statfs64::SIZE {
        return Err(Errno::EINVAL);
    }
    guest::write(memory, address, &FILE_SYSTEM)
}

/// A file system half full: the host tells nothing about its own.
const FILE_SYSTEM: Statfs64 = Statfs64 {
    f_type: TMPFS_MAGIC,
    f_bsize: 4096,
    f_blocks: 1 << 22,
    f_bfree: 1 << 21,
    f_bavail: 1 << 21,
    f_files: 1 << 20,
    f_ffree: 1 << 19,
    f_fsid: [0; 2],
    f_namelen: 255,
    f_frsize: 4096,
    f_flags: 0,
    f_spare: [0; 4],
};
