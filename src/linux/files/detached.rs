//! Mounts that are nowhere in the tree (fsmount(2), open_tree(2)): they are used by their descriptors, and go with them
//! unless they are put into the tree.

use std::sync::Arc;

use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::mount::Mount;
use super::mounting::{NewMount, destination};
use super::namespace::Namespace;
use super::place::{FilePlace, PlaceHandle};

impl Namespace {
    /// Mounts what is new nowhere.
    pub fn mount_nowhere(&self, new: NewMount) -> PlaceHandle {
        let NewMount { node, source, flags, options, groups } = new;
        let number = self.next_mount();
        let place = FilePlace::detached(node, number);
        place.mount_point().set_flags(flags);
        place.mount_point().set_groups(groups);
        let source = String::from_utf8_lossy(source).into_owned().into();
        let mut detached = lock(self.detached());
        // Nobody has what the list alone has.
        detached.retain(|mount| Arc::strong_count(&mount.place) > 1);
        detached.push(Mount {
            place: Arc::clone(&place),
            number,
            parent: number,
            source,
            is_made: true,
            is_locked: false,
            options,
        });
        place
    }

    /// The root of the mount with a number, in the tree or not.
    pub fn numbered(&self, number: u32) -> Option<PlaceHandle> {
        let (mounts, detached) = (lock(self.mounts()), lock(self.detached()));
        let mount = mounts.iter().chain(&*detached).find(|mount| mount.number == number)?;
        Some(Arc::clone(&mount.place))
    }

    /// Puts what is mounted nowhere at a place; what is mounted somewhere goes there from where it was (move_mount(2)).
    pub fn attach(&self, from: &PlaceHandle, to: &PlaceHandle) -> Result<(), Errno> {
        let mut detached = lock(self.detached());
        let Some(index) = detached.iter().position(|mount| Arc::ptr_eq(&mount.place, from)) else {
            drop(detached);
            return self.move_mount(from, to);
        };
        self.owns(to)?;
        let directory = destination(from, to)?;
        let mount = detached.remove(index);
        from.mounted_elsewhere(&directory, &to.name());
        lock(self.mounts()).push(Mount { parent: to.mount_number(), ..mount });
        Ok(())
    }
}
