//! Mounting while the world runs (mount(2), umount2(2)). What the user granted stays where it is.

use std::sync::Arc;

use crate::linux::abi::administration::MS_RDONLY;
use crate::linux::errno::Errno;
use crate::linux::host::{FileTime, FileType};
use crate::linux::sync::lock;

use super::devpts::PtsNode;
use super::mount::Mount;
use super::namespace::Namespace;
use super::node::NodeHandle;
use super::place::{FilePlace, PlaceHandle};
use super::proc::PROC;
use super::pseudo::PseudoNode;
use super::sys::SYSFS;
use super::tree::{Room, TreeFilesystem};

/// The device number of the first filesystem that is mounted while the world runs.
const FIRST_DEVICE: u64 = 0x80;

/// A filesystem in memory that is to be mounted.
#[derive(Clone, Copy, Debug)]
pub struct NewTmpfs {
    /// Permission bits of its root.
    pub mode: u32,
    /// Most pages that it may use, if that was said: never more than all the others.
    pub pages: Option<u64>,
    /// Most nodes that it may have, if that was said.
    pub nodes: Option<u64>,
    /// User and group of its root.
    pub owner: [u32; 2],
    /// Whether nobody may change it.
    pub read_only: bool,
}

/// What is to be mounted.
pub struct NewMount<'a> {
    /// Its root.
    pub node: NodeHandle,
    /// What it is mounted from.
    pub source: &'a [u8],
    /// How it may be used.
    pub flags: u32,
    /// The options of its filesystem, each with a comma before it.
    pub options: String,
    /// The groups with which it shares what is mounted in it.
    pub groups: [u64; 2],
}

impl Namespace {
    /// The root of a new filesystem in memory.
    pub fn new_tmpfs(&self, new: NewTmpfs, now: FileTime) -> NodeHandle {
        let most = self.most_pages();
        let room = Room {
            device: FIRST_DEVICE + self.number(),
            pages: new.pages.map_or(most, |pages| pages.min(most)),
            nodes: Some(new.nodes.unwrap_or(most)),
            contents: self.contents(),
            queues: self.queues(),
            memory: self.memory(),
        };
        let root = TreeFilesystem::owned(room, (new.mode, new.owner), now).root();
        root.set_read_only(new.read_only);
        root
    }

    /// The root of a filesystem of the kernel's own; ENODEV if there is none of that name.
    pub fn kernel_filesystem(&self, name: &[u8]) -> Result<NodeHandle, Errno> {
        match name {
            b"proc" => Ok(PseudoNode::root(&PROC)),
            b"sysfs" => Ok(PseudoNode::root(&SYSFS)),
            b"devpts" => Ok(PtsNode::root(self.terminals())),
            _ => Err(Errno::ENODEV),
        }
    }

    /// Mounts what is new at a place: ENOTDIR unless both are directories or neither is, EBUSY at the root.
    pub fn mount(&self, at: &PlaceHandle, new: NewMount) -> Result<PlaceHandle, Errno> {
        let NewMount { node, source, flags, options, groups } = new;
        if (at.file_type() == FileType::Directory) != (node.file_type() == FileType::Directory) {
            return Err(Errno::ENOTDIR);
        }
        if at.is_removed() {
            return Err(Errno::ENOENT);
        }
        self.owns(at)?;
        let directory = at.parent();
        if Arc::ptr_eq(&directory, at) {
            return Err(Errno::EBUSY);
        }
        if self.room_for_mounts() == 0 {
            return Err(Errno::ENOSPC);
        }
        let number = self.next_mount();
        let place = directory.mount(&at.name(), node, number);
        place.mount_point().set_flags(flags);
        place.mount_point().set_groups(groups);
        let source = String::from_utf8_lossy(source).into_owned().into();
        let parent = at.mount_number();
        let new = Arc::clone(&place);
        lock(self.mounts()).push(Mount { place, number, parent, source, is_made: true, is_locked: false, options });
        self.propagate(at, &new);
        Ok(new)
    }

    /// Changes how a mount may be used and, unless it is for this place alone, whether its filesystem may be changed:
    /// EINVAL if nothing is mounted at the place, EPERM if it is not one of those that were mounted.
    pub fn remount(&self, at: &PlaceHandle, flags: u32, here_alone: bool) -> Result<(), Errno> {
        self.may_be_changed(at)?;
        if !here_alone && !at.node().set_read_only(flags & MS_RDONLY != 0) {
            return Err(Errno::EINVAL);
        }
        at.mount_point().set_flags(flags);
        Ok(())
    }

    /// How many pages a filesystem in memory may use at most: half of what the world has.
    pub fn most_pages(&self) -> u64 {
        self.nameless().filesystem().pages[0]
    }

    /// Sets how many pages the filesystem at a place may use, never more than all the others, and how many nodes; lists of
    /// mounts have these options then.
    pub fn resize(
        &self,
        at: &PlaceHandle,
        [pages, nodes]: [Option<u64>; 2],
        options: impl Fn(&str) -> String,
    ) -> Result<(), Errno> {
        at.node().set_limits([pages.map(|pages| pages.min(self.most_pages())), nodes])?;
        let (mut mounts, mut detached) = (lock(self.mounts()), lock(self.detached()));
        let found = mounts.iter_mut().chain(&mut *detached).find(|mount| Arc::ptr_eq(&mount.place, at));
        found.into_iter().for_each(|mount| mount.options = options(&mount.options));
        Ok(())
    }

    /// Whether a mount, in the tree or not, is one of those that were mounted: EINVAL if nothing is mounted at the
    /// place, EPERM for what the user granted.
    pub fn may_be_changed(&self, at: &PlaceHandle) -> Result<(), Errno> {
        let (mounts, detached) = (lock(self.mounts()), lock(self.detached()));
        let mount = mounts.iter().chain(&*detached).find(|mount| Arc::ptr_eq(&mount.place, at));
        let mount = mount.ok_or(Errno::EINVAL)?;
        if mount.is_made && !mount.is_locked { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// EINVAL unless a place is in a mount of this namespace.
    pub fn owns(&self, at: &PlaceHandle) -> Result<(), Errno> {
        let own = lock(self.mounts()).iter().any(|mount| mount.number == at.mount_number());
        if own { Ok(()) } else { Err(Errno::EINVAL) }
    }

    /// Whether something is mounted at a place.
    pub fn is_mounted(&self, at: &PlaceHandle) -> bool {
        lock(self.mounts()).iter().any(|mount| Arc::ptr_eq(&mount.place, at))
    }

    /// The numbers of the mounts that have been asked to go and were left alone since.
    pub fn expiring(&self) -> Vec<u32> {
        let mounts = lock(self.mounts());
        mounts.iter().filter(|mount| mount.place.mount_point().expires()).map(|mount| mount.number).collect()
    }

    /// Moves what is mounted at a place to another one (MS_MOVE): EINVAL if nothing is, EPERM for what the user granted,
    /// ELOOP for a place within.
    pub fn move_mount(&self, from: &PlaceHandle, to: &PlaceHandle) -> Result<(), Errno> {
        let mut mounts = lock(self.mounts());
        let index = mounts.iter().position(|mount| Arc::ptr_eq(&mount.place, from)).ok_or(Errno::EINVAL)?;
        if !mounts[index].is_made {
            return Err(Errno::EPERM);
        }
        // What is in a mount that is shared would have to be taken away from the others.
        if from.parent().mount_point().groups()[0] != 0 {
            return Err(Errno::EINVAL);
        }
        if mounts[index].is_locked || !mounts.iter().any(|mount| mount.number == to.mount_number()) {
            return Err(Errno::EINVAL);
        }
        let directory = destination(from, to)?;
        let mut moved = mounts.remove(index);
        uncover(&mounts, from);
        from.mounted_elsewhere(&directory, &to.name());
        moved.parent = to.mount_number();
        mounts.push(moved);
        Ok(())
    }

    /// Takes away what is mounted at a place: EINVAL if nothing is, EPERM for what the user granted, EBUSY if somebody
    /// uses it, unless that does not matter.
    pub fn unmount(&self, at: PlaceHandle, lazily: bool) -> Result<(), Errno> {
        let mut mounts = lock(self.mounts());
        let index = mounts.iter().position(|mount| Arc::ptr_eq(&mount.place, &at)).ok_or(Errno::EINVAL)?;
        if mounts[index].is_locked {
            return Err(Errno::EINVAL);
        }
        if Arc::ptr_eq(&at, &self.root()) {
            return Err(if lazily { Errno::EINVAL } else { Errno::EBUSY });
        }
        if !mounts[index].is_made {
            return Err(Errno::EPERM);
        }
        // The list and the caller have it; whoever else does is below, or is a mount there.
        if !lazily && Arc::strong_count(&at) > 2 {
            return Err(Errno::EBUSY);
        }
        let parent = mounts[index].parent;
        take_away(&mut mounts, &at);
        drop(mounts);
        self.withdraw(&at, parent);
        Ok(())
    }
}

/// Takes away what is mounted at a place, and in it.
pub(super) fn take_away(mounts: &mut Vec<Mount>, at: &PlaceHandle) {
    mounts.retain(|mount| !mount.place.is_within(at));
    uncover(mounts, at);
}

/// The directory of a place to which what is mounted at another one may go: ENOTDIR unless both are directories or
/// neither is, EBUSY for the root of all, ELOOP for a place within.
pub(super) fn destination(from: &PlaceHandle, to: &PlaceHandle) -> Result<PlaceHandle, Errno> {
    if (to.file_type() == FileType::Directory) != (from.file_type() == FileType::Directory) {
        return Err(Errno::ENOTDIR);
    }
    let directory = to.parent();
    if Arc::ptr_eq(&directory, to) {
        return Err(Errno::EBUSY);
    }
    if to.is_within(from) { Err(Errno::ELOOP) } else { Ok(directory) }
}

/// What was mounted at a place is gone from there: what it covered is seen again.
pub(super) fn uncover(mounts: &[Mount], at: &PlaceHandle) {
    let (directory, name) = (at.parent(), at.name());
    let is_below = |place: &PlaceHandle| Arc::ptr_eq(&place.parent(), &directory) && place.name() == name;
    let others = mounts.iter().rev().map(|mount| &mount.place).filter(|place| !Arc::ptr_eq(place, at));
    let below = others.into_iter().find(|place| is_below(place));
    directory.unmount(&name, below);
}

impl FilePlace {
    /// Nothing is mounted under a name any more, or what was there before.
    fn unmount(&self, name: &[u8], before: Option<&PlaceHandle>) {
        match before {
            Some(place) => self.pin(name, place),
            None => self.unpin(name),
        }
    }
}
