//! What the nodes of a filesystem in memory share: its numbers, its quota, and the nodes that were born
//! from the host.
//!
//! A node that was born and not changed lives as long as somebody uses it, and is born again then. One
//! that was changed is kept until its last name is removed, under what the host calls the file; so all
//! names of it lead to the change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::host::FileStatus;
use crate::linux::objects::contents::{ContentsTable, Quota, UNLIMITED};
use crate::linux::sync::lock;
use crate::linux::world::{KernelMemory, WaitQueues};

use super::super::node::{FilesystemStatus, Node, NodeHandle};
use super::lower::{LowerFile, LowerKey};

/// The first inode that is not of the host.
const FIRST_OWN: u64 = 0x8000_0001;

/// What a filesystem in memory gets from its world.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    /// The number of the filesystem.
    pub device: u64,
    /// Most pages that it may use.
    pub pages: u64,
    /// Most nodes that it may have, if they are counted.
    pub nodes: Option<u64>,
    /// All contents of the world.
    pub contents: &'a Arc<ContentsTable>,
    /// Makes queues to wait at.
    pub queues: &'a WaitQueues,
    /// Memory of the kernel.
    pub memory: &'a KernelMemory,
}

/// What the nodes of a filesystem share.
#[derive(Debug)]
pub struct TreeShared {
    /// The number of the filesystem.
    pub device: u64,
    /// Whether statfs(2) tells of its nodes.
    pub counts_nodes: bool,
    /// Room for contents.
    pub quota: Arc<Quota>,
    /// All contents of the world.
    pub contents: Arc<ContentsTable>,
    /// Makes queues to wait at.
    pub queues: WaitQueues,
    /// Memory of the kernel.
    pub memory: KernelMemory,
    /// Whether nobody may change it.
    pub read_only: Mutex<bool>,
    /// What is fixed about it.
    status: FilesystemStatus,
    /// Whether what is missing is missing because nobody granted it.
    pub withholds: bool,
    next: AtomicU64,
    /// The device of the directory that it is born from.
    lower_device: u64,
    kept: Mutex<BTreeMap<LowerKey, NodeHandle>>,
    born: Mutex<BTreeMap<LowerKey, Weak<dyn Node>>>,
}

impl TreeShared {
    /// What `statfs` tells.
    pub fn filesystem(&self) -> FilesystemStatus {
        let (pages, used) = self.quota.usage();
        FilesystemStatus {
            pages: [pages, pages.saturating_sub(used)],
            read_only: *lock(&self.read_only),
            ..self.status
        }
    }

    /// The number of a new node.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of a node that is born from the host.
    pub fn number_of(&self, lower: &FileStatus) -> u64 {
        match lower.inode {
            0 => self.number(),
            inode => inode.wrapping_add((lower.device ^ self.lower_device) << 40),
        }
    }

    /// The node of a file of the host, made unless somebody has it; ENOENT if there is no such file.
    pub fn bear(
        &self,
        lower: LowerFile,
        make: impl FnOnce(LowerFile, &FileStatus) -> Result<NodeHandle, Errno>,
    ) -> Result<NodeHandle, Errno> {
        let status = lower.status()?;
        let key = lower.key(&status);
        if let Some(node) = lock(&self.kept).get(&key) {
            return Ok(Arc::clone(node));
        }
        let mut born = lock(&self.born);
        if let Some(node) = born.get(&key).and_then(Weak::upgrade) {
            return Ok(node);
        }
        if born.len().is_power_of_two() {
            born.retain(|_, node| node.strong_count() > 0);
        }
        let node = make(lower, &status)?;
        born.insert(key, Arc::downgrade(&node));
        Ok(node)
    }

    /// A node is about to change.
    pub fn keep(&self, key: &LowerKey, node: NodeHandle) {
        lock(&self.kept).insert(key.clone(), node);
    }

    /// A node has lost its last name.
    pub fn forget(&self, key: &LowerKey) {
        lock(&self.kept).remove(key);
    }

    /// Forgets all nodes: kept ones hold what keeps them.
    pub fn clear(&self) {
        let kept = std::mem::take(&mut *lock(&self.kept));
        drop(kept);
    }

    /// The same, where what is missing is missing because nobody granted it.
    pub fn withholding(self) -> TreeShared {
        TreeShared { withholds: true, ..self }
    }

    /// Numbers and room for a filesystem without nodes.
    pub fn new(room: Room, status: FilesystemStatus, lower_device: u64) -> TreeShared {
        TreeShared {
            device: room.device,
            counts_nodes: room.nodes.is_some(),
            quota: Arc::new(Quota::new(room.pages, room.nodes.unwrap_or(UNLIMITED))),
            contents: Arc::clone(room.contents),
            queues: room.queues.clone(),
            memory: room.memory.clone(),
            read_only: Mutex::new(status.read_only),
            status,
            withholds: false,
            next: AtomicU64::new(FIRST_OWN),
            lower_device,
            kept: Mutex::default(),
            born: Mutex::default(),
        }
    }
}

impl Duplicate for TreeShared {
    /// Without its nodes, which refer to it.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(TreeShared {
            device: self.device,
            counts_nodes: self.counts_nodes,
            quota: self.quota.duplicate(copier)?,
            contents: self.contents.duplicate(copier)?,
            queues: self.queues.duplicate(copier)?,
            memory: self.memory.duplicate(copier)?,
            read_only: Mutex::new(*lock(&self.read_only)),
            status: self.status,
            withholds: self.withholds,
            next: self.next.duplicate(copier)?,
            lower_device: self.lower_device,
            kept: Mutex::default(),
            born: Mutex::default(),
        })
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        let copy = Arc::new(Self::duplicate(this, copier)?);
        let (kept, born) = (lock(&this.kept).clone(), lock(&this.born).clone());
        let shared = Arc::clone(&copy);
        copier.then(move |copier| {
            *lock(&shared.kept) = kept.duplicate(copier)?;
            for (key, node) in born {
                // One that is gone is the same in both worlds.
                let copy = node.upgrade().map_or(Ok(node), |node| Ok(Arc::downgrade(&node.duplicate(copier)?)))?;
                lock(&shared.born).insert(key, copy);
            }
            Ok(())
        });
        Ok(copy)
    }
}
