//! Calls that add and remove directory entries: `unlink`, `rename`, `link`, `symlink`.

use crate::instructions::Machine;
use crate::linux::abi::files::{AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, RENAME_NOREPLACE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Granted, Location, PathAccess, without_trailing_slash};
use crate::linux::guest;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::directories;

pub fn unlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    unlinkat(k, m, &[AT_FDCWD, args[0], 0, 0, 0, 0])
}

pub fn unlinkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, ..] = *args;
    if flags & AT_REMOVEDIR != 0 {
        return directories::remove(k, m, directory, path);
    }
    let resolved = k.process.resolve(&mut m.memory, directory, path, false, PathAccess::Write)?;
    if k.process.status_of(&resolved)?.file_type() == FileType::Directory {
        return Err(Errno::EISDIR);
    }
    let granted = k.process.writable(&resolved)?;
    granted.root.remove_file(&granted.path)?;
    Ok(0)
}

pub fn rename(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    renameat2(k, m, &[AT_FDCWD, args[0], AT_FDCWD, args[1], 0, 0])
}

pub fn renameat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    renameat2(k, m, &[args[0], args[1], args[2], args[3], 0, 0])
}

pub fn renameat2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from_directory, from, to_directory, to, flags, _] = *args;
    if flags & !RENAME_NOREPLACE != 0 {
        return Err(Errno::EINVAL);
    }
    let from = source(k, m, from_directory, from, false)?;
    from.status()?;
    let (to, exists) = target(k, m, to_directory, to)?;
    if exists && flags & RENAME_NOREPLACE != 0 {
        return Err(Errno::EEXIST);
    }
    from.root.rename(&from.path, &to.root, &to.path)?;
    Ok(0)
}

pub fn link(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    linkat(k, m, &[AT_FDCWD, args[0], AT_FDCWD, args[1], 0, 0])
}

pub fn linkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from_directory, from, to_directory, to, flags, _] = *args;
    let from = source(k, m, from_directory, from, flags & AT_SYMLINK_FOLLOW != 0)?;
    if from.status()?.file_type() == FileType::Directory {
        return Err(Errno::EPERM);
    }
    let (to, exists) = target(k, m, to_directory, to)?;
    if exists {
        return Err(Errno::EEXIST);
    }
    from.root.link(&from.path, &to.root, &to.path)?;
    Ok(0)
}

pub fn symlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    symlinkat(k, m, &[args[0], AT_FDCWD, args[1], 0, 0, 0])
}

pub fn symlinkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [contents, directory, path, ..] = *args;
    let contents = guest::string(&mut m.memory, contents)?;
    if contents.is_empty() {
        return Err(Errno::ENOENT);
    }
    let (link, exists) = target(k, m, directory, path)?;
    if exists {
        return Err(Errno::EEXIST);
    }
    link.root.symlink(&contents, &link.path)?;
    Ok(0)
}

/// The location of an existing file that the guest may change.
fn source(k: &mut Kernel, m: &mut Machine, directory: u32, path: u32, follow: bool) -> Result<Granted, Errno> {
    let path = guest::string(&mut m.memory, path)?;
    let resolved = k.process.resolve_bytes(directory, without_trailing_slash(&path), follow, PathAccess::Write)?;
    k.process.status_of(&resolved)?;
    k.process.writable(&resolved)
}

/// The location of a new name, and whether a file has that name already.
fn target(k: &mut Kernel, m: &mut Machine, directory: u32, path: u32) -> Result<(Granted, bool), Errno> {
    let path = guest::string(&mut m.memory, path)?;
    let resolved = k.process.resolve_bytes(directory, without_trailing_slash(&path), false, PathAccess::Write)?;
    let exists = k.process.status_of(&resolved).is_ok();
    if exists && !matches!(resolved.location, Location::Granted(_)) {
        return Err(Errno::EEXIST);
    }
    Ok((k.process.writable(&resolved)?, exists))
}
