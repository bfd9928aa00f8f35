//! What only the administrator of a system does and what there is not in a world: swapping, quotas, the newer calls that
//! mount. These calls say what is wrong with their arguments where Linux looks at those first, and then EPERM.

use crate::instructions::Machine;
use crate::linux::abi::administration::{
    AT_RECURSIVE, FSCONFIG_LAST, MOUNT_ATTR_SIZE, OPEN_TREE, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE, Q_SYNC, QUOTA_TYPES,
    SWAP_FLAGS,
};
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NOFOLLOW, O_PATH};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess};
use crate::linux::guest;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::open;

/// A call that needs a privilege; the guest has none.
pub fn forbidden(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EPERM)
}

/// What a path leads to exists, or the call says that it does not before anything else.
fn exists(k: &Kernel, m: &mut Machine, path: u32) -> Result<FileType, Errno> {
    let found = k.find(m, [AT_FDCWD, path], Manner::new(true, PathAccess::Read))?;
    Ok(found.existing()?.file_type())
}

/// Nothing is swapped out: no file is one that could be swapped to.
pub fn swapon(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [path, flags, ..] = *args;
    if flags & !SWAP_FLAGS != 0 {
        return Err(Errno::EINVAL);
    }
    k.process.credentials.require(CAP_SYS_ADMIN)?;
    exists(k, m, path)?;
    Err(Errno::EINVAL)
}

pub fn swapoff(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    k.process.credentials.require(CAP_SYS_ADMIN)?;
    exists(k, m, args[0])?;
    Err(Errno::EINVAL)
}

/// A place, as open(2) with O_PATH gives it; a copy of what is mounted there is for the administrator.
pub fn open_tree(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, ..] = *args;
    let clones = flags & OPEN_TREE_CLONE != 0;
    if flags & !OPEN_TREE != 0 || flags & AT_RECURSIVE != 0 && !clones {
        return Err(Errno::EINVAL);
    }
    if clones {
        return Err(Errno::EPERM);
    }
    let also = [(OPEN_TREE_CLOEXEC, O_CLOEXEC), (AT_SYMLINK_NOFOLLOW, O_NOFOLLOW)];
    let also = also.iter().filter(|(flag, _)| flags & flag != 0).fold(O_PATH, |all, (_, flag)| all | flag);
    if flags & AT_EMPTY_PATH != 0 && guest::string(&mut m.memory, path)?.is_empty() {
        let place = if directory == AT_FDCWD { k.process.directory() } else { k.place_of(directory)? };
        return open::open_known(k, m, place, also);
    }
    open::openat(k, m, &[directory, path, also, 0, 0, 0])
}

/// There is no descriptor that it could be about: those come from fsopen(2) and fspick(2).
pub fn fsconfig(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, command, ..] = *args;
    if fd as i32 <= -1 {
        return Err(Errno::EINVAL);
    }
    if command > FSCONFIG_LAST {
        return Err(Errno::EOPNOTSUPP);
    }
    k.file(fd)?;
    Err(Errno::EINVAL)
}

pub fn mount_setattr(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [_, _, flags, _, size, _] = *args;
    let known = OPEN_TREE & !(OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    Err(match size {
        _ if flags & !known != 0 => Errno::EINVAL,
        ..MOUNT_ATTR_SIZE => Errno::EINVAL,
        4097.. => Errno::E2BIG,
        _ => Errno::EPERM,
    })
}

/// Quotas are of devices, of which there is none (quotactl(2)).
pub fn quotactl(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [command, device, ..] = *args;
    if command & 0xff >= QUOTA_TYPES {
        return Err(Errno::EINVAL);
    }
    if device == 0 {
        // All there are.
        return if command >> 8 == Q_SYNC { Ok(0) } else { Err(Errno::ENODEV) };
    }
    exists(k, m, device)?;
    Err(Errno::ENOTBLK)
}

/// The same of the filesystem that an open file is on, none of which has quotas.
pub fn quotactl_fd(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.process.open_file(args[0])?;
    if args[1] & 0xff >= QUOTA_TYPES { Err(Errno::EINVAL) } else { Err(Errno::ENOSYS) }
}
