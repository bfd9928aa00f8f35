//! The nodes of a filesystem in memory.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use crate::linux::abi::files::O_ACCMODE;
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileTime, FileType};
use crate::linux::objects::{FileContents, Object, OpenListing, Pipe, PipeEnd, PipeHandle};
use crate::linux::sync::lock;

use super::super::node::{Asker, Change, FilesystemStatus, LinkTarget, NewNode, Node, NodeHandle};
use super::lower::{LowerFile, LowerKey};
use super::shared::TreeShared;

/// A name that was added to a directory, or taken away from what the host has there.
#[derive(Clone, Debug)]
enum Entry {
    There(Arc<TreeNode>),
    Gone,
}

/// What a node has beside its attributes.
#[derive(Debug)]
enum Body {
    Directory(Mutex<BTreeMap<Vec<u8>, Entry>>),
    File(Mutex<Option<Arc<FileContents>>>),
    Link(Vec<u8>),
    Pipe(PipeHandle),
    Special,
}

/// What can be set, and the number of names.
#[derive(Clone, Copy, Debug)]
struct Attributes {
    mode: u32,
    user: u32,
    group: u32,
    links: u32,
    times: [FileTime; 3],
}

/// A node of a filesystem in memory.
#[derive(Debug)]
pub struct TreeNode {
    me: Weak<TreeNode>,
    shared: Arc<TreeShared>,
    inode: u64,
    file_type: FileType,
    special: u64,
    attributes: Mutex<Attributes>,
    body: Body,
    /// What it was born from.
    lower: Option<(LowerFile, LowerKey)>,
}

impl TreeNode {
    /// A directory without a name and of nobody.
    pub fn directory(shared: &Arc<TreeShared>, mode: u32, now: FileTime) -> NodeHandle {
        let attributes = Attributes { mode, user: 0, group: 0, links: 2, times: [now; 3] };
        TreeNode::new(shared, &NewNode::new(FileType::Directory, mode), attributes)
    }

    fn new(shared: &Arc<TreeShared>, new: &NewNode, attributes: Attributes) -> Arc<TreeNode> {
        let body = match new.file_type {
            FileType::Directory => Body::Directory(Mutex::default()),
            FileType::File => Body::File(Mutex::default()),
            FileType::Link => Body::Link(new.target.to_vec()),
            FileType::Pipe => Body::Pipe(Pipe::create(shared.queues.create())),
            _ => Body::Special,
        };
        Arc::new_cyclic(|me| TreeNode {
            me: me.clone(),
            shared: Arc::clone(shared),
            inode: shared.number(),
            file_type: new.file_type,
            special: new.special,
            attributes: Mutex::new(attributes),
            body,
            lower: None,
        })
    }

    /// The node that a file of the host becomes, or has become.
    pub fn bear(shared: &Arc<TreeShared>, lower: LowerFile) -> Result<NodeHandle, Errno> {
        shared.bear(lower, |lower, status| TreeNode::born(shared, lower, status))
    }

    fn born(shared: &Arc<TreeShared>, lower: LowerFile, status: &FileStatus) -> Result<NodeHandle, Errno> {
        let file_type = status.file_type();
        let body = match file_type {
            FileType::Directory => Body::Directory(Mutex::default()),
            FileType::File => Body::File(Mutex::default()),
            FileType::Link => Body::Link(lower.read_link()?),
            FileType::Pipe => Body::Pipe(Pipe::create(shared.queues.create())),
            _ => Body::Special,
        };
        let (mode, links, times) = (status.mode & 0o7777, status.links, status.times);
        let attributes = Attributes { mode, user: status.uid, group: status.gid, links, times };
        let key = lower.key(status);
        Ok(Arc::new_cyclic(|me| TreeNode {
            me: me.clone(),
            shared: Arc::clone(shared),
            inode: shared.number_of(status),
            file_type,
            special: status.special,
            attributes: Mutex::new(attributes),
            body,
            lower: Some((lower, key)),
        }))
    }

    /// Its attributes, to be changed: it will be kept from now on.
    fn changing(&self) -> MutexGuard<'_, Attributes> {
        if let (Some((_, key)), Some(me)) = (&self.lower, self.me.upgrade()) {
            self.shared.keep(key, me);
        }
        lock(&self.attributes)
    }

    fn touch(&self, now: FileTime) {
        let mut attributes = self.changing();
        (attributes.times[1], attributes.times[2]) = (now, now);
    }

    /// The contents of this file.
    fn contents(&self) -> Result<Arc<FileContents>, Errno> {
        let Body::File(contents) = &self.body else { return Err(Errno::EINVAL) };
        let mut contents = lock(contents);
        if let Some(contents) = &*contents {
            return Ok(Arc::clone(contents));
        }
        let (table, quota) = (&self.shared.contents, &self.shared.quota);
        let made = table.of(self.identity(), || match &self.lower {
            Some((lower, _)) => FileContents::over(lower.open()?, table.releases(), quota),
            None => Ok(FileContents::in_memory(table.releases(), quota)),
        })?;
        *contents = Some(Arc::clone(&made));
        Ok(made)
    }

    fn entries(&self) -> Result<MutexGuard<'_, BTreeMap<Vec<u8>, Entry>>, Errno> {
        match &self.body {
            Body::Directory(entries) => Ok(lock(entries)),
            _ => Err(Errno::ENOTDIR),
        }
    }

    fn find(&self, name: &[u8]) -> Result<Arc<TreeNode>, Errno> {
        match (self.entries()?.get(name), &self.lower) {
            (Some(Entry::There(node)), _) => Ok(Arc::clone(node)),
            (None, Some((lower, _))) => TreeNode::of(&TreeNode::bear(&self.shared, lower.child(name))?),
            _ => Err(Errno::ENOENT),
        }
    }

    /// Gives a node a name in this directory, whatever had it before.
    fn set(&self, name: &[u8], node: Arc<TreeNode>, now: FileTime) -> Result<(), Errno> {
        if node.file_type == FileType::Directory {
            self.changing().links += 1;
        }
        self.entries()?.insert(name.to_vec(), Entry::There(node));
        self.touch(now);
        Ok(())
    }

    /// Takes a name out of this directory.
    fn take(&self, name: &[u8], node: &TreeNode, now: FileTime) -> Result<(), Errno> {
        if node.file_type == FileType::Directory {
            let mut attributes = self.changing();
            attributes.links = attributes.links.saturating_sub(1);
        }
        let below = self.lower.as_ref().is_some_and(|(lower, _)| lower.child(name).status().is_ok());
        let mut entries = self.entries()?;
        match below {
            true => drop(entries.insert(name.to_vec(), Entry::Gone)),
            false => drop(entries.remove(name)),
        }
        drop(entries);
        self.touch(now);
        Ok(())
    }

    /// A name of this node was removed.
    fn unnamed(&self, now: FileTime) {
        let directory = self.file_type == FileType::Directory;
        let left = {
            let mut attributes = self.changing();
            attributes.links = if directory { 0 } else { attributes.links.saturating_sub(1) };
            attributes.times[2] = now;
            attributes.links
        };
        if let (0, Some((_, key))) = (left, &self.lower) {
            self.shared.forget(key);
        }
    }

    fn is_empty(&self, asker: &Asker) -> Result<bool, Errno> {
        Ok(self.list(asker)?.is_empty())
    }

    /// ENOTDIR, EISDIR or ENOTEMPTY unless the node may go.
    fn removable(&self, asker: &Asker, directory: bool) -> Result<(), Errno> {
        match (self.file_type == FileType::Directory, directory) {
            (true, false) => Err(Errno::EISDIR),
            (false, true) => Err(Errno::ENOTDIR),
            (true, true) if !self.is_empty(asker)? => Err(Errno::ENOTEMPTY),
            _ => Ok(()),
        }
    }

    fn of(node: &NodeHandle) -> Result<Arc<TreeNode>, Errno> {
        let node = node.as_any().downcast_ref::<TreeNode>().ok_or(Errno::EXDEV)?;
        node.me.upgrade().ok_or(Errno::ENOENT)
    }

    fn make(&self, asker: &Asker, new: &NewNode, links: u32) -> Arc<TreeNode> {
        let parent = *lock(&self.attributes);
        let inherits = parent.mode & 0o2000 != 0;
        let group = if inherits { parent.group } else { asker.credentials.gid };
        let directory = new.file_type == FileType::Directory;
        let mode = new.mode & 0o7777 | if inherits && directory { 0o2000 } else { 0 };
        let attributes = Attributes { mode, user: asker.credentials.uid, group, links, times: [asker.now; 3] };
        TreeNode::new(&self.shared, new, attributes)
    }
}

impl Node for TreeNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn identity(&self) -> (u64, u64) {
        (self.shared.device, self.inode)
    }

    fn file_type(&self) -> FileType {
        self.file_type
    }

    fn filesystem(&self) -> FilesystemStatus {
        self.shared.filesystem()
    }

    fn status(&self, _: &Asker) -> Result<FileStatus, Errno> {
        let Attributes { mode, user, group, links, mut times } = *lock(&self.attributes);
        let (mut size, mut blocks) = (4096, 8);
        match &self.body {
            Body::File(contents) => {
                let contents = lock(contents).clone();
                (size, blocks) = match (contents, &self.lower) {
                    (Some(contents), lower) => {
                        if let Some(now) = contents.modified() {
                            (times[1], times[2]) = (now.max(times[1]), now.max(times[2]));
                        }
                        let size = contents.size()?;
                        (size, if lower.is_some() { size.div_ceil(512) } else { 8 * contents.resident_pages() })
                    }
                    (None, Some((lower, _))) => lower.status().map(|status| (status.size, status.blocks))?,
                    (None, None) => (0, 0),
                };
            }
            Body::Link(target) => (size, blocks) = (target.len() as u64, 0),
            Body::Pipe(_) | Body::Special => (size, blocks) = (0, 0),
            Body::Directory(_) => {}
        }
        let (device, inode) = self.identity();
        let mode = self.file_type.mode() | mode;
        let special = self.special;
        Ok(FileStatus {
            device,
            inode,
            mode,
            links,
            uid: user,
            gid: group,
            special,
            size,
            block_size: 4096,
            blocks,
            times,
        })
    }

    fn lookup(&self, _: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        Ok(self.find(name)?)
    }

    fn list(&self, _: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let entries = self.entries()?.clone();
        let mut list: Vec<DirectoryEntry> = match &self.lower {
            // A directory that was removed on the host has nothing in it.
            Some((lower, _)) => lower.list().unwrap_or_default(),
            None => Vec::new(),
        };
        list.retain(|entry| !entries.contains_key(&entry.name));
        for (name, entry) in entries {
            if let Entry::There(node) = entry {
                list.push(DirectoryEntry { inode: node.inode, file_type: node.file_type, name });
            }
        }
        list.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(list)
    }

    fn target(&self, _: &Asker) -> Result<LinkTarget, Errno> {
        match &self.body {
            Body::Link(target) => Ok(LinkTarget::Path(target.clone())),
            _ => Err(Errno::EINVAL),
        }
    }

    fn open(&self, _: &Asker, flags: u32) -> Result<Object, Errno> {
        let access = flags & O_ACCMODE;
        Ok(match &self.body {
            Body::File(_) => {
                if access != 0 {
                    drop(self.changing());
                }
                Object::Regular(self.contents()?)
            }
            Body::Directory(_) => Object::Directory(OpenListing::default()),
            Body::Pipe(pipe) => Object::Pipe(PipeEnd::open(pipe, access != 1, access != 0)),
            Body::Link(_) => return Err(Errno::ELOOP),
            Body::Special => return Err(Errno::ENXIO),
        })
    }

    fn fifo(&self) -> Option<&PipeHandle> {
        if let Body::Pipe(pipe) = &self.body { Some(pipe) } else { None }
    }

    fn create(&self, asker: &Asker, name: &[u8], new: &NewNode) -> Result<NodeHandle, Errno> {
        if self.find(name).is_ok() {
            return Err(Errno::EEXIST);
        }
        let node = self.make(asker, new, if new.file_type == FileType::Directory { 2 } else { 1 });
        self.set(name, Arc::clone(&node), asker.now)?;
        Ok(node)
    }

    fn create_nameless(&self, asker: &Asker, mode: u32) -> Result<NodeHandle, Errno> {
        Ok(self.make(asker, &NewNode::new(FileType::File, mode), 0))
    }

    fn link(&self, asker: &Asker, name: &[u8], node: &NodeHandle) -> Result<(), Errno> {
        let node = TreeNode::of(node)?;
        if !Arc::ptr_eq(&node.shared, &self.shared) {
            return Err(Errno::EXDEV);
        }
        {
            let mut attributes = node.changing();
            attributes.links += 1;
            attributes.times[2] = asker.now;
        }
        self.set(name, node, asker.now)
    }

    fn unlink(&self, asker: &Asker, name: &[u8], directory: bool) -> Result<(), Errno> {
        let node = self.find(name)?;
        node.removable(asker, directory)?;
        self.take(name, &node, asker.now)?;
        node.unnamed(asker.now);
        Ok(())
    }

    fn rename(&self, asker: &Asker, name: &[u8], to: &NodeHandle, new: &[u8], exchange: bool) -> Result<(), Errno> {
        let to = TreeNode::of(to)?;
        if !Arc::ptr_eq(&to.shared, &self.shared) {
            return Err(Errno::EXDEV);
        }
        let node = self.find(name)?;
        let target = match to.find(new) {
            Err(Errno::ENOENT) if !exchange => None,
            found => Some(found?),
        };
        if let Some(target) = target {
            if Arc::ptr_eq(&node, &target) {
                return Ok(());
            }
            if !exchange {
                target.removable(asker, node.file_type == FileType::Directory)?;
            }
            to.take(new, &target, asker.now)?;
            if exchange {
                self.take(name, &node, asker.now)?;
                self.set(name, target, asker.now)?;
                return to.set(new, node, asker.now);
            }
            target.unnamed(asker.now);
        }
        self.take(name, &node, asker.now)?;
        node.changing().times[2] = asker.now;
        to.set(new, node, asker.now)
    }

    fn change(&self, asker: &Asker, change: &Change) -> Result<(), Errno> {
        let mut attributes = self.changing();
        attributes.mode = change.mode.map_or(attributes.mode, |mode| mode & 0o7777);
        attributes.user = change.user.unwrap_or(attributes.user);
        attributes.group = change.group.unwrap_or(attributes.group);
        for (time, new) in attributes.times.iter_mut().zip(change.times) {
            *time = new.unwrap_or(*time);
        }
        attributes.times[2] = asker.now;
        if let (Body::File(contents), Some(_)) = (&self.body, change.times[1]) {
            lock(contents).iter().for_each(|contents| contents.forget_modified());
        }
        Ok(())
    }

    fn withholds(&self) -> bool {
        self.shared.withholds
    }
}
