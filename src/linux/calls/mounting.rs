//! Mounting: mount(2), umount(2), umount2(2). Filesystems in memory, those of the kernel, and what is elsewhere already.

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::administration::{
    MNT_DETACH, MNT_EXPIRE, MNT_FORCE, MS_BIND, MS_KEPT, MS_MAGIC, MS_MOVE, MS_NOATIME, MS_NOUSER, MS_PROPAGATION,
    MS_RDONLY, MS_REC, MS_REMOUNT, MS_SILENT, MS_STRICTATIME, MS_UNBINDABLE, UMOUNT_KNOWN, UMOUNT_NOFOLLOW,
};
use crate::linux::abi::files::AT_FDCWD;
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{Manner, Namespace, NewMount, PathAccess, PlaceHandle};
use crate::linux::guest;
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;
use crate::linux::process::Standing;
use crate::linux::sync::lock;

use super::call::Args;
use super::filesystems::{self, New};

/// The longest text of options.
const PAGE: usize = 4096;

/// What a path leads to.
fn place(k: &Kernel, m: &mut Machine, path: u32, follow: bool) -> Result<PlaceHandle, Errno> {
    k.find(m, [AT_FDCWD, path], Manner::new(follow, PathAccess::Read))?.existing().cloned()
}

/// A text, which may be missing.
fn text(m: &mut Machine, address: u32) -> Result<Option<Vec<u8>>, Errno> {
    (address != 0).then(|| guest::string(&mut m.memory, address)).transpose()
}

pub fn mount(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [source, target, kind, flags, data, _] = *args;
    let (kind, source) = (text(m, kind)?, text(m, source)?);
    let options = if data == 0 { None } else { guest::string_of(&mut m.memory, data, PAGE)? }.unwrap_or_default();
    let flags = if flags & 0xffff_0000 == MS_MAGIC { flags & 0xffff } else { flags };
    let at = place(k, m, target, true)?;
    k.may_mount()?;
    if flags & MS_NOUSER != 0 {
        return Err(Errno::EINVAL);
    }
    let namespace = k.process.namespace.clone();
    let kept = flags & MS_KEPT & if flags & MS_STRICTATIME != 0 { !MS_NOATIME } else { u32::MAX };
    if flags & MS_REMOUNT != 0 {
        let here_alone = flags & MS_BIND != 0;
        if flags & MS_RDONLY != 0 && namespace.may_be_changed(&at).is_ok() && is_written(k, &at, here_alone) {
            return Err(Errno::EBUSY);
        }
        if !here_alone {
            namespace.may_be_changed(&at)?;
            filesystems::reconfigure(k, &at, &options)?;
        }
        return namespace.remount(&at, kept, here_alone).map(|()| 0);
    }
    if flags & (MS_BIND | MS_MOVE) != 0 {
        let from = if source.as_ref().is_none_or(Vec::is_empty) {
            return Err(Errno::EINVAL);
        } else {
            place(k, m, args[0], true)?
        };
        return match flags & MS_BIND {
            0 => namespace.move_mount(&from, &at).map(|()| 0),
            _ => bind(&namespace, &from, &at, &source.unwrap_or_default(), flags & MS_REC != 0),
        };
    }
    if flags & MS_PROPAGATION != 0 {
        return share(&namespace, &at, flags);
    }
    let kind = kind.ok_or(Errno::EINVAL)?;
    let New { node, options } = filesystems::create(k, m, &kind, &options, flags & MS_RDONLY != 0)?;
    let source = source.as_deref().unwrap_or(b"none");
    namespace.mount(&at, NewMount { node, source, flags: kept, options, groups: [0; 2] }).map(|_| 0)
}

/// Whether somebody has a file open for writing by the mount at a place, or anywhere in its filesystem.
fn is_written(k: &Kernel, at: &PlaceHandle, here_alone: bool) -> bool {
    let is_there = |place: &PlaceHandle| match here_alone {
        true => place.mount_number() == at.mount_number(),
        false => place.node().identity().0 == at.node().identity().0,
    };
    k.all_processes().any(|process| {
        let descriptors = process.descriptors();
        descriptors.numbers().into_iter().filter_map(|number| descriptors.get(number).ok()).any(|open| {
            let open = lock(&open);
            open.writable().is_ok() && open.place.file_type() == FileType::File && is_there(&open.place)
        })
    })
}

/// What is elsewhere in the tree is at a place too, and may be used as it may there; with what is mounted below, if that is
/// wanted.
fn bind(namespace: &Namespace, from: &PlaceHandle, at: &PlaceHandle, source: &[u8], below: bool) -> Answer {
    let flags = from.mount_point().flags();
    if flags & MS_UNBINDABLE != 0 {
        return Err(Errno::EINVAL);
    }
    let (node, groups) = (from.node().clone(), from.mount_point().groups());
    let new = namespace.mount(at, NewMount { node, source, flags, options: String::new(), groups })?;
    if below {
        namespace.bind_below(from, &new);
    }
    Ok(0)
}

/// With whom a mount shares what is mounted in it, or that it must not be elsewhere too.
fn share(namespace: &Namespace, at: &PlaceHandle, flags: u32) -> Answer {
    let kind = flags & !(MS_REC | MS_SILENT);
    if kind & !MS_PROPAGATION != 0 || !kind.is_power_of_two() {
        return Err(Errno::EINVAL);
    }
    namespace.share(at, kind, flags & MS_REC != 0).map(|()| 0)
}

pub fn umount(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    umount2(k, m, &[args[0], 0, 0, 0, 0, 0])
}

pub fn umount2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [target, flags, ..] = *args;
    if flags & !UMOUNT_KNOWN != 0 {
        return Err(Errno::EINVAL);
    }
    let expiring = k.process.namespace.expiring();
    let at = place(k, m, target, flags & UMOUNT_NOFOLLOW == 0)?;
    k.may_mount()?;
    if flags & MNT_EXPIRE != 0 {
        if flags & (MNT_FORCE | MNT_DETACH) != 0 || !k.process.namespace.is_mounted(&at) {
            return Err(Errno::EINVAL);
        }
        // It goes when it is asked for a second time, if nobody has come by since.
        if !expiring.contains(&at.mount_number()) {
            at.mount_point().set_expires(true);
            return Err(Errno::EAGAIN);
        }
    }
    k.process.namespace.unmount(at, flags & MNT_DETACH != 0).map(|()| 0)
}

/// Whoever stands in the former root stands in the new one then.
pub fn pivot_root(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [new, old, ..] = *args;
    k.may_mount()?;
    let [new, old] = [place(k, m, new, true)?, place(k, m, old, true)?];
    if [&new, &old].iter().any(|place| place.file_type() != FileType::Directory) {
        return Err(Errno::ENOTDIR);
    }
    let former = k.process.namespace.root();
    if !Arc::ptr_eq(&k.process.root(), &former) {
        return Err(Errno::EINVAL);
    }
    k.process.namespace.pivot(&new, &old)?;
    for process in k.all_processes() {
        let mut standing = process.standing();
        let Standing { directory, root, .. } = &mut *standing;
        for place in [directory, root].into_iter().filter(|place| Arc::ptr_eq(place, &former)) {
            *place = Arc::clone(&new);
        }
    }
    Ok(0)
}
