//! Calls on directories: listing, making and removing them, and the working directory.

use crate::instructions::Machine;
use crate::linux::descriptors::{Object, lock};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, Record};
use crate::linux::host::{Entry, Kind};
use crate::linux::kernel::{AT_FDCWD, Kernel, Wanted};
use crate::linux::namespace::Place;

use super::Args;
use super::{names, status};

pub fn getcwd(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, ..] = *args;
    let path = [k.directory.as_slice(), &[0]].concat();
    if path.len() > size as usize {
        return Err(Errno::ERANGE);
    }
    m.memory.write(address, &path)?;
    Ok(path.len() as u32)
}

pub fn chdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let resolved = k.resolve(&mut m.memory, AT_FDCWD, args[0], true, Wanted::Read)?;
    let status = status::of_place(k, &resolved)?;
    match status.kind() {
        Kind::Directory if k.identity.may(&status, 1) => k.directory = resolved.path,
        Kind::Directory => return Err(Errno::EACCES),
        _ => return Err(Errno::ENOTDIR),
    }
    Ok(0)
}

pub fn fchdir(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let open = k.open_file(args[0])?;
    let open = lock(&open);
    let Object::Directory(..) = open.object else { return Err(Errno::ENOTDIR) };
    k.directory.clone_from(&open.path);
    Ok(0)
}

pub fn mkdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    mkdirat(k, m, &[AT_FDCWD, args[0], args[1], 0, 0, 0])
}

pub fn mkdirat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    // Also with a slash at its end, a link is not followed: it exists.
    let path = guest::string(&mut m.memory, path)?;
    let name = names::without_slash(&path);
    let resolved = k.resolve_bytes(directory, name, false, Wanted::Write)?;
    if status::of_place(k, &resolved).is_ok() {
        return Err(Errno::EEXIST);
    }
    let granted = k.writable(&resolved)?;
    let (mode, set_mode) = k.creation_mode(mode & 0o1777);
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
    let name = names::without_slash(&path);
    let resolved = k.resolve_bytes(directory, name, false, Wanted::Write)?;
    let status = status::of_place(k, &resolved)?;
    let granted = k.writable(&resolved)?;
    match (status.kind(), granted.path.as_slice()) {
        (Kind::Directory, b".") => return Err(Errno::EBUSY),
        (Kind::Directory, path) => granted.root.remove_directory(path)?,
        _ => return Err(Errno::ENOTDIR),
    }
    Ok(0)
}

pub fn getdents(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    entries(k, m, args, |index, entry| {
        let size = (entry.name.len() + 12).next_multiple_of(4);
        let record = Record::new().word(entry.inode as u32).word(index).half(size as u32);
        record.bytes(&entry.name).pad_to(size - 1).bytes(&[kind(entry)])
    })
}

pub fn getdents64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    entries(k, m, args, |index, entry| {
        let size = (entry.name.len() + 20).next_multiple_of(8);
        let record = Record::new().long(entry.inode).long(u64::from(index)).half(size as u32);
        record.bytes(&[kind(entry)]).bytes(&entry.name).pad_to(size)
    })
}

/// The type of an entry, as `DT_…` numbers it.
fn kind(entry: &Entry) -> u8 {
    (entry.kind.mode() >> 12) as u8
}

/// Writes as many entries as fit in. The list is made at the first call and after a rewind.
fn entries(k: &mut Kernel, m: &mut Machine, args: &Args, layout: fn(u32, &Entry) -> Record) -> Answer {
    let [fd, address, size, ..] = *args;
    let open = k.open_file(fd)?;
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
        if bytes.len() + record.as_bytes().len() > size as usize {
            break;
        }
        bytes.extend_from_slice(record.as_bytes());
        *next += 1;
    }
    if bytes.is_empty() && *next < list.len() {
        return Err(Errno::EINVAL);
    }
    m.memory.write(address, &bytes)?;
    Ok(bytes.len() as u32)
}

fn list(k: &mut Kernel, path: &[u8]) -> Result<Vec<Entry>, Errno> {
    let mut entries = Vec::new();
    for name in [b".".as_slice(), b".."] {
        let inside = [path, b"/", name].concat();
        let resolved = k.resolve_bytes(AT_FDCWD, &inside, true, Wanted::Read)?;
        let inode = status::of_place(k, &resolved).map_or(1, |status| status.inode);
        entries.push(Entry { inode, kind: Kind::Directory, name: name.to_vec() });
        if let (Place::Granted(granted), b".") = (&resolved.place, name) {
            entries.extend(granted.root.list(&granted.path)?);
        }
    }
    // `..` goes where readers expect it, right behind `.`.
    let parent = entries.pop();
    entries.splice(1..1, parent);
    for own in k.namespace.own_entries(path) {
        if !entries.iter().any(|entry| entry.name == own.name) {
            entries.push(own);
        }
    }
    Ok(entries)
}
