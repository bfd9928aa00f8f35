//! Calls on directories: listing, making and removing them, and the working directory.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{AT_FDCWD, Dirent, Dirent64};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Location, PathAccess, without_trailing_slash};
use crate::linux::guest;
use crate::linux::host::{DirectoryEntry, FileType};
use crate::linux::kernel::Kernel;
use crate::linux::objects::Object;
use crate::linux::sync::lock;

use super::call::Args;

pub fn getcwd(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, ..] = *args;
    // ENOENT if the working directory was removed.
    k.process.status_of_descriptor(AT_FDCWD)?;
    let path = [k.process.directory.as_slice(), &[0]].concat();
    if path.len() > size as usize {
        return Err(Errno::ERANGE);
    }
    m.memory.write(address, &path)?;
    Ok(path.len() as u32)
}

pub fn chdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let path = guest::string(&mut m.memory, args[0])?;
    k.process.change_directory(&path).map(|()| 0)
}

pub fn fchdir(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let open = k.process.open_file(args[0])?;
    let open = lock(&open);
    let Object::Directory(..) = open.object else { return Err(Errno::ENOTDIR) };
    k.process.directory.clone_from(&open.path);
    Ok(0)
}

pub fn mkdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    mkdirat(k, m, &[AT_FDCWD, args[0], args[1], 0, 0, 0])
}

pub fn mkdirat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    // Also with a slash at its end, a link is not followed: it exists.
    let path = guest::string(&mut m.memory, path)?;
    let name = without_trailing_slash(&path);
    let resolved = k.process.resolve_bytes(directory, name, false, PathAccess::Write)?;
    if k.process.status_of(&resolved).is_ok() {
        return Err(Errno::EEXIST);
    }
    let granted = k.process.writable(&resolved)?;
    let (mode, set_mode) = k.process.creation_mode(mode & 0o1777);
    granted.root.create_directory(&granted.path, mode)?;
    if set_mode {
        granted.root.set_mode(&granted.path, mode)?;
    }
    Ok(0)
}

pub fn rmdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    remove(k, m, AT_FDCWD, args[0])
}

/// Removes the empty directory at a path.
pub fn remove(k: &mut Kernel, m: &mut Machine, directory: u32, path: u32) -> Answer {
    let path = guest::string(&mut m.memory, path)?;
    if path.ends_with(b"/.") || path == b"." {
        return Err(Errno::EINVAL);
    }
    let name = without_trailing_slash(&path);
    let resolved = k.process.resolve_bytes(directory, name, false, PathAccess::Write)?;
    let status = k.process.status_of(&resolved)?;
    let granted = k.process.writable(&resolved)?;
    match (status.file_type(), granted.path.as_slice()) {
        (FileType::Directory, b".") => return Err(Errno::EBUSY),
        (FileType::Directory, path) => granted.root.remove_directory(path)?,
        _ => return Err(Errno::ENOTDIR),
    }
    Ok(0)
}

pub fn getdents(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    entries(k, m, args, |index, entry| {
        let size = (Dirent::SIZE + entry.name.len() + 2).next_multiple_of(4);
        let header = Dirent { d_ino: entry.inode as u32, d_off: index, d_reclen: size as u16 };
        let mut record = [header.to_bytes(), entry.name.clone()].concat();
        record.resize(size - 1, 0);
        record.push(kind(entry));
        record
    })
}

pub fn getdents64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    entries(k, m, args, |index, entry| {
        let size = (Dirent64::SIZE + entry.name.len() + 1).next_multiple_of(8);
        let header = Dirent64 { d_ino: entry.inode, d_off: index.into(), d_reclen: size as u16, d_type: kind(entry) };
        let mut record = [header.to_bytes(), entry.name.clone()].concat();
        record.resize(size, 0);
        record
    })
}

/// The type of an entry as a `DT_…` constant.
fn kind(entry: &DirectoryEntry) -> u8 {
    (entry.file_type.mode() >> 12) as u8
}

/// Writes as many entries as fit in. The list is made at the first call and after a rewind.
fn entries(k: &mut Kernel, m: &mut Machine, args: &Args, layout: fn(u32, &DirectoryEntry) -> Vec<u8>) -> Answer {
    let [fd, address, size, ..] = *args;
    let open = k.process.open_file(fd)?;
    let mut open = lock(&open);
    let path = open.path.clone();
    let Object::Directory(listed, next) = &mut open.object else { return Err(Errno::ENOTDIR) };
    let list = match listed {
        Some(list) => list,
        None => listed.insert(list(k, &path)?),
    };
    let mut bytes = Vec::new();
    while let Some(entry) = list.get(*next) {
        let record = layout(*next as u32 + 1, entry);
        if bytes.len() + record.len() > size as usize {
            break;
        }
        bytes.extend_from_slice(&record);
        *next += 1;
    }
    if bytes.is_empty() && *next < list.len() {
        return Err(Errno::EINVAL);
    }
    m.memory.write(address, &bytes)?;
    Ok(bytes.len() as u32)
}

fn list(k: &mut Kernel, path: &[u8]) -> Result<Vec<DirectoryEntry>, Errno> {
    let mut entries = Vec::new();
    for name in [b".".as_slice(), b".."] {
        let inside = [path, b"/", name].concat();
        let resolved = k.process.resolve_bytes(AT_FDCWD, &inside, true, PathAccess::Read)?;
        let inode = k.process.status_of(&resolved).map_or(1, |status| status.inode);
        entries.push(DirectoryEntry { inode, file_type: FileType::Directory, name: name.to_vec() });
        if let (Location::Granted(granted), b".") = (&resolved.location, name) {
            entries.extend(granted.root.list(&granted.path)?);
        }
    }
    // `..` goes where readers expect it, right behind `.`.
    let parent = entries.pop();
    entries.splice(1..1, parent);
    for own in k.process.namespace.own_entries(path) {
        if !entries.iter().any(|entry| entry.name == own.name) {
            entries.push(own);
        }
    }
    Ok(entries)
}
