//! Mounts that share what is mounted in them (mount_namespaces(7), "Shared subtrees"): with the others of their group, in
//! whatever namespace, or only from them to those that follow them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::linux::abi::administration::{MS_SHARED, MS_SLAVE, MS_UNBINDABLE};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::mount::Mount;
use super::mount_point::MountPoint;
use super::mounting::take_away;
use super::namespace::{MountList, Namespace};
use super::place::PlaceHandle;

/// A mount that gets what is mounted in another one.
struct Receiver {
    /// What is mounted where it is.
    list: MountList,
    /// Its root.
    root: PlaceHandle,
    /// The groups of what it gets.
    groups: [u64; 2],
}

impl Namespace {
    /// Changes with whom the mount at a place shares what is mounted in it, and those below: EINVAL if nothing is mounted
    /// there.
    pub fn share(&self, at: &PlaceHandle, kind: u32, below: bool) -> Result<(), Errno> {
        if !self.is_mounted(at) {
            return Err(Errno::EINVAL);
        }
        let places: Vec<PlaceHandle> = lock(self.mounts()).iter().map(|mount| Arc::clone(&mount.place)).collect();
        let meant = places.iter().filter(|place| Arc::ptr_eq(place, at) || below && place.is_within(at));
        for point in meant.map(|place| place.mount_point()) {
            let [peers, master] = point.groups();
            point.set_groups(match kind {
                MS_SHARED if peers == 0 => [self.next_mount().into(), master],
                MS_SHARED => [peers, master],
                MS_SLAVE if peers != 0 && self.has_others(point) => [0, peers],
                MS_SLAVE => [0, master],
                _ => [0; 2],
            });
            point.set_flags(point.flags() & !MS_UNBINDABLE | kind & MS_UNBINDABLE);
        }
        Ok(())
    }

    /// Whether others are in the group of a mount.
    fn has_others(&self, point: &MountPoint) -> bool {
        let is_other = |other: &MountPoint| other.number() != point.number() && other.groups()[0] == point.groups()[0];
        self.everywhere().iter().any(|list| lock(list).iter().any(|mount| is_other(mount.place.mount_point())))
    }

    /// Who gets what is mounted in a mount and is in these groups there.
    fn receivers(&self, from: &MountPoint, groups: [u64; 2]) -> Vec<Receiver> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::from([0]));
        let mut rest = VecDeque::from([(from.groups()[0], groups)]);
        while let Some((group, groups)) = rest.pop_front() {
            if !seen.insert(group) {
                continue;
            }
            for list in self.everywhere() {
                for Mount { place: root, .. } in lock(&list).iter() {
                    let ([peers, master], number) = (root.mount_point().groups(), root.mount_number());
                    let groups = match (peers == group, master == group) {
                        (true, _) => groups,
                        (_, true) if peers == 0 => [0, groups[0]],
                        (_, true) => {
                            rest.push_back((peers, [self.next_mount().into(), groups[0]]));
                            continue;
                        }
                        _ => continue,
                    };
                    if number != from.number() {
                        found.push(Receiver { list: Arc::clone(&list), root: Arc::clone(root), groups });
                    }
                }
            }
        }
        found
    }

    /// Something is mounted at a place now: it is for others too, if the mount that the place is in is shared.
    pub(super) fn propagate(&self, at: &PlaceHandle, new: &PlaceHandle) {
        let (from, point) = (at.mount_point(), new.mount_point());
        if from.groups()[0] == 0 {
            return;
        }
        let [peers, master] = point.groups();
        let peers = if peers == 0 { self.next_mount().into() } else { peers };
        let receivers = self.receivers(from, [peers, master]);
        point.set_groups([peers, master]);
        let told = lock(self.mounts()).iter().find(|mount| Arc::ptr_eq(&mount.place, new)).map(Mount::told);
        let (source, options) = told.unwrap_or_default();
        let room = self.room_for_mounts();
        for Receiver { list, root, groups } in receivers.into_iter().take(room) {
            // One that is mounted in a mount that it is a copy of does not get itself.
            let Some(target) = counterpart(at, &root).filter(|_| !Arc::ptr_eq(&root, new)) else { continue };
            let (directory, number) = (target.parent(), self.next_mount());
            if Arc::ptr_eq(&directory, &target) {
                continue;
            }
            let place = directory.mount(&target.name(), new.node().clone(), number);
            place.mount_point().set_flags(point.flags());
            place.mount_point().set_groups(groups);
            let (parent, source, options) = (target.mount_number(), source.clone(), options.clone());
            lock(&list).push(Mount { place, number, parent, source, is_made: true, is_locked: false, options });
        }
    }

    /// Something is mounted no more that was mounted in the mount with a number: it goes from others too, if that is
    /// shared.
    pub(super) fn withdraw(&self, gone: &PlaceHandle, parent: u32) {
        let (directory, name) = (gone.parent(), gone.name());
        let found = lock(self.mounts()).iter().find(|mount| mount.number == parent).map(|mount| mount.place.clone());
        let Some(above) = found.filter(|place| place.mount_point().groups()[0] != 0) else { return };
        for Receiver { list, root, .. } in self.receivers(above.mount_point(), [0; 2]) {
            // It was on the root of the other mount, or somewhere in it.
            let place = match directory.mount_number() == parent {
                true => counterpart(&directory, &root).and_then(|directory| directory.mounted_at(&name)),
                false => root.parent().mounted_at(&root.name()),
            };
            let mut mounts = lock(&list);
            let is_there = |place: &PlaceHandle| {
                mounts.iter().any(|mount| mount.is_made && !mount.is_locked && Arc::ptr_eq(&mount.place, place))
            };
            if let Some(place) = place.filter(|place| is_there(place) && !Arc::ptr_eq(place, &root)) {
                take_away(&mut mounts, &place);
            }
        }
    }
}

/// The place in another mount, with this root, that is what a place is in its own. There is none if that is not below the
/// same root.
fn counterpart(at: &PlaceHandle, root: &PlaceHandle) -> Option<PlaceHandle> {
    let mut below = Vec::new();
    for above in at.upwards().take_while(|place| place.mount_number() == at.mount_number()) {
        if above.node().identity() == root.node().identity() {
            let descend = |at: PlaceHandle, next: PlaceHandle| at.adopt(&next.name(), next.node().clone());
            return Some(below.into_iter().rev().fold(Arc::clone(root), descend));
        }
        below.push(above);
    }
    None
}
