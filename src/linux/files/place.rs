//! Places: nodes where somebody found them (dentries of Linux). A place has a name and a parent, so
//! that `..` and the path follow from it; renaming a directory moves the places below along.

mod copy;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, Weak};

use crate::linux::abi::status::ANON_INODE_FS_MAGIC;
use crate::linux::errno::Errno;
use crate::linux::host::FileType;
use crate::linux::objects::Departure;
use crate::linux::sync::lock;

use super::mount_point::MountPoint;
use super::node::{Asker, NodeHandle};

/// A place, shared by all who are there.
pub type PlaceHandle = Arc<FilePlace>;

/// Where a place is.
#[derive(Debug)]
struct Situation {
    /// The parent; `None` for the root and for what has no path, such as pipes.
    parent: Option<PlaceHandle>,
    name: Vec<u8>,
    removed: bool,
    /// Who is told when nobody is there any more.
    departure: Option<Departure>,
}

/// A node, and where it is.
pub struct FilePlace {
    node: NodeHandle,
    /// The mount that it belongs to.
    mount: Arc<MountPoint>,
    situation: Mutex<Situation>,
    /// Places below that somebody uses.
    known: Mutex<BTreeMap<Vec<u8>, Weak<FilePlace>>>,
    /// Names below that are mount points, or lead to some, whatever the node has under them.
    mounted: Mutex<BTreeMap<Vec<u8>, Weak<FilePlace>>>,
}

impl fmt::Debug for FilePlace {
    /// Not what is above and below: nearly everything is somewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Situation { name, removed, departure, .. } = &*lock(&self.situation);
        let node = self.node.identity();
        let situation = (node, self.mount.number(), String::from_utf8_lossy(name), removed, departure.is_some());
        f.debug_tuple("FilePlace").field(&situation).finish()
    }
}

/// The places above go one after another, however many: the host's stack is not as deep.
impl Drop for FilePlace {
    fn drop(&mut self) {
        let mut above = lock(&self.situation).parent.take();
        while let Some(place) = above.and_then(Arc::into_inner) {
            above = lock(&place.situation).parent.take();
        }
    }
}

impl FilePlace {
    fn new(node: NodeHandle, mount: Arc<MountPoint>, parent: Option<PlaceHandle>, name: &[u8]) -> PlaceHandle {
        let situation = Mutex::new(Situation { parent, name: name.to_vec(), removed: false, departure: None });
        Arc::new(FilePlace { node, mount, situation, known: Mutex::default(), mounted: Mutex::default() })
    }

    /// A root directory.
    pub fn root(node: NodeHandle) -> PlaceHandle {
        FilePlace::new(node, MountPoint::new(1), None, b"/")
    }

    /// The root of a mount that is nowhere yet.
    pub fn detached(node: NodeHandle, number: u32) -> PlaceHandle {
        FilePlace::new(node, MountPoint::new(number), None, b"/")
    }

    /// A place without a path; its name is all that there is to tell, such as `pipe:[7]`.
    pub fn nameless(node: NodeHandle, name: &[u8]) -> PlaceHandle {
        FilePlace::new(node, MountPoint::new(0), None, name)
    }

    /// A place in a directory whose name was removed, or never given.
    pub fn removed(node: NodeHandle, directory: &PlaceHandle, name: &[u8]) -> PlaceHandle {
        let place = FilePlace::new(node, Arc::clone(&directory.mount), Some(Arc::clone(directory)), name);
        lock(&place.situation).removed = true;
        place
    }

    /// What is there.
    pub fn node(&self) -> &NodeHandle {
        &self.node
    }

    /// The number of the mount that it belongs to.
    pub fn mount_number(&self) -> u32 {
        self.mount.number()
    }

    /// The mount that it belongs to.
    pub fn mount_point(&self) -> &Arc<MountPoint> {
        &self.mount
    }

    /// What it is.
    pub fn file_type(&self) -> FileType {
        self.node.file_type()
    }

    /// Whether it is what the kernel keeps for a descriptor, and of no type then.
    pub fn is_typeless(&self) -> bool {
        self.node.filesystem().magic == ANON_INODE_FS_MAGIC
    }

    /// The parent; the root is its own.
    pub fn parent(self: &Arc<FilePlace>) -> PlaceHandle {
        lock(&self.situation).parent.clone().unwrap_or_else(|| Arc::clone(self))
    }

    /// The directory that has its name: not of the root of a mount, nor of what has no path.
    pub fn directory(&self) -> Option<PlaceHandle> {
        lock(&self.situation).parent.clone().filter(|parent| parent.mount.number() == self.mount.number())
    }

    /// Its name in the parent.
    pub fn name(&self) -> Vec<u8> {
        lock(&self.situation).name.clone()
    }

    /// Whether its name was removed.
    pub fn is_removed(&self) -> bool {
        lock(&self.situation).removed
    }

    /// Lets somebody be told when nobody is there any more.
    pub fn at_end(&self, departure: Departure) {
        lock(&self.situation).departure = Some(departure);
    }

    /// The place that has a name in this directory.
    pub fn child(self: &Arc<FilePlace>, asker: &Asker, name: &[u8]) -> Result<PlaceHandle, Errno> {
        if let Some(mounted) = self.mounted_at(name) {
            mounted.mount.set_expires(false);
            return Ok(mounted);
        }
        let node = self.node.lookup(asker, name)?;
        Ok(self.adopt(name, node))
    }

    /// The place below under a name at which a node is.
    pub fn adopt(self: &Arc<FilePlace>, name: &[u8], node: NodeHandle) -> PlaceHandle {
        let mut known = lock(&self.known);
        let same = |place: &PlaceHandle| node.identity().1 != 0 && place.node.identity() == node.identity();
        if let Some(place) = known.get(name).and_then(Weak::upgrade).filter(same) {
            return place;
        }
        if known.len().is_power_of_two() {
            known.retain(|_, place| place.strong_count() > 0);
        }
        let place = FilePlace::new(node, Arc::clone(&self.mount), Some(Arc::clone(self)), name);
        known.insert(name.to_vec(), Arc::downgrade(&place));
        place
    }

    /// What is mounted under a name.
    pub fn mounted_at(&self, name: &[u8]) -> Option<PlaceHandle> {
        lock(&self.mounted).get(name).and_then(Weak::upgrade)
    }

    /// The names of mount points in this directory, and what is there.
    pub fn mount_points(&self) -> Vec<(Vec<u8>, PlaceHandle)> {
        let mounted = lock(&self.mounted);
        mounted.iter().filter_map(|(name, place)| Some((name.clone(), place.upgrade()?))).collect()
    }

    /// Puts a node under a name, over whatever this directory has there. It stays as long as somebody
    /// holds the place.
    pub fn mount(self: &Arc<FilePlace>, name: &[u8], node: NodeHandle, number: u32) -> PlaceHandle {
        let place = FilePlace::new(node, MountPoint::new(number), Some(Arc::clone(self)), name);
        lock(&self.mounted).insert(name.to_vec(), Arc::downgrade(&place));
        place
    }

    /// A directory below leads to mount points: it stays where it is, whatever becomes of its node.
    pub fn pin(&self, name: &[u8], place: &PlaceHandle) {
        lock(&self.mounted).insert(name.to_vec(), Arc::downgrade(place));
    }

    /// Nothing stays under a name any more.
    pub fn unpin(&self, name: &[u8]) {
        lock(&self.mounted).remove(name);
    }

    /// What is mounted here is under a name of another directory now.
    pub fn mounted_elsewhere(self: &Arc<FilePlace>, to: &PlaceHandle, name: &[u8]) {
        let mut situation = lock(&self.situation);
        (situation.parent, situation.name) = (Some(Arc::clone(to)), name.to_vec());
        drop(situation);
        to.pin(name, self);
    }

    /// What is mounted here is the root of all now.
    pub fn mounted_as_root(&self) {
        let mut situation = lock(&self.situation);
        (situation.parent, situation.name) = (None, b"/".to_vec());
    }

    /// A name in this directory was removed.
    pub fn forget(&self, name: &[u8]) {
        if let Some(place) = lock(&self.known).remove(name).and_then(|place| place.upgrade()) {
            lock(&place.situation).removed = true;
        }
    }

    /// A name in this directory became another one, maybe in another directory.
    pub fn moved(&self, name: &[u8], to: &PlaceHandle, new: &[u8]) {
        to.forget(new);
        let Some(weak) = lock(&self.known).remove(name) else { return };
        if let Some(place) = weak.upgrade() {
            let mut situation = lock(&place.situation);
            (situation.parent, situation.name) = (Some(Arc::clone(to)), new.to_vec());
        }
        lock(&to.known).insert(new.to_vec(), weak);
    }

    /// Two names became each other's.
    pub fn exchanged(self: &Arc<FilePlace>, name: &[u8], to: &PlaceHandle, new: &[u8]) {
        let other = lock(&to.known).remove(new);
        self.moved(name, to, new);
        let Some(other) = other else { return };
        if let Some(place) = other.upgrade() {
            let mut situation = lock(&place.situation);
            (situation.parent, situation.name) = (Some(Arc::clone(self)), name.to_vec());
        }
        lock(&self.known).insert(name.to_vec(), other);
    }

    /// This place and all above it.
    pub fn upwards(self: &Arc<FilePlace>) -> impl Iterator<Item = PlaceHandle> {
        let parent = |place: &PlaceHandle| lock(&place.situation).parent.clone();
        std::iter::successors(Some(Arc::clone(self)), parent)
    }

    /// Whether it is `other`, or below it.
    pub fn is_within(self: &Arc<FilePlace>, other: &PlaceHandle) -> bool {
        self.upwards().any(|place| Arc::ptr_eq(&place, other))
    }

    /// Its path from a root directory on, with ` (deleted)` after it if its name was removed.
    pub fn path(self: &Arc<FilePlace>, root: &PlaceHandle) -> Vec<u8> {
        let (mut names, mut reached) = (Vec::new(), false);
        for place in self.upwards() {
            reached = Arc::ptr_eq(&place, root);
            if reached {
                break;
            }
            names.push(place.name());
        }
        if !reached && self.mount.number() == 0 {
            return self.name();
        }
        if !reached {
            // The topmost name is the slash of the world's root.
            names.pop();
        }
        names.reverse();
        let mut path = if reached { Vec::new() } else { b"(unreachable)".to_vec() };
        if names.is_empty() {
            path.push(b'/');
        }
        names.iter().for_each(|name| path.extend([b"/".as_slice(), name].concat()));
        if self.is_removed() {
            path.extend(b" (deleted)");
        }
        path
    }
}
