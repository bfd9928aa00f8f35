//! What only the administrator of a system does and what there is not in a world: swapping, quotas. These calls say what
//! is wrong with their arguments where Linux looks at those first, and then EPERM.

use crate::instructions::Machine;
use crate::linux::abi::administration::{Q_SYNC, QUOTA_TYPES, SWAP_FLAGS};
use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::files::AT_FDCWD;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;

use super::call::Args;

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
