//! Opening files and directories.

use std::sync::{Arc, Mutex};

use crate::instructions::Machine;
use crate::linux::abi::files::{
    AT_FDCWD, O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_TRUNC,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Granted, Location, PathAccess, Resolved};
use crate::linux::host::{self, Creation, FileType, Opening};
use crate::linux::kernel::Kernel;
use crate::linux::objects::{Object, OpenFile, OpenFileHandle};

use super::call::Args;

/// Flags that F_GETFL does not tell.
const O_ONCE: u32 = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

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
    let wanted = if writes(flags) { PathAccess::Write } else { PathAccess::Read };
    let resolved = k.process.resolve(&mut m.memory, directory, path, follow, wanted)?;
    let open = open_resolved(k, &resolved, flags, mode)?;
    k.process.descriptors().insert(open, 0, flags & O_CLOEXEC != 0)
}

/// Whether the flags ask for write access, or for creating or truncating the file.
fn writes(flags: u32) -> bool {
    flags & O_ACCMODE != 0 || flags & (O_CREAT | O_TRUNC) != 0
}

fn open_resolved(k: &mut Kernel, resolved: &Resolved, flags: u32, mode: u32) -> Result<OpenFileHandle, Errno> {
    let object = match &resolved.location {
        Location::Granted(granted) => open_granted(k, resolved, granted, flags, mode)?,
        Location::Between if writes(flags) => return Err(Errno::EISDIR),
        Location::Between => Object::Directory(None, 0),
        Location::Device(_) if flags & O_DIRECTORY != 0 => return Err(Errno::ENOTDIR),
        Location::Device(device) => Object::Device(*device),
        Location::Descriptor(number) => return k.process.open_file(*number),
        Location::Link(_) => return Err(Errno::ELOOP),
        Location::Nowhere if flags & O_CREAT != 0 => return Err(Errno::EACCES),
        Location::Nowhere => return Err(Errno::ENOENT),
    };
    Ok(Arc::new(Mutex::new(OpenFile::new(object, &resolved.path, flags & !O_ONCE))))
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
        Ok(status) if status.file_type() == FileType::Link => return Err(Errno::ELOOP),
        Ok(status) if status.file_type() == FileType::Directory && writes(flags) => return Err(Errno::EISDIR),
        Ok(status) if status.file_type() == FileType::Directory && !k.process.credentials.may(&status, 4) => {
            return Err(Errno::EACCES);
        }
        Ok(status) if status.file_type() == FileType::Directory => return Ok(Object::Directory(None, 0)),
        Ok(_) if flags & O_DIRECTORY != 0 || resolved.directory => return Err(Errno::ENOTDIR),
        Ok(_) => Creation::Never,
        Err(Errno::ENOENT) if flags & O_CREAT != 0 && resolved.directory => return Err(Errno::EISDIR),
        Err(Errno::ENOENT) if exclusive => Creation::Always,
        Err(Errno::ENOENT) if flags & O_CREAT != 0 => Creation::IfMissing,
        Err(error) => return Err(error),
    };
    let access = flags & O_ACCMODE;
    if access != 0 || create != Creation::Never || flags & O_TRUNC != 0 {
        k.process.writable(resolved)?;
    }
    let (mode, set_mode) = k.process.creation_mode(mode & 0o7777);
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
