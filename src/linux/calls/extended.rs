//! Extended attributes (xattr(7)). No file has any, and none can be set: the answers are those of a tmpfs(5) that
//! has no room for the attributes of users.

use crate::instructions::Machine;
use crate::linux::abi::files::AT_FDCWD;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

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
    /// The error with which a file is not there, if it is not.
    fn check(self, k: &Kernel, m: &mut Machine) -> Result<(), Errno> {
        match self {
            File::Descriptor(fd) => k.file(fd).map(|_| ()),
            File::Path(path, follow) => {
                k.find(m, [AT_FDCWD, path], Manner::new(follow, PathAccess::Read))?.existing().map(|_| ())
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
    let [_, name, value, size, ..] = *args;
    let name = read_name(m, name)?;
    if size > LARGEST {
        return Err(Errno::E2BIG);
    }
    m.memory.read(value, &mut vec![0; size as usize])?;
    file.check(k, m)?;
    Err(refused(&name))
}

pub fn getxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    get(k, m, File::Path(args[0], true), args[1])
}

pub fn lgetxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    get(k, m, File::Path(args[0], false), args[1])
}

pub fn fgetxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    get(k, m, File::Descriptor(args[0]), args[1])
}

fn get(k: &Kernel, m: &mut Machine, file: File, name: u32) -> Answer {
    let name = read_name(m, name)?;
    file.check(k, m)?;
    let known: [&[u8]; 3] = [b"trusted.", b"security.", b"system.posix_acl_"];
    Err(if known.iter().any(|known| name.starts_with(known)) { Errno::ENODATA } else { Errno::EOPNOTSUPP })
}

pub fn listxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    File::Path(args[0], true).check(k, m).map(|()| 0)
}

pub fn llistxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    File::Path(args[0], false).check(k, m).map(|()| 0)
}

pub fn flistxattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    File::Descriptor(args[0]).check(k, m).map(|()| 0)
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
    file.check(k, m)?;
    Err(refused(&name))
}

/// A name; ERANGE if it is empty or too long.
fn read_name(m: &mut Machine, address: u32) -> Result<Vec<u8>, Errno> {
    let name = guest::string_of(&mut m.memory, address, LONGEST + 1)?;
    name.filter(|name| !name.is_empty()).ok_or(Errno::ERANGE)
}

/// Why an attribute cannot be changed: those of the system need a capability that nobody has here.
fn refused(name: &[u8]) -> Errno {
    if name.starts_with(b"trusted.") || name.starts_with(b"security.") { Errno::EPERM } else { Errno::EOPNOTSUPP }
}
