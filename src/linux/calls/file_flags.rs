//! What must not be done with a file, by ioctl(2): ioctl_iflags(2). Filesystems in memory keep it.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::{CAP_FOWNER, CAP_LINUX_IMMUTABLE};
use crate::linux::abi::files::{FS_APPEND_FL, FS_IMMUTABLE_FL, FS_KEPT};
use crate::linux::abi::status::EXT2_SUPER_MAGIC;
use crate::linux::abi::terminal::FS_IOC32_GETFLAGS;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::PlaceHandle;
use crate::linux::guest;
use crate::linux::kernel::Kernel;

/// What ext4 says of files, unless they are very old: their blocks are in extents.
const FS_EXTENT_FL: u32 = 0x8_0000;

/// Tells the flags of what is at a place, or sets them: its owner may, and for the first two a privilege is needed.
pub fn request(k: &Kernel, m: &mut Machine, place: &PlaceHandle, [asked, address]: [u32; 2]) -> Answer {
    let node = place.node();
    let always = if node.filesystem().magic == EXT2_SUPER_MAGIC { FS_EXTENT_FL } else { 0 };
    if asked == FS_IOC32_GETFLAGS {
        return guest::write(&mut m.memory, address, &(node.marks() | always));
    }
    let wanted = guest::number::<u32>(&mut m.memory, address)? & !always;
    let credentials = &k.process.credentials;
    let status = k.status_of(m, place)?;
    if !credentials.can_with(&status, CAP_FOWNER) && credentials.file_uid != status.uid {
        return Err(Errno::EPERM);
    }
    if place.mount_point().is_read_only() || node.filesystem().read_only {
        return Err(Errno::EROFS);
    }
    if (wanted ^ node.marks()) & (FS_IMMUTABLE_FL | FS_APPEND_FL) != 0 {
        credentials.require(CAP_LINUX_IMMUTABLE)?;
    }
    if wanted & !FS_KEPT != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    k.asking(m, |asker| node.set_marks(asker, wanted)).map(|()| 0)
}
