//! Calls that tell about files: the `stat` family, `access`, `readlink`, `statfs`.

use crate::instructions::Machine;
use crate::linux::abi::{AT_FDCWD, AT_SYMLINK_NOFOLLOW};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Location, PathAccess};
use crate::linux::host::{FileStatus, FileType};
use crate::linux::process::Process;
use crate::linux::structure::Structure;

use super::call::Args;

const AT_EMPTY_PATH: u32 = 0x1000;

/// Which of a file's structures the guest wants.
type Layout = fn(&FileStatus) -> Structure;

pub fn stat(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    by_path(p, m, [AT_FDCWD, args[0], args[1], 0], stat32)
}

pub fn lstat(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    by_path(p, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], stat32)
}

pub fn fstat(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    stat32(&p.status_of_descriptor(args[0])?).put(&mut m.memory, args[1])
}

pub fn stat64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    by_path(p, m, [AT_FDCWD, args[0], args[1], 0], stat64_record)
}

pub fn lstat64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    by_path(p, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], stat64_record)
}

pub fn fstat64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    stat64_record(&p.status_of_descriptor(args[0])?).put(&mut m.memory, args[1])
}

pub fn fstatat64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    by_path(p, m, [args[0], args[1], args[2], args[3]], stat64_record)
}

pub fn statx(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, _, address, _] = *args;
    by_path(p, m, [directory, path, address, flags], statx_record)
}

fn by_path(p: &mut Process, m: &mut Machine, args: [u32; 4], layout: Layout) -> Answer {
    let [directory, path, address, flags] = args;
    if flags & AT_EMPTY_PATH != 0 && (path == 0 || m.memory.load::<u8>(path)? == 0) {
        return layout(&p.status_of_descriptor(directory)?).put(&mut m.memory, address);
    }
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let resolved = p.resolve(&mut m.memory, directory, path, follow, PathAccess::Read)?;
    layout(&p.status_of(&resolved)?).put(&mut m.memory, address)
}

/// `struct stat`, of 64 bytes.
fn stat32(s: &FileStatus) -> Structure {
    let record = Structure::new().word(s.device as u32).word(s.inode as u32).half(s.mode).half(s.links);
    let record = record.half(s.uid).half(s.gid).word(s.special as u32).word(s.size as u32);
    times(record.word(s.block_size).word(s.blocks as u32), s).pad_to(64)
}

/// `struct stat64`, of 96 bytes.
fn stat64_record(s: &FileStatus) -> Structure {
    let record = Structure::new().long(s.device).word(0).word(s.inode as u32).word(s.mode).word(s.links);
    let record = record.word(s.uid).word(s.gid).long(s.special).word(0).long(s.size);
    times(record.word(s.block_size).long(s.blocks), s).long(s.inode)
}

fn times(record: Structure, s: &FileStatus) -> Structure {
    s.times.iter().fold(record, |record, (seconds, nanoseconds)| record.word(*seconds as u32).word(*nanoseconds))
}

/// `struct statx`, of 256 bytes; there is no time of birth.
fn statx_record(s: &FileStatus) -> Structure {
    const BASIC_STATS: u32 = 0x7ff;
    let time = |record: Structure, index: usize| {
        let (seconds, nanoseconds) = s.times[index];
        record.long(seconds as u64).word(nanoseconds).word(0)
    };
    let record = Structure::new().word(BASIC_STATS).word(s.block_size).long(0).word(s.links).word(s.uid).word(s.gid);
    let record = record.half(s.mode).half(0).long(s.inode).long(s.size).long(s.blocks).long(0);
    let record = time(time(time(record, 0).long(0).long(0), 2), 1);
    let [major, minor] = numbers(s.special);
    let [device_major, device_minor] = numbers(s.device);
    record.word(major).word(minor).word(device_major).word(device_minor).pad_to(256)
}

/// Major and minor number of a device.
fn numbers(device: u64) -> [u32; 2] {
    let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000;
    [major as u32, (device & 0xff | device >> 12 & 0xffff_ff00) as u32]
}

pub fn access(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [path, mode, ..] = *args;
    faccessat(p, m, &[AT_FDCWD, path, mode, 0, 0, 0])
}

pub fn faccessat(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    faccessat2(p, m, &[directory, path, mode, 0, 0, 0])
}

pub fn faccessat2(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, flags, ..] = *args;
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let wanted = if mode & 2 != 0 { PathAccess::Write } else { PathAccess::Read };
    let resolved = p.resolve(&mut m.memory, directory, path, follow, wanted)?;
    let status = p.status_of(&resolved)?;
    let constant = matches!(&resolved.location, Location::Granted(granted) if !granted.writable);
    match mode & 7 {
        mode if mode & 2 != 0 && (constant || matches!(resolved.location, Location::Between)) => Err(Errno::EROFS),
        mode if !p.credentials.may(&status, mode) => Err(Errno::EACCES),
        _ => Ok(0),
    }
}

pub fn readlink(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [path, address, size, ..] = *args;
    readlinkat(p, m, &[AT_FDCWD, path, address, size, 0, 0])
}

pub fn readlinkat(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, address, size, ..] = *args;
    if size == 0 {
        return Err(Errno::EINVAL);
    }
    let resolved = p.resolve(&mut m.memory, directory, path, false, PathAccess::Read)?;
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

pub fn statfs(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let resolved = p.resolve(&mut m.memory, AT_FDCWD, args[0], true, PathAccess::Read)?;
    p.status_of(&resolved)?;
    statfs_words().put(&mut m.memory, args[1])
}

pub fn fstatfs(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    p.open_file(args[0])?;
    statfs_words().put(&mut m.memory, args[1])
}

pub fn statfs64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [path, size, address, ..] = *args;
    let resolved = p.resolve(&mut m.memory, AT_FDCWD, path, true, PathAccess::Read)?;
    p.status_of(&resolved)?;
    statfs_record(size)?.put(&mut m.memory, address)
}

pub fn fstatfs64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [fd, size, address, ..] = *args;
    p.open_file(fd)?;
    statfs_record(size)?.put(&mut m.memory, address)
}

/// What the file system calls itself: the host tells nothing about its own.
const TMPFS_MAGIC: u32 = 0x0102_1994;

/// `struct statfs`, of 64 bytes: the same as in [`statfs_record`], in words.
fn statfs_words() -> Structure {
    let record = Structure::new().word(TMPFS_MAGIC).word(4096).word(1 << 22).word(1 << 21).word(1 << 21);
    record.word(1 << 20).word(1 << 19).long(0).word(255).word(4096).pad_to(64)
}

/// `struct statfs64`, of 84 bytes: a file system half full.
fn statfs_record(size: u32) -> Result<Structure, Errno> {
    if size != 84 {
        return Err(Errno::EINVAL);
    }
    let record = Structure::new().word(TMPFS_MAGIC).word(4096).long(1 << 22).long(1 << 21).long(1 << 21);
    Ok(record.long(1 << 20).long(1 << 19).long(0).word(255).word(4096).pad_to(84))
}
