//! Opening files and directories.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::descriptors::{Description, O_ACCMODE, O_APPEND, Object, Shared};
use crate::linux::errno::{Answer, Errno};
use crate::linux::host::{self, Creation, Kind, Opening};
use crate::linux::kernel::{AT_FDCWD, Kernel, Wanted};
use crate::linux::namespace::{Granted, Place, Resolved};

use super::Args;

const O_CREAT: u32 = 0o100;
const O_EXCL: u32 = 0o200;
const O_TRUNC: u32 = 0o1000;
const O_DIRECTORY: u32 = 0o200_000;
const O_NOFOLLOW: u32 = 0o400_000;

/// Reads and writes do not wait.
pub const O_NONBLOCK: u32 = 0o4000;
/// `execve` closes the descriptor.
pub const O_CLOEXEC: u32 = 0o2_000_000;

/// Flags that F_GETFL does not tell.
const O_ONCE: u32 = O_CREAT | O_EXCL | 0o400 | O_TRUNC | O_CLOEXEC;

pub fn open(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, flags, mode, ..] = *args;
    openat(k, m, &[AT_FDCWD, path, flags, mode, 0, 0])
}

pub fn creat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, mode, ..] = *args;
    openat(k, m, &[AT_FDCWD, path, O_CREAT | O_TRUNC | 1, mode, 0, 0])
}

pub fn openat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, mode, ..] = *args;
    let follow = flags & O_NOFOLLOW == 0 && flags & (O_CREAT | O_EXCL) != O_CREAT | O_EXCL;
    let wanted = if writes(flags) { Wanted::Write } else { Wanted::Read };
    let resolved = k.resolve(&mut m.memory, directory, path, follow, wanted)?;
    let open = open_resolved(k, &resolved, flags, mode)?;
    k.descriptors.insert(open, 0, flags & O_CLOEXEC != 0)
}

/// Whether the flags ask for a change of the file or its directory.
fn writes(flags: u32) -> bool {
    flags & O_ACCMODE != 0 || flags & (O_CREAT | O_TRUNC) != 0
}

fn open_resolved(k: &mut Kernel, resolved: &Resolved, flags: u32, mode: u32) -> Result<Shared, Errno> {
    let object = match &resolved.place {
        Place::Granted(granted) => open_granted(k, resolved, granted, flags, mode)?,
        Place::Between if writes(flags) => return Err(Errno::EISDIR),
        Place::Between => Object::Directory(None, 0),
        Place::Device(_) if flags & O_DIRECTORY != 0 => return Err(Errno::ENOTDIR),
        Place::Device(device) => Object::Device(*device),
        Place::Descriptor(number) => return k.open_file(*number),
        Place::Link(_) => return Err(Errno::ELOOP),
        Place::Nowhere if flags & O_CREAT != 0 => return Err(Errno::EACCES),
        Place::Nowhere => return Err(Errno::ENOENT),
    };
    Ok(Arc::new(Mutex::new(Description::new(object, &resolved.path, flags & !O_ONCE))))
}

fn open_granted(
    k: &mut Kernel,
    resolved: &Resolved,
    granted: &Granted,
    flags: u32,
    mode: u32,
) -> Result<Object, Errno> {
    let exclusive = flags & (O_CREAT | O_EXCL) == O_CREAT | O_EXCL;
    let create = match granted.status() {
        Ok(_) if exclusive => return Err(Errno::EEXIST),
        Ok(status) if status.kind() == Kind::Link => return Err(Errno::ELOOP),
        Ok(status) if status.kind() == Kind::Directory && writes(flags) => return Err(Errno::EISDIR),
        Ok(status) if status.kind() == Kind::Directory && !k.identity.may(&status, 4) => return Err(Errno::EACCES),
        Ok(status) if status.kind() == Kind::Directory => return Ok(Object::Directory(None, 0)),
        Ok(_) if flags & O_DIRECTORY != 0 || resolved.directory => return Err(Errno::ENOTDIR),
        Ok(_) => Creation::Never,
        Err(Errno::ENOENT) if flags & O_CREAT != 0 && resolved.directory => return Err(Errno::EISDIR),
        Err(Errno::ENOENT) if exclusive => Creation::Always,
        Err(Errno::ENOENT) if flags & O_CREAT != 0 => Creation::IfMissing,
        Err(error) => return Err(error),
    };
    let access = flags & O_ACCMODE;
    if access != 0 || create != Creation::Never || flags & O_TRUNC != 0 {
        k.writable(resolved)?;
    }
    let (mode, set_mode) = k.creation_mode(mode & 0o7777);
    let opening = Opening {
        read: access != 1,
        write: access != 0 || create != Creation::Never,
        append: flags & O_APPEND != 0 && access == 1,
        truncate: flags & O_TRUNC != 0 && access != 0 && flags & O_APPEND == 0,
        create,
        mode,
    };
    let file = granted.root.open(&granted.path, &opening)?;
    if set_mode && create != Creation::Never {
        host::set_mode(&file, mode)?;
    }
    if flags & O_TRUNC != 0 && flags & O_APPEND != 0 && access != 0 {
        file.set_len(0)?;
    }
    let regular = file.metadata()?.is_file();
    Ok(Object::File(file, regular))
}
