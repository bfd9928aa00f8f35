//! The extended status of a file: statx(2).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_STATX_DONT_SYNC, AT_STATX_FORCE_SYNC, AT_SYMLINK_NOFOLLOW, FS_KEPT};
use crate::linux::abi::status::{STATX_ATTR_MOUNT_ROOT, STATX_BASIC_STATS, STATX_MNT_ID, Statx};
use crate::linux::abi::time::Timespec64;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::host::FileStatus;
use crate::linux::kernel::Kernel;

use super::call::Args;

pub fn statx(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    const SYNC: u32 = AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC;
    let [directory, path, flags, _, address, _] = *args;
    if flags & SYNC == SYNC {
        return Err(Errno::EINVAL);
    }
    let manner = Manner::new(flags & AT_SYMLINK_NOFOLLOW == 0, PathAccess::Read);
    let place = k.place_at(m, [directory, path], manner, flags & AT_EMPTY_PATH != 0)?;
    let of_descriptor = flags & AT_EMPTY_PATH != 0 && (path == 0 || m.memory.load::<u8>(path)? == 0);
    let status = if of_descriptor { k.status_of_descriptor(m, directory)? } else { k.status_of(m, &place)? };
    guest::write(&mut m.memory, address, &shown(&k.told_status(status), &place))
}

/// There is no time of birth.
fn shown(s: &FileStatus, place: &PlaceHandle) -> Statx {
    let [stx_atime, stx_mtime, stx_ctime] = s.times.map(|(tv_sec, tv_nsec)| Timespec64 { tv_sec, tv_nsec, padding: 0 });
    let [stx_rdev_major, stx_rdev_minor] = numbers(s.special);
    let [stx_dev_major, stx_dev_minor] = numbers(s.device);
    Statx {
        stx_mask: STATX_BASIC_STATS | STATX_MNT_ID,
        // The flags of a file have the same bits here.
        stx_attributes: u64::from(place.node().marks())
            | if is_root_of_mount(place) { STATX_ATTR_MOUNT_ROOT } else { 0 },
        stx_attributes_mask: STATX_ATTR_MOUNT_ROOT | u64::from(FS_KEPT),
        stx_mnt_id: place.mount_number().into(),
        stx_blksize: s.block_size,
        stx_nlink: s.links,
        stx_uid: s.uid,
        stx_gid: s.gid,
        stx_mode: s.mode as u16,
        stx_ino: s.inode,
        stx_size: s.size,
        stx_blocks: s.blocks,
        stx_atime,
        stx_ctime,
        stx_mtime,
        stx_rdev_major,
        stx_rdev_minor,
        stx_dev_major,
        stx_dev_minor,
        ..Statx::zeroed()
    }
}

/// Whether what is above a place belongs to another mount, or nothing is above it.
fn is_root_of_mount(place: &PlaceHandle) -> bool {
    let above = place.parent();
    above.mount_number() != place.mount_number() || Arc::ptr_eq(&above, place)
}

/// Major and minor number of a device.
fn numbers(device: u64) -> [u32; 2] {
    let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000;
    [major as u32, (device & 0xff | device >> 12 & 0xffff_ff00) as u32]
}
