//! Filesystems in memory as a whole.

use std::sync::Arc;

use crate::linux::abi::status::{EXT2_SUPER_MAGIC, TMPFS_MAGIC};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{FileTime, HostDirectory};

use super::super::node::{FilesystemStatus, NodeHandle};
use super::lower::LowerFile;
use super::node::TreeNode;
use super::shared::{Room, TreeShared};

/// A filesystem in memory; it is gone when this is dropped.
#[derive(Debug)]
pub struct TreeFilesystem {
    shared: Arc<TreeShared>,
    root: NodeHandle,
}

impl TreeFilesystem {
    /// An empty filesystem whose root has these permission bits.
    pub fn empty(room: Room, mode: u32, now: FileTime) -> TreeFilesystem {
        TreeFilesystem::owned(room, (mode, [0; 2]), now)
    }

    /// The same of somebody.
    pub fn owned(room: Room, (mode, owner): (u32, [u32; 2]), now: FileTime) -> TreeFilesystem {
        let status = FilesystemStatus { name: "tmpfs", magic: TMPFS_MAGIC, read_only: false, pages: [0; 2] };
        let shared = Arc::new(TreeShared::new(room, status, 0));
        let root = TreeNode::directory(&shared, (mode, owner), now);
        TreeFilesystem { shared, root }
    }

    /// The directories that lead to what is granted, and nothing else; nobody can change it.
    pub fn skeleton(room: Room, now: FileTime) -> TreeFilesystem {
        let status = FilesystemStatus { name: "tmpfs", magic: TMPFS_MAGIC, read_only: true, pages: [0; 2] };
        let shared = TreeShared::new(room, status, 0).withholding();
        let shared = Arc::new(shared);
        let root = TreeNode::directory(&shared, (0o555, [0; 2]), now);
        TreeFilesystem { shared, root }
    }

    /// A filesystem that begins as a directory of the host.
    pub fn over(room: Room, directory: HostDirectory) -> Result<TreeFilesystem, Errno> {
        let status = FilesystemStatus { name: "ext4", magic: EXT2_SUPER_MAGIC, read_only: false, pages: [0; 2] };
        let lower = LowerFile::root(directory);
        let shared = Arc::new(TreeShared::new(room, status, lower.status()?.device));
        let root = TreeNode::bear(&shared, lower)?;
        Ok(TreeFilesystem { shared, root })
    }

    /// Its root directory.
    pub fn root(&self) -> NodeHandle {
        Arc::clone(&self.root)
    }

    /// A directory like the root of a [`skeleton`](TreeFilesystem::skeleton), to be mounted somewhere.
    pub fn directory(&self, now: FileTime) -> NodeHandle {
        TreeNode::directory(&self.shared, (0o555, [0; 2]), now)
    }
}

impl Drop for TreeFilesystem {
    fn drop(&mut self) {
        self.shared.clear();
    }
}

copied!(TreeFilesystem: clone {} duplicate { shared, root });
