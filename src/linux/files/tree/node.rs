//! The nodes of a filesystem in memory: what they have, and how they come to be. Their names in directories
//! are in `names`, what can be done with them in `operations`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileTime, FileType};
use crate::linux::objects::contents::NodeShare;
use crate::linux::objects::{FileContents, Pipe, PipeHandle};
use crate::linux::sync::lock;
use crate::linux::world::Charge;

use super::super::devices::Device;
use super::super::node::{Asker, NewNode, Node, NodeHandle};
use super::extended::ExtendedAttributes;
use super::lower::{LowerFile, LowerKey};
use super::shared::TreeShared;

/// A name that was added to a directory, or taken away from what the host has there.
#[derive(Clone, Debug)]
pub enum NameEntry {
    /// Added.
    There(Arc<TreeNode>),
    /// Taken away.
    Gone,
}

/// What a node has beside its attributes.
#[derive(Debug)]
pub enum Body {
    /// Names that differ from what the host has.
    Directory(Mutex<BTreeMap<Vec<u8>, NameEntry>>),
    /// Contents, once somebody has opened it.
    File(Mutex<Option<Arc<FileContents>>>),
    /// Where it leads.
    Link(Vec<u8>),
    /// Bytes under way.
    Pipe(PipeHandle),
    /// A device or socket, which cannot be opened here.
    Special,
}

impl Body {
    /// That of a new node; `target` is where a link leads.
    fn new(shared: &TreeShared, file_type: FileType, target: Vec<u8>) -> Result<Body, Errno> {
        Ok(match file_type {
            FileType::Directory => Body::Directory(Mutex::default()),
            FileType::File => Body::File(Mutex::default()),
            FileType::Link => Body::Link(target),
            FileType::Pipe => Body::Pipe(Pipe::create(shared.queues.create(), &shared.memory)?),
            _ => Body::Special,
        })
    }
}

/// What can be set, and the number of names.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    /// Permission bits.
    pub mode: u32,
    /// The owner.
    pub user: u32,
    /// The group.
    pub group: u32,
    /// Names.
    pub links: u32,
    /// Whether it has lost its last name, or may never get one.
    pub stays_nameless: bool,
    /// `FS_` flags that a program has set: what must not be done with it.
    pub marks: u32,
    /// Of the last access, change of contents, and change of attributes.
    pub times: [FileTime; 3],
}

/// Bytes of the kernel's memory that a node takes, and a further name of it: with room for the longest name.
const NODE_SIZE: u64 = 1024;
pub(super) const NAME_SIZE: u64 = 512;

/// A node of a filesystem in memory.
#[derive(Debug)]
pub struct TreeNode {
    pub(super) me: Weak<TreeNode>,
    pub(super) shared: Arc<TreeShared>,
    pub(super) inode: u64,
    pub(super) file_type: FileType,
    pub(super) special: u64,
    pub(super) attributes: Mutex<Attributes>,
    pub(super) extended: Mutex<ExtendedAttributes>,
    pub(super) body: Body,
    /// What it was born from.
    pub(super) lower: Option<(LowerFile, LowerKey)>,
    /// The kernel's memory that it takes, and its names.
    pub(super) charges: Mutex<Vec<(Charge, NodeShare)>>,
}

impl TreeNode {
    /// A directory without a name.
    pub fn directory(shared: &Arc<TreeShared>, (mode, [user, group]): (u32, [u32; 2]), now: FileTime) -> NodeHandle {
        let attributes = Attributes { mode, user, group, links: 2, stays_nameless: false, marks: 0, times: [now; 3] };
        let body = Body::Directory(Mutex::default());
        TreeNode::assemble(shared, (FileType::Directory, 0), shared.number(), attributes, body, None)
    }

    fn new(shared: &Arc<TreeShared>, new: &NewNode, attributes: Attributes) -> Result<Arc<TreeNode>, Errno> {
        let share = shared.quota.take_node()?;
        let charge = shared.memory.charge(NODE_SIZE + new.target.len() as u64)?;
        let body = Body::new(shared, new.file_type, new.target.to_vec())?;
        let node = TreeNode::assemble(shared, (new.file_type, new.special), shared.number(), attributes, body, None);
        lock(&node.charges).push((charge, share));
        Ok(node)
    }

    /// The node that a file of the host becomes, or has become.
    pub fn bear(shared: &Arc<TreeShared>, lower: LowerFile) -> Result<NodeHandle, Errno> {
        shared.bear(lower, |lower, status| TreeNode::born(shared, lower, status))
    }

    fn born(shared: &Arc<TreeShared>, lower: LowerFile, status: &FileStatus) -> Result<NodeHandle, Errno> {
        let file_type = status.file_type();
        let target = if file_type == FileType::Link { lower.read_link()? } else { Vec::new() };
        let body = Body::new(shared, file_type, target)?;
        let (mode, links, times) = (status.mode & 0o7777, status.links, status.times);
        let attributes =
            Attributes { mode, user: status.uid, group: status.gid, links, stays_nameless: false, marks: 0, times };
        let (inode, key) = (shared.number_of(status), lower.key(status));
        Ok(TreeNode::assemble(shared, (file_type, status.special), inode, attributes, body, Some((lower, key))))
    }

    fn assemble(
        shared: &Arc<TreeShared>,
        (file_type, special): (FileType, u64),
        inode: u64,
        attributes: Attributes,
        body: Body,
        lower: Option<(LowerFile, LowerKey)>,
    ) -> Arc<TreeNode> {
        Arc::new_cyclic(|me| TreeNode {
            me: me.clone(),
            shared: Arc::clone(shared),
            inode,
            file_type,
            special,
            attributes: Mutex::new(attributes),
            extended: Mutex::default(),
            body,
            lower,
            charges: Mutex::default(),
        })
    }

    /// Its attributes, to be changed: it will be kept from now on.
    pub(super) fn changing(&self) -> MutexGuard<'_, Attributes> {
        if let (Some((_, key)), Some(me)) = (&self.lower, self.me.upgrade()) {
            self.shared.keep(key, me);
        }
        lock(&self.attributes)
    }

    pub(super) fn touch(&self, now: FileTime) {
        let mut attributes = self.changing();
        (attributes.times[1], attributes.times[2]) = (now, now);
    }

    /// The device that it is, if the world has such a one. What the host's devices are was not granted.
    pub(super) fn device(&self) -> Option<Device> {
        let made_here = self.file_type == FileType::Character && self.lower.is_none();
        if made_here { Device::with_number(self.special) } else { None }
    }

    /// The contents of this file.
    pub(super) fn contents(&self) -> Result<Arc<FileContents>, Errno> {
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

    /// Takes all names out of a directory that is about to go.
    fn drain(&mut self) -> Vec<NameEntry> {
        let names = match &mut self.body {
            Body::Directory(names) => std::mem::take(&mut *lock(names)),
            _ => BTreeMap::new(),
        };
        names.into_values().collect()
    }

    pub(super) fn of(node: &NodeHandle) -> Result<Arc<TreeNode>, Errno> {
        let node = node.as_any().downcast_ref::<TreeNode>().ok_or(Errno::EXDEV)?;
        node.me.upgrade().ok_or(Errno::ENOENT)
    }

    pub(super) fn make(&self, asker: &Asker, new: &NewNode, links: u32) -> Result<Arc<TreeNode>, Errno> {
        let parent = *lock(&self.attributes);
        let inherits = parent.mode & 0o2000 != 0;
        let group = if inherits { parent.group } else { asker.credentials.file_gid };
        let directory = new.file_type == FileType::Directory;
        let owners = FileStatus { uid: parent.user, gid: group, ..FileStatus::synthetic(0, 0) };
        let mut mode = new.mode & 0o7777 | if inherits && directory { 0o2000 } else { 0 };
        // Nobody gets a program with the rights of a group that is not theirs (inode(7), "The set-group-ID bit").
        if inherits && !directory && mode & 0o2010 == 0o2010 && !asker.credentials.may_give_group(&owners) {
            mode &= !0o2000;
        }
        let user = asker.credentials.file_uid;
        let attributes =
            Attributes { mode, user, group, links, stays_nameless: false, marks: 0, times: [asker.now; 3] };
        TreeNode::new(&self.shared, new, attributes)
    }
}

/// Directories in directories, however deep, go one after another: the host's stack is not as deep.
impl Drop for TreeNode {
    fn drop(&mut self) {
        let mut below: Vec<NameEntry> = self.drain();
        while let Some(entry) = below.pop() {
            let NameEntry::There(node) = entry else { continue };
            below.extend(Arc::into_inner(node).iter_mut().flat_map(TreeNode::drain));
        }
    }
}
