//! The host's directory below a tree: nodes are born from what lies there, and it never changes.

use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, HostDirectory, HostFile, Opening};

/// What tells files of the host apart: device and inode, or the path where there are none.
pub type LowerKey = (u64, u64, Vec<u8>);

/// A file of the host, by its path in the directory that the tree is born from.
#[derive(Clone, Debug)]
pub struct LowerFile {
    root: HostDirectory,
    path: Vec<u8>,
}

impl LowerFile {
    /// The directory that a tree is born from.
    pub fn root(root: HostDirectory) -> LowerFile {
        LowerFile { root, path: b".".to_vec() }
    }

    /// What has a name in this directory, whether or not it is there.
    pub fn child(&self, name: &[u8]) -> LowerFile {
        let path = if self.path == b"." { name.to_vec() } else { [&self.path, b"/".as_slice(), name].concat() };
        LowerFile { root: self.root.clone(), path }
    }

    /// What the host tells about it; ENOENT if it is not there.
    pub fn status(&self) -> Result<FileStatus, Errno> {
        self.root.status(&self.path)
    }

    /// Its key.
    pub fn key(&self, status: &FileStatus) -> LowerKey {
        let path = if status.inode == 0 { self.path.clone() } else { Vec::new() };
        (status.device, status.inode, path)
    }

    /// The entries of this directory.
    pub fn list(&self) -> Result<Vec<DirectoryEntry>, Errno> {
        self.root.list(&self.path)
    }

    /// Where this link leads.
    pub fn read_link(&self) -> Result<Vec<u8>, Errno> {
        self.root.read_link(&self.path)
    }

    /// Opens this file.
    pub fn open(&self) -> Result<HostFile, Errno> {
        self.root.open(&self.path, &Opening::READ)
    }
}
