//! A filesystem in memory as a whole: its numbers, its quota, and the nodes that were born from the
//! host.
//!
//! A node that was born and not changed lives as long as somebody uses it, and is born again then. One
//! that was changed is kept until its last name is removed, under what the host calls the file; so all
//! names of it lead to the change.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileTime, HostDirectory};
use crate::linux::objects::contents::{ContentsTable, Quota};
use crate::linux::sync::lock;

use super::super::node::{FilesystemStatus, NodeHandle};
use super::lower::{LowerFile, LowerKey};
use super::node::TreeNode;

/// The first inode that is not of the host.
const FIRST_OWN: u64 = 0x8000_0001;

/// What the nodes of a filesystem share.
#[derive(Debug)]
pub struct TreeShared {
    /// The number of the filesystem.
    pub device: u64,
    /// Room for contents.
    pub quota: Arc<Quota>,
    /// All contents of the world.
    pub contents: Arc<ContentsTable>,
    /// What is fixed about it.
    status: FilesystemStatus,
    /// Whether what is missing is missing because nobody granted it.
    pub withholds: bool,
    next: AtomicU64,
    /// The device of the directory that it is born from.
    lower_device: u64,
    kept: Mutex<BTreeMap<LowerKey, Arc<TreeNode>>>,
    born: Mutex<BTreeMap<LowerKey, Weak<TreeNode>>>,
}

impl TreeShared {
    /// What `statfs` tells.
    pub fn filesystem(&self) -> FilesystemStatus {
        let (pages, used) = self.quota.usage();
        FilesystemStatus { pages: [pages, pages.saturating_sub(used)], ..self.status }
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

    /// The node of a file of the host; ENOENT if there is none.
    pub fn bear(self: &Arc<TreeShared>, lower: LowerFile) -> Result<Arc<TreeNode>, Errno> {
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
        let node = TreeNode::born(self, lower, &status)?;
        born.insert(key, Arc::downgrade(&node));
        Ok(node)
    }

    /// A node is about to change.
    pub fn keep(&self, key: &LowerKey, node: Arc<TreeNode>) {
        lock(&self.kept).insert(key.clone(), node);
    }

    /// A node has lost its last name.
    pub fn forget(&self, key: &LowerKey) {
        lock(&self.kept).remove(key);
    }
}

/// A filesystem in memory; it is gone when this is dropped.
#[derive(Debug)]
pub struct TreeFilesystem {
    shared: Arc<TreeShared>,
    root: Arc<TreeNode>,
}

impl TreeFilesystem {
    /// An empty filesystem with so many pages of room, whose root has these permission bits.
    pub fn empty(device: u64, contents: &Arc<ContentsTable>, pages: u64, mode: u32, now: FileTime) -> TreeFilesystem {
        let status = FilesystemStatus { name: "tmpfs", magic: TMPFS_MAGIC, read_only: false, pages: [0; 2] };
        let shared = shared(device, contents, pages, status, 0);
        let root = TreeNode::directory(&shared, mode, now);
        TreeFilesystem { shared, root }
    }

    /// The directories that lead to what is granted, and nothing else; nobody can change it.
    pub fn skeleton(device: u64, contents: &Arc<ContentsTable>, now: FileTime) -> TreeFilesystem {
        let status = FilesystemStatus { name: "tmpfs", magic: TMPFS_MAGIC, read_only: true, pages: [0; 2] };
        let shared = TreeShared { withholds: true, ..unshared(device, contents, 0, status, 0) };
        let shared = Arc::new(shared);
        let root = TreeNode::directory(&shared, 0o555, now);
        TreeFilesystem { shared, root }
    }

    /// A filesystem that begins as a directory of the host; so many pages of it may change.
    pub fn over(
        device: u64,
        contents: &Arc<ContentsTable>,
        pages: u64,
        directory: HostDirectory,
    ) -> Result<TreeFilesystem, Errno> {
        let status = FilesystemStatus { name: "ext4", magic: EXT2_SUPER_MAGIC, read_only: false, pages: [0; 2] };
        let lower = LowerFile::root(directory);
        let shared = shared(device, contents, pages, status, lower.status()?.device);
        let root = shared.bear(lower)?;
        Ok(TreeFilesystem { shared, root })
    }

    /// Its root directory.
    pub fn root(&self) -> NodeHandle {
        Arc::clone(&self.root) as NodeHandle
    }

    /// A directory like the root of a [`skeleton`](TreeFilesystem::skeleton), to be mounted somewhere.
    pub fn directory(&self, now: FileTime) -> NodeHandle {
        TreeNode::directory(&self.shared, 0o555, now)
    }
}

impl Drop for TreeFilesystem {
    fn drop(&mut self) {
        // Kept nodes hold what keeps them.
        let kept = std::mem::take(&mut *lock(&self.shared.kept));
        drop(kept);
    }
}

fn shared(
    device: u64,
    contents: &Arc<ContentsTable>,
    pages: u64,
    status: FilesystemStatus,
    lower_device: u64,
) -> Arc<TreeShared> {
    Arc::new(unshared(device, contents, pages, status, lower_device))
}

fn unshared(
    device: u64,
    contents: &Arc<ContentsTable>,
    pages: u64,
    status: FilesystemStatus,
    lower_device: u64,
) -> TreeShared {
    TreeShared {
        device,
        quota: Arc::new(Quota::new(pages)),
        contents: Arc::clone(contents),
        status,
        withholds: false,
        next: AtomicU64::new(FIRST_OWN),
        lower_device,
        kept: Mutex::default(),
        born: Mutex::default(),
    }
}

use crate::linux::abi::status::{EXT2_SUPER_MAGIC, TMPFS_MAGIC};
