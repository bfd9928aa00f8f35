//! Calls that give and take names: `unlink`, `rename`, `link`, `symlink`.

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host::Kind;
use crate::linux::kernel::{AT_FDCWD, Kernel, Wanted};
use crate::linux::namespace::{Granted, Place};

use super::Args;
use super::{directories, status};

const AT_REMOVEDIR: u32 = 0x200;
const AT_SYMLINK_FOLLOW: u32 = 0x400;
const RENAME_NOREPLACE: u32 = 1;

pub fn unlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    unlinkat(k, m, &[AT_FDCWD, args[0], 0, 0, 0, 0])
}

pub fn unlinkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, ..] = *args;
    if flags & AT_REMOVEDIR != 0 {
        return directories::remove(k, m, directory, path);
    }
    let resolved = k.resolve(&mut m.memory, directory, path, false, Wanted::Write)?;
    if status::of_place(k, &resolved)?.kind() == Kind::Directory {
        return Err(Errno::EISDIR);
    }
    let granted = k.writable(&resolved)?;
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
    if from.status()?.kind() == Kind::Directory {
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

/// Something that exists and may be changed.
fn source(k: &mut Kernel, m: &mut Machine, directory: u32, path: u32, follow: bool) -> Result<Granted, Errno> {
    let path = guest::string(&mut m.memory, path)?;
    let resolved = k.resolve_bytes(directory, without_slash(&path), follow, Wanted::Write)?;
    status::of_place(k, &resolved)?;
    k.writable(&resolved)
}

/// A name to be given, and whether something has it already.
fn target(k: &mut Kernel, m: &mut Machine, directory: u32, path: u32) -> Result<(Granted, bool), Errno> {
    let path = guest::string(&mut m.memory, path)?;
    let resolved = k.resolve_bytes(directory, without_slash(&path), false, Wanted::Write)?;
    let exists = status::of_place(k, &resolved).is_ok();
    if exists && !matches!(resolved.place, Place::Granted(_)) {
        return Err(Errno::EEXIST);
    }
    Ok((k.writable(&resolved)?, exists))
}

/// A path for calls that give and take names: they do not follow a link even if a slash ends it.
pub fn without_slash(path: &[u8]) -> &[u8] {
    path.strip_suffix(b"/").filter(|name| !name.is_empty()).unwrap_or(path)
}
