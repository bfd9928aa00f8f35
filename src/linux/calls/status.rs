//! Calls that tell about files: the `stat` family, `access`, `readlink`, `statfs`.

use crate::instructions::Machine;
use crate::linux::descriptors::{Object, device_status, lock};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::Record;
use crate::linux::host::{Kind, Status};
use crate::linux::kernel::{AT_FDCWD, Kernel, Wanted};
use crate::linux::namespace::{Place, Resolved};

use super::Args;

const AT_SYMLINK_NOFOLLOW: u32 = 0x100;
const AT_EMPTY_PATH: u32 = 0x1000;

/// Which of a file's structures the guest wants.
type Layout = fn(&Status) -> Record;

pub fn stat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], stat32)
}

pub fn lstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], stat32)
}

pub fn fstat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    stat32(&of_descriptor(k, args[0])?).put(&mut m.memory, args[1])
}

pub fn stat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], 0], stat64_record)
}

pub fn lstat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [AT_FDCWD, args[0], args[1], AT_SYMLINK_NOFOLLOW], stat64_record)
}

pub fn fstat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    stat64_record(&of_descriptor(k, args[0])?).put(&mut m.memory, args[1])
}

pub fn fstatat64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    by_path(k, m, [args[0], args[1], args[2], args[3]], stat64_record)
}

pub fn statx(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, _, address, _] = *args;
    by_path(k, m, [directory, path, address, flags], statx_record)
}

fn by_path(k: &mut Kernel, m: &mut Machine, args: [u32; 4], layout: Layout) -> Answer {
    let [directory, path, address, flags] = args;
    if flags & AT_EMPTY_PATH != 0 && (path == 0 || m.memory.load::<u8>(path)? == 0) {
        return layout(&of_descriptor(k, directory)?).put(&mut m.memory, address);
    }
    let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
    let resolved = k.resolve(&mut m.memory, directory, path, follow, Wanted::Read)?;
    layout(&of_place(k, &resolved)?).put(&mut m.memory, address)
}

/// What is known about an open file.
pub fn of_descriptor(k: &mut Kernel, fd: u32) -> Result<Status, Errno> {
    if fd == AT_FDCWD {
        let resolved = k.resolve_bytes(AT_FDCWD, b".", true, Wanted::Read)?;
        return of_place(k, &resolved);
    }
    let open = k.open_file(fd)?;
    let open = lock(&open);
    match &open.object {
        Object::Directory(..) => {
            let resolved = k.resolve_bytes(AT_FDCWD, &open.path, false, Wanted::Read)?;
            of_place(k, &resolved)
        }
        _ => open.status(),
    }
}

/// What is known about what is at a path.
pub fn of_place(k: &Kernel, resolved: &Resolved) -> Result<Status, Errno> {
    let status = match &resolved.place {
        Place::Granted(granted) => granted.status()?,
        Place::Between => Status { links: 2, ..Status::synthetic(Kind::Directory.mode() | 0o555, 1) },
        Place::Device(device) => device_status(*device),
        Place::Descriptor(number) => lock(&*k.open_file(*number)?).status()?,
        Place::Link(target) => Status { size: target.len() as u64, ..Status::synthetic(Kind::Link.mode() | 0o777, 1) },
        Place::Nowhere => return Err(Errno::ENOENT),
    };
    if resolved.directory && status.kind() != Kind::Directory { Err(Errno::ENOTDIR) } else { Ok(status) }
}

/// `struct stat`, of 64 bytes.
fn stat32(s: &Status) -> Record {
    let record = Record::new().word(s.device as u32).word(s.inode as u32).half(s.mode).half(s.links);
    let record = record.half(s.uid).half(s.gid).word(s.special as u32).word(s.size as u32);
    times(record.word(s.block_size).word(s.blocks as u32), s).pad_to(64)
}

/// `struct stat64`, of 96 bytes.
fn stat64_record(s: &Status) -> Record {
    let record = Record::new().long(s.device).word(0).word(s.inode as u32).word(s.mode).word(s.links);
    let record = record.word(s.uid).word(s.gid).long(s.special).word(0).long(s.size);
    times(record.word(s.block_size).long(s.blocks), s).long(s.inode)
}

fn times(record: Record, s: &Status) -> Record {
    s.times.iter().fold(record, |record, (seconds, nanoseconds)| record.word(*seconds as u32).word(*nanoseconds))
}

/// `struct statx`, of 256 bytes; there is no time of birth.
fn statx_record(s: &Status) -> Record {
    const BASIC_STATS: u32 = 0x7ff;
    let time = |record: Record, index: usize| {
        let (seconds, nanoseconds) = s.times[index];
        record.long(seconds as u64).word(nanoseconds).word(0)
    };
    let record = Record::new().word(BASIC_STATS).word(s.block_size).long(0).word(s.links).word(s.uid).word(s.gid);
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
    let wanted = if mode & 2 != 0 { Wanted::Write } else { Wanted::Read };
    let resolved = k.resolve(&mut m.memory, directory, path, follow, wanted)?;
    let status = of_place(k, &resolved)?;
    let constant = matches!(&resolved.place, Place::Granted(granted) if !granted.writable);
    match mode & 7 {
        mode if mode & 2 != 0 && (constant || matches!(resolved.place, Place::Between)) => Err(Errno::EROFS),
        mode if !k.identity.may(&status, mode) => Err(Errno::EACCES),
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
    let resolved = k.resolve(&mut m.memory, directory, path, false, Wanted::Read)?;
    let target = match &resolved.place {
        Place::Link(target) => target.clone(),
        Place::Granted(granted) if granted.status()?.kind() == Kind::Link => granted.root.read_link(&granted.path)?,
        Place::Nowhere => return Err(Errno::ENOENT),
        _ => return Err(Errno::EINVAL),
    };
    let count = target.len().min(size as usize);
    m.memory.write(address, &target[..count])?;
    Ok(count as u32)
}

pub fn statfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let resolved = k.resolve(&mut m.memory, AT_FDCWD, args[0], true, Wanted::Read)?;
    of_place(k, &resolved)?;
    statfs_words().put(&mut m.memory, args[1])
}

pub fn fstatfs(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.open_file(args[0])?;
    statfs_words().put(&mut m.memory, args[1])
}

pub fn statfs64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, size, address, ..] = *args;
    let resolved = k.resolve(&mut m.memory, AT_FDCWD, path, true, Wanted::Read)?;
    of_place(k, &resolved)?;
    statfs_record(size)?.put(&mut m.memory, address)
}

pub fn fstatfs64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, size, address, ..] = *args;
    k.open_file(fd)?;
    statfs_record(size)?.put(&mut m.memory, address)
}

/// What the file system calls itself: the host tells nothing about its own.
const TMPFS_MAGIC: u32 = 0x0102_1994;

/// `struct statfs`, of 64 bytes: the same as in [`statfs_record`], in words.
fn statfs_words() -> Record {
    let record = Record::new().word(TMPFS_MAGIC).word(4096).word(1 << 22).word(1 << 21).word(1 << 21);
    record.word(1 << 20).word(1 << 19).long(0).word(255).word(4096).pad_to(64)
}

/// `struct statfs64`, of 84 bytes: a file system half full.
fn statfs_record(size: u32) -> Result<Record, Errno> {
    if size != 84 {
        return Err(Errno::EINVAL);
    }
    let record = Record::new().word(TMPFS_MAGIC).word(4096).long(1 << 22).long(1 << 21).long(1 << 21);
    Ok(record.long(1 << 20).long(1 << 19).long(0).word(255).word(4096).pad_to(84))
}
