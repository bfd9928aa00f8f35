//! Another root of all (pivot_root(2)): a mount becomes it, and the former root is mounted in that.

use std::sync::Arc;

use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::mounting::uncover;
use super::namespace::Namespace;
use super::place::PlaceHandle;

impl Namespace {
    /// Makes the mount at a place the root, and mounts the former one at a place in it, which may be its root: nobody finds
    /// it there then. EBUSY if one of them is in the mount that is the root, EINVAL for what is no mount, is shared, or
    /// does not lie in the other. In the first namespace what was granted stays where it is: EINVAL.
    pub fn pivot(&self, new: &PlaceHandle, old: &PlaceHandle) -> Result<(), Errno> {
        let root = self.root();
        let shares = |place: &PlaceHandle| place.mount_point().groups()[0] != 0;
        if shares(old) || shares(&new.parent()) {
            return Err(Errno::EINVAL);
        }
        self.owns(new)?;
        self.owns(old)?;
        if new.is_removed() {
            return Err(Errno::ENOENT);
        }
        if [new, old].iter().any(|place| place.mount_number() == root.mount_number()) {
            return Err(Errno::EBUSY);
        }
        let mut mounts = lock(self.mounts());
        let find = |place: &PlaceHandle| mounts.iter().position(|mount| Arc::ptr_eq(&mount.place, place));
        let (Some(at), Some(former)) = (find(new), find(&root)) else { return Err(Errno::EINVAL) };
        let may = !mounts[at].is_locked && !self.identity().is_first();
        if !may || !old.is_within(new) || !new.is_within(&root) {
            return Err(Errno::EINVAL);
        }
        // What locked the former root locks the new one.
        (mounts[at].parent, mounts[at].is_locked) = (mounts[at].number, mounts[former].is_locked);
        (mounts[former].is_made, mounts[former].is_locked) = (true, false);
        mounts[former].parent = old.mount_number();
        uncover(&mounts, new);
        if !Arc::ptr_eq(new, old) {
            root.mounted_elsewhere(&old.parent(), &old.name());
        }
        new.mounted_as_root();
        self.set_root(new);
        Ok(())
    }
}
