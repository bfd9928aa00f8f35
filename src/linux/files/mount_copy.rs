//! Another namespace of mounts (mount_namespaces(7)): all that is mounted in one is mounted in a copy of it too, at the
//! same paths. The nodes are the same ones; the places are others, since what is above them is mounted by itself.

use std::collections::HashMap;
use std::sync::Arc;

use crate::linux::abi::administration::MS_UNBINDABLE;
use crate::linux::copy::address;
use crate::linux::errno::Errno;
use crate::linux::process::NamespaceIdentity;
use crate::linux::sync::lock;

use super::mount::Mount;
use super::namespace::Namespace;
use super::place::{FilePlace, PlaceHandle};

/// Bytes that a mount takes of the kernel's memory in a copy.
pub const MOUNT_SIZE: u64 = 2048;

/// Where the roots of mounts are in a copy.
#[derive(Default)]
pub struct MountCopy {
    /// By the addresses of those in the original.
    pairs: HashMap<usize, (PlaceHandle, PlaceHandle)>,
}

impl MountCopy {
    /// The place in the copy that is what a place is in the original, unless it is in no mount of that.
    pub fn counterpart(&self, place: &PlaceHandle) -> Option<PlaceHandle> {
        let known = |place: &PlaceHandle| self.pairs.get(&address(place));
        let mut below = Vec::new();
        let mut found = None;
        for above in place.upwards() {
            found = known(&above).cloned();
            if found.is_some() {
                break;
            }
            below.push(above);
        }
        let (mut old, mut at) = found?;
        for next in below.into_iter().rev() {
            let (name, node) = (next.name(), next.node().clone());
            let new = if next.is_removed() { FilePlace::removed(node, &at, &name) } else { at.adopt(&name, node) };
            if old.mounted_at(&name).is_some_and(|pinned| Arc::ptr_eq(&pinned, &next)) {
                at.pin(&name, &new);
            }
            (old, at) = (next, new);
        }
        Some(at)
    }

    /// Mounts in the copy what a mount has mounted, if it is known already what that is mounted in.
    fn mount(&mut self, namespace: &Namespace, mount: &Mount, locks: bool) -> Option<Mount> {
        let old = &mount.place;
        let (parent, node, number) = (old.parent(), old.node().clone(), namespace.next_mount());
        let place = match Arc::ptr_eq(&parent, old) {
            true => FilePlace::detached(node, number),
            false => self.counterpart(&parent)?.mount(&old.name(), node, number),
        };
        place.mount_point().set_flags(old.mount_point().flags());
        let [peers, master] = old.mount_point().groups();
        // Users with less rights get what others mount, and give nothing.
        place.mount_point().set_groups(if locks && peers != 0 { [0, peers] } else { [peers, master] });
        let parent = if Arc::ptr_eq(&parent, old) { number } else { place.parent().mount_number() };
        self.pairs.insert(address(old), (Arc::clone(old), Arc::clone(&place)));
        let (source, options) = (mount.source.clone(), mount.options.clone());
        let is_locked = mount.is_locked || locks;
        Some(Mount { place, number, parent, source, is_made: mount.is_made, is_locked, options })
    }
}

impl Namespace {
    /// How many bytes a copy takes of the kernel's memory; ENOSPC if there would be too many mounts.
    pub fn size_of_copy(&self) -> Result<u64, Errno> {
        let count = lock(self.mounts()).len();
        if count > self.room_for_mounts() { Err(Errno::ENOSPC) } else { Ok(MOUNT_SIZE * (1 + count as u64)) }
    }

    /// Mounts at a place what is mounted below another one, which is mounted there (mount(2), MS_REC), but for what must not
    /// be elsewhere too.
    pub fn bind_below(&self, from: &PlaceHandle, at: &PlaceHandle) {
        let mut copy = MountCopy { pairs: HashMap::from([(address(from), (Arc::clone(from), Arc::clone(at)))]) };
        let room = self.room_for_mounts();
        let mut mounts = lock(self.mounts());
        let below = |mount: &&Mount| {
            let place = &mount.place;
            let other = !Arc::ptr_eq(place, from) && !place.is_within(at);
            other && place.is_within(from) && place.mount_point().flags() & MS_UNBINDABLE == 0
        };
        let made: Vec<Mount> =
            mounts.iter().filter(below).take(room).filter_map(|mount| copy.mount(self, mount, false)).collect();
        mounts.extend(made.into_iter().map(|mount| Mount { is_made: true, is_locked: false, ..mount }));
    }

    /// A namespace in which all is mounted that is mounted in this one, and where that is. Who locks the mounts lets
    /// nobody take them away there.
    pub fn copied(&self, identity: NamespaceIdentity, locks: bool) -> (Namespace, MountCopy) {
        let (mut copy, mut made) = (MountCopy::default(), Vec::new());
        let mounts = lock(self.mounts());
        let mut rest: Vec<&Mount> = mounts.iter().collect();
        // One that was moved stands behind those that are mounted in it.
        loop {
            let before = rest.len();
            rest.retain(|mount| {
                copy.mount(self, mount, locks).is_none_or(|new| {
                    made.push(new);
                    false
                })
            });
            if rest.is_empty() || rest.len() == before {
                break;
            }
        }
        for (old, new) in copy.pairs.values() {
            let (directory, name) = (old.parent(), old.name());
            if directory.mounted_at(&name).is_some_and(|seen| Arc::ptr_eq(&seen, old)) {
                new.parent().pin(&name, new);
            }
        }
        let root = copy.counterpart(&self.root()).unwrap_or_else(|| self.root());
        drop(mounts);
        (self.beside(identity, root, made), copy)
    }
}
