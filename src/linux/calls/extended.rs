//! Extended attributes (xattr(7)). Files in memory and copies of files have them; those that the kernel itself would act
//! upon are of a kind that nothing has.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::{CAP_FOWNER, CAP_SYS_ADMIN};
use crate::linux::abi::files::{AT_FDCWD, XATTR_CREATE, XATTR_REPLACE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::sync::lock;

use super::call::Args;

/// The longest name (`XATTR_NAME_MAX`), and the largest value (`XATTR_SIZE_MAX`).
const LONGEST: usize = 255;
const LARGEST: u32 = 65_536;

/// Which file is meant.
#[derive(Clone, Copy)]
enum File {
    /// By its path, following a link at its end or not.
    Path(u32, bool),
    /// By a descriptor.
    Descriptor(u32),
}

impl File {
    /// Where it is.
    fn place(self, k: &Kernel, m: &mut Machine) -> Result<PlaceHandle, Errno> {
        match self {
            File::Descriptor(fd) => k.file(fd).map(|open| Arc::clone(&lock(&open).place)),
            File::Path(path, follow) => {
                k.find(m, [AT_FDCWD, path], Manner::new(follow, PathAccess::Read))?.existing().cloned()
            }
        }
    }
}

pub fn setxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    set(k, m, File::Path(args[0], true), args)
}

pub fn lsetxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    set(k, m, File::Path(args[0], false), args)
}

pub fn fsetxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    set(k, m, File::Descriptor(args[0]), args)
}

fn set(k: &Kernel, m: &mut Machine, file: File, args: &Args) -> Answer {
    let [_, name, value, size, flags, _] = *args;
    let name = read_name(m, name)?;
    if size > LARGEST {
        return Err(Errno::E2BIG);
    }
    let mut bytes = vec![0; size as usize];
    m.memory.read(value, &mut bytes)?;
    let place = file.place(k, m)?;
    may_set(k, m, &place, &name)?;
    match place.node().extended(&name) {
        Ok(_) if flags & XATTR_CREATE != 0 => return Err(Errno::EEXIST),
        Err(Errno::ENODATA) if flags & XATTR_REPLACE != 0 => return Err(Errno::ENODATA),
        _ => {}
    }
    k.asking(m, |asker| place.node().set_extended(asker, &name, Some(&bytes))).map(|()| 0)
}

pub fn getxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    get(k, m, File::Path(args[0], true), args)
}

pub fn lgetxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    get(k, m, File::Path(args[0], false), args)
}

pub fn fgetxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    get(k, m, File::Descriptor(args[0]), args)
}

fn get(k: &Kernel, m: &mut Machine, file: File, args: &Args) -> Answer {
    let [_, name, value, size, ..] = *args;
    let name = read_name(m, name)?;
    let place = file.place(k, m)?;
    match is_of_users(&name)? {
        true if !can_have(&place) => return Err(Errno::ENODATA),
        true => k.may(m, place.node(), 4)?,
        false if name.starts_with(b"trusted.") && !k.process.credentials.can(CAP_SYS_ADMIN) => {
            return Err(Errno::ENODATA);
        }
        false if is_of_system(&name) => {}
        false if name.starts_with(b"system.posix_acl_") => return Err(Errno::ENODATA),
        false => return Err(Errno::EOPNOTSUPP),
    }
    let bytes = place.node().extended(&name)?;
    answer(m, &bytes, [value, size])
}

/// Stores what is asked for, and answers its size; without room, that alone.
fn answer(m: &mut Machine, bytes: &[u8], [address, size]: [u32; 2]) -> Answer {
    match size as usize {
        0 => {}
        room if room < bytes.len() => return Err(Errno::ERANGE),
        _ => m.memory.write(address, bytes)?,
    }
    Ok(bytes.len() as u32)
}

pub fn listxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    list(k, m, File::Path(args[0], true), args)
}

pub fn llistxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    list(k, m, File::Path(args[0], false), args)
}

pub fn flistxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    list(k, m, File::Descriptor(args[0]), args)
}

/// The names, each with a zero after it.
fn list(k: &Kernel, m: &mut Machine, file: File, args: &Args) -> Answer {
    let [_, address, size, ..] = *args;
    let names = file.place(k, m)?.node().extended_names();
    let sees_all = k.process.credentials.can(CAP_SYS_ADMIN);
    let names = names.into_iter().filter(|name| sees_all || !name.starts_with(b"trusted."));
    let bytes: Vec<u8> = names.flat_map(|name| [name, vec![0]].concat()).collect();
    if bytes.len() > LARGEST as usize {
        return Err(Errno::E2BIG);
    }
    answer(m, &bytes, [address, size])
}

pub fn removexattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    remove(k, m, File::Path(args[0], true), args[1])
}

pub fn lremovexattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    remove(k, m, File::Path(args[0], false), args[1])
}

pub fn fremovexattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    remove(k, m, File::Descriptor(args[0]), args[1])
}

fn remove(k: &Kernel, m: &mut Machine, file: File, name: u32) -> Answer {
    let name = read_name(m, name)?;
    let place = file.place(k, m)?;
    may_set(k, m, &place, &name)?;
    k.asking(m, |asker| place.node().set_extended(asker, &name, None)).map(|()| 0)
}

/// A name; ERANGE if it is empty or too long.
fn read_name(m: &mut Machine, address: u32) -> Result<Vec<u8>, Errno> {
    let name = guest::string_of(&mut m.memory, address, LONGEST + 1)?;
    name.filter(|name| !name.is_empty()).ok_or(Errno::ERANGE)
}

/// Whether a name is that of an attribute of users; EINVAL if nothing follows that.
fn is_of_users(name: &[u8]) -> Result<bool, Errno> {
    match name.strip_prefix(b"user.") {
        Some(b"") => Err(Errno::EINVAL),
        rest => Ok(rest.is_some()),
    }
}

/// Whether a name is one of those that only the privileged set.
fn is_of_system(name: &[u8]) -> bool {
    [b"trusted.".as_slice(), b"security."].iter().any(|kind| name.len() > kind.len() && name.starts_with(kind))
}

/// Whether users can give attributes to what is at a place: to what their permissions are about.
fn can_have(place: &PlaceHandle) -> bool {
    matches!(place.file_type(), FileType::File | FileType::Directory) && !place.is_typeless()
}

/// Whether an attribute may be set or removed: of a sticky directory, only by its owner.
fn may_set(k: &Kernel, m: &Machine, place: &PlaceHandle, name: &[u8]) -> Result<(), Errno> {
    k.editing(m, |editor| editor.may_rewrite(place))?;
    if !is_of_users(name)? {
        // Capabilities of files are not given to whoever executes them.
        return match is_of_system(name) && name != b"security.capability" {
            true => k.process.credentials.require(CAP_SYS_ADMIN),
            false => Err(if is_of_system(name) { Errno::EPERM } else { Errno::EOPNOTSUPP }),
        };
    }
    let (status, credentials) = (k.status_of(m, place)?, &k.process.credentials);
    let owns = status.uid == credentials.file_uid || credentials.can_with(&status, CAP_FOWNER);
    let sticky = place.file_type() == FileType::Directory && status.mode & 0o1000 != 0;
    if !can_have(place) || sticky && !owns {
        return Err(Errno::EPERM);
    }
    k.may(m, place.node(), 2)
}
