//! Mounts as descriptors: open_tree(2), move_mount(2), mount_setattr(2).

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::administration::{MS_PROPAGATION, MS_UNBINDABLE};
use crate::linux::abi::files::{AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, O_CLOEXEC, O_NOFOLLOW, O_PATH};
use crate::linux::abi::mount_api::{
    AT_RECURSIVE, MOUNT_ATTR, MOUNT_ATTR_ATIME, MOVE_MOUNT, MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_F_SYMLINKS,
    MOVE_MOUNT_T_EMPTY_PATH, MOVE_MOUNT_T_SYMLINKS, MountAttr, OPEN_TREE, OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, NewMount, PathAccess, PlaceHandle};
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::mount_contexts::{self, flags, flags_of};
use super::{extended_structure, open};

/// What is at a path, or behind the descriptor.
fn place(k: &Kernel, m: &mut Machine, at: [u32; 2], follow: bool, empty: bool) -> Result<PlaceHandle, Errno> {
    k.place_at(m, at, Manner::new(follow, PathAccess::Read), empty)
}

/// A place, as open(2) with O_PATH gives it, or a mount of what is there that is nowhere yet.
pub fn open_tree(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, flags, ..] = *args;
    let clones = flags & OPEN_TREE_CLONE != 0;
    if flags & !OPEN_TREE != 0 || flags & AT_RECURSIVE != 0 && !clones {
        return Err(Errno::EINVAL);
    }
    if clones {
        k.may_mount()?;
    }
    let place = place(k, m, [directory, path], flags & AT_SYMLINK_NOFOLLOW == 0, flags & AT_EMPTY_PATH != 0)?;
    if clones {
        let kept = place.mount_point().flags();
        if kept & MS_UNBINDABLE != 0 {
            return Err(Errno::EINVAL);
        }
        let groups = place.mount_point().groups();
        let new = NewMount { node: place.node().clone(), source: b"none", flags: kept, options: String::new(), groups };
        let copy = k.process.namespace.mount_nowhere(new);
        return mount_contexts::insert_mount(k, copy, flags & OPEN_TREE_CLOEXEC != 0);
    }
    let also = [(OPEN_TREE_CLOEXEC, O_CLOEXEC), (AT_SYMLINK_NOFOLLOW, O_NOFOLLOW)];
    let also = also.iter().filter(|(flag, _)| flags & flag != 0).fold(O_PATH, |all, (_, flag)| all | flag);
    open::open_known(k, m, place, also)
}

pub fn move_mount(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [from_directory, from, to_directory, to, flags, _] = *args;
    k.may_mount()?;
    if flags & !MOVE_MOUNT != 0 {
        return Err(Errno::EINVAL);
    }
    let has = |flag| flags & flag != 0;
    let from = place(k, m, [from_directory, from], has(MOVE_MOUNT_F_SYMLINKS), has(MOVE_MOUNT_F_EMPTY_PATH))?;
    let to = place(k, m, [to_directory, to], has(MOVE_MOUNT_T_SYMLINKS), has(MOVE_MOUNT_T_EMPTY_PATH))?;
    k.process.namespace.attach(&from, &to).map(|()| 0)
}

/// Changes how a mount may be used.
pub fn mount_setattr(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [directory, path, how, address, size, _] = *args;
    if how & (!OPEN_TREE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC) != 0 {
        return Err(Errno::EINVAL);
    }
    extended_structure::check(size, MountAttr::SIZE as u32)?;
    k.may_mount()?;
    let wanted: MountAttr = extended_structure::read(m, [address, size], MountAttr::SIZE as u32)?;
    if [wanted.attr_set, wanted.attr_clr, wanted.propagation] == [0; 3] {
        return Ok(0);
    }
    let [set, clear, shared] = changes(&wanted)?;
    let place = place(k, m, [directory, path], how & AT_SYMLINK_NOFOLLOW == 0, how & AT_EMPTY_PATH != 0)?;
    k.process.namespace.may_be_changed(&place)?;
    let mount = place.mount_point();
    mount.set_flags(mount.flags() & !clear | set);
    if shared != 0 {
        k.process.namespace.share(&place, shared, how & AT_RECURSIVE != 0)?;
    }
    Ok(0)
}

/// The flags that are set and cleared, and with whom the mount shares what is mounted in it; EINVAL for what is none, or
/// contradicts itself.
fn changes(wanted: &MountAttr) -> Result<[u32; 3], Errno> {
    let narrow = |bits: u64| u32::try_from(bits).map_err(|_| Errno::EINVAL);
    let (set, clear, shared) = (narrow(wanted.attr_set)?, narrow(wanted.attr_clr)?, narrow(wanted.propagation)?);
    let wrong = shared & !MS_PROPAGATION != 0
        || shared.count_ones() > 1
        || (set | clear) & !MOUNT_ATTR != 0
        || ![0, MOUNT_ATTR_ATIME].contains(&(clear & MOUNT_ATTR_ATIME))
        || set & MOUNT_ATTR_ATIME != 0 && clear & MOUNT_ATTR_ATIME == 0;
    if wrong { Err(Errno::EINVAL) } else { Ok([flags_of(set)?, flags(clear), shared]) }
}
