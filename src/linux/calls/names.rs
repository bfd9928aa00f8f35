//! Calls that add and remove directory entries: `unlink`, `rename`, `link`, `symlink`, `mknod`.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_DAC_READ_SEARCH;
use crate::linux::abi::files::{
    AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT,
};
use crate::linux::abi::status::{S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, NewNode, PathAccess};
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
    let found = k.find_name(m, [directory, path])?;
    if let (true, Some(place)) = (found.slash, &found.place) {
        return Err(if place.file_type() == FileType::Directory { Errno::EISDIR } else { Errno::ENOTDIR });
    }
    k.editing(m, |editor| editor.remove(&found, false)).map(|()| 0)
}

pub fn rename(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    renameat2(k, m, &[AT_FDCWD, args[0], AT_FDCWD, args[1], 0, 0])
}

pub fn renameat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    renameat2(k, m, &[args[0], args[1], args[2], args[3], 0, 0])
}

pub fn renameat2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from_directory, from, to_directory, to, flags, _] = *args;
    let (keep, exchange) = (flags & RENAME_NOREPLACE != 0, flags & RENAME_EXCHANGE != 0);
    let whiteout = flags & RENAME_WHITEOUT != 0;
    if (keep || whiteout) && exchange {
        return Err(Errno::EINVAL);
    }
    let from = k.find_name(m, [from_directory, from])?;
    let to = k.find_name(m, [to_directory, to])?;
    if from.slash && from.existing()?.file_type() != FileType::Directory {
        return Err(Errno::ENOTDIR);
    }
    let renamed = k.editing(m, |editor| match whiteout {
        true => editor.rename_over_whiteout(&from, &to, keep),
        false => editor.rename(&from, &to, keep, exchange),
    });
    renamed.map(|()| 0)
}

pub fn link(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    linkat(k, m, &[AT_FDCWD, args[0], AT_FDCWD, args[1], 0, 0])
}

/// AT_EMPTY_PATH gives the file behind a descriptor a name; Linux wants a privilege for that.
pub fn linkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from_directory, from, to_directory, to, flags, _] = *args;
    let empty = flags & AT_EMPTY_PATH != 0;
    if empty && !k.process.credentials.can(CAP_DAC_READ_SEARCH) && directories::is_empty(m, from)? {
        return Err(Errno::ENOENT);
    }
    let manner = Manner::new(flags & AT_SYMLINK_FOLLOW != 0, PathAccess::Write);
    let place = k.place_at(m, [from_directory, from], manner, empty)?;
    let found = k.find_name(m, [to_directory, to])?;
    k.editing(m, |editor| editor.link(&place, &found)).map(|()| 0)
}

pub fn symlink(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    symlinkat(k, m, &[args[0], AT_FDCWD, args[1], 0, 0, 0])
}

pub fn symlinkat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [contents, directory, path, ..] = *args;
    let target = guest::string(&mut m.memory, contents)?;
    if target.is_empty() {
        return Err(Errno::ENOENT);
    }
    let found = k.find_name(m, [directory, path])?;
    let new = NewNode { target: &target, ..NewNode::new(FileType::Link, 0o777) };
    k.editing(m, |editor| editor.create(&found, &new)).map(|_| 0)
}

pub fn mknod(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    mknodat(k, m, &[AT_FDCWD, args[0], args[1], args[2], 0, 0])
}

/// Files, FIFOs, sockets and, in memory, devices.
pub fn mknodat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, device, ..] = *args;
    let file_type = match mode & S_IFMT {
        0 | S_IFREG => FileType::File,
        S_IFIFO => FileType::Pipe,
        S_IFSOCK => FileType::Socket,
        S_IFCHR => FileType::Character,
        S_IFBLK => FileType::Block,
        S_IFDIR => return Err(Errno::EPERM),
        _ => return Err(Errno::EINVAL),
    };
    let found = k.find_name(m, [directory, path])?;
    if found.place.is_some() {
        return Err(Errno::EEXIST);
    }
    let special = if matches!(file_type, FileType::Character | FileType::Block) { device.into() } else { 0 };
    let mode = mode & 0o7777 & !k.process.standing().umask;
    let new = NewNode { special, ..NewNode::new(file_type, mode) };
    k.editing(m, |editor| editor.create(&found, &new)).map(|_| 0)
}
