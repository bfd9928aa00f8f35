//! Calls on directories: listing, making and removing them, the working directory and the root.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::capabilities::CAP_SYS_CHROOT;
use crate::linux::abi::files::{AT_FDCWD, Dirent, Dirent64, OldDirent};
use crate::linux::abi::inotify::IN_ACCESS;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, NewNode, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::host::{DirectoryEntry, FileType};
use crate::linux::kernel::Kernel;
use crate::linux::objects::Object;
use crate::linux::sync::lock;

use super::call::Args;

pub fn getcwd(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, ..] = *args;
    let directory = k.process.directory();
    // Removed by the guest, or on the host.
    if directory.is_removed() || k.status_of(m, &directory)?.links == 0 {
        return Err(Errno::ENOENT);
    }
    let path = [directory.path(&k.process.root()).as_slice(), &[0]].concat();
    if path.len() > size as usize {
        return Err(Errno::ERANGE);
    }
    m.memory.write(address, &path)?;
    Ok(path.len() as u32)
}

pub fn chdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let directory = directory_at(k, m, args[0])?;
    k.process.standing().directory = directory;
    Ok(0)
}

/// A directory in which the asker may look up names.
fn directory_at(k: &mut Kernel, m: &mut Machine, path: u32) -> Result<PlaceHandle, Errno> {
    let found = k.find(m, [AT_FDCWD, path], Manner::new(true, PathAccess::Read))?;
    let place = found.existing()?;
    if place.file_type() != FileType::Directory {
        return Err(Errno::ENOTDIR);
    }
    k.may(m, place.node(), 1)?;
    Ok(Arc::clone(place))
}

pub fn fchdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let place = k.place_of(args[0])?;
    if place.file_type() != FileType::Directory {
        return Err(Errno::ENOTDIR);
    }
    k.may(m, place.node(), 1)?;
    k.process.standing().directory = place;
    Ok(0)
}

/// Needs a capability; the directory is looked up before (chroot(2)).
pub fn chroot(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let directory = directory_at(k, m, args[0])?;
    if !k.process.credentials.can_here(CAP_SYS_CHROOT) {
        return Err(Errno::EPERM);
    }
    k.process.standing().root = directory;
    Ok(0)
}

pub fn mkdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    mkdirat(k, m, &[AT_FDCWD, args[0], args[1], 0, 0, 0])
}

pub fn mkdirat(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, mode, ..] = *args;
    let found = k.find_name(m, [directory, path])?;
    let new = NewNode::new(FileType::Directory, mode & 0o1777 & !k.process.standing().umask);
    k.editing(m, |editor| editor.create(&found, &new)).map(|_| 0)
}

pub fn rmdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    remove(k, m, AT_FDCWD, args[0])
}

/// Removes the empty directory at a path.
pub fn remove(k: &mut Kernel, m: &mut Machine, directory: u32, path: u32) -> Answer {
    let found = k.find_name(m, [directory, path])?;
    k.editing(m, |editor| editor.remove(&found, true)).map(|()| 0)
}

/// One entry, in the oldest form; answers 1, and 0 at the end.
pub fn readdir(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    const NAME_MAX: u32 = 255;
    let room = OldDirent::SIZE as u32 + NAME_MAX + 1;
    let one = |index, entry: &DirectoryEntry| {
        let header = OldDirent { d_ino: entry.inode as u32, d_offset: index, d_namlen: entry.name.len() as u16 };
        [header.to_bytes(), entry.name.clone(), vec![0]].concat()
    };
    entries(k, m, [args[0], args[1], room], 1, one).map(|size| u32::from(size > 0))
}

pub fn getdents(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    entries(k, m, [fd, address, size], usize::MAX, |index, entry| {
        let size = (Dirent::SIZE + entry.name.len() + 2).next_multiple_of(4);
        let header = Dirent { d_ino: entry.inode as u32, d_off: index, d_reclen: size as u16 };
        let mut record = [header.to_bytes(), entry.name.clone()].concat();
        record.resize(size - 1, 0);
        record.push(kind(entry));
        record
    })
}

pub fn getdents64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, address, size, ..] = *args;
    entries(k, m, [fd, address, size], usize::MAX, |index, entry| {
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

/// Writes as many entries as fit in, and no more than are wanted. The list is made at the first call and after a rewind.
fn entries(
    k: &mut Kernel,
    m: &mut Machine,
    [fd, address, size]: [u32; 3],
    most: usize,
    layout: fn(u32, &DirectoryEntry) -> Vec<u8>,
) -> Answer {
    let open = k.file(fd)?;
    let mut open = lock(&open);
    let place = Arc::clone(&open.place);
    let Object::Directory(listing) = &mut open.object else { return Err(Errno::ENOTDIR) };
    if place.is_removed() {
        return Err(Errno::ENOENT);
    }
    let list = match &mut listing.entries {
        Some(list) => list,
        none => none.insert(list(k, m, &place)?),
    };
    let (mut bytes, mut next) = (Vec::new(), listing.next);
    while let Some(entry) = list.get(next).filter(|_| next - listing.next < most) {
        let record = layout(next as u32 + 1, entry);
        if bytes.len() + record.len() > size as usize {
            break;
        }
        bytes.extend_from_slice(&record);
        next += 1;
    }
    if bytes.is_empty() && next < list.len() {
        return Err(Errno::EINVAL);
    }
    m.memory.write(address, &bytes)?;
    listing.next = next;
    open.tell(IN_ACCESS);
    Ok(bytes.len() as u32)
}

/// What is in a directory: `.`, `..`, what its node has, and what is mounted there.
fn list(k: &Kernel, m: &Machine, place: &PlaceHandle) -> Result<Vec<DirectoryEntry>, Errno> {
    let entry = |name: &[u8], place: &PlaceHandle| DirectoryEntry {
        inode: place.node().identity().1.max(1),
        file_type: place.file_type(),
        name: name.to_vec(),
    };
    let above = if Arc::ptr_eq(place, &k.process.root()) { Arc::clone(place) } else { place.parent() };
    let mut entries = vec![entry(b".", place), entry(b"..", &above)];
    let mounted = place.mount_points();
    let own = k.asking(m, |asker| place.node().list(asker))?;
    let is_mounted = |name: &[u8]| mounted.iter().any(|(mounted, _)| mounted == name);
    entries.extend(own.into_iter().filter(|entry| !is_mounted(&entry.name)));
    entries.extend(mounted.iter().map(|(name, place)| entry(name, place)));
    Ok(entries)
}

/// Whether a path in guest memory is empty.
pub fn is_empty(m: &mut Machine, path: u32) -> Result<bool, Errno> {
    guest::string(&mut m.memory, path).map(|path| path.is_empty())
}
