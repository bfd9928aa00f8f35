//! The nodes of files and directories that the embedding program makes up.

use std::any::Any;
use std::sync::Arc;

use crate::linux::abi::status::TMPFS_MAGIC;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileType};
use crate::linux::objects::{ContentsTable, FileContents, Object, OpenListing};
use crate::linux::virtual_file::VirtualEntry;

use super::node::{Asker, Change, FilesystemStatus, Node, NodeHandle};

/// The device number of all of them.
const DEVICE: u64 = 6;

/// A file or directory of the embedding program.
#[derive(Debug)]
pub struct VirtualNode {
    entry: VirtualEntry,
    inode: u64,
    contents: Arc<ContentsTable>,
}

impl VirtualNode {
    /// The node of what is mounted at a path.
    pub fn mounted(entry: &VirtualEntry, path: &str, contents: &Arc<ContentsTable>) -> NodeHandle {
        let (entry, contents) = (entry.clone(), Arc::clone(contents));
        Arc::new(VirtualNode { entry, inode: inode_below(1, path.as_bytes()), contents })
    }

    fn is_writable(&self) -> bool {
        matches!(&self.entry, VirtualEntry::File(file) if file.is_writable())
    }
}

/// The number of a name: the same each time, and different for different paths.
fn inode_below(above: u64, name: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    name.iter().fold(step(above ^ 0xcbf2_9ce4_8422_2325, &b'/'), step) | 2
}

fn type_of(entry: &VirtualEntry) -> FileType {
    match entry {
        VirtualEntry::File(_) => FileType::File,
        VirtualEntry::Directory(_) => FileType::Directory,
    }
}

impl Node for VirtualNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn identity(&self) -> (u64, u64) {
        (DEVICE, self.inode)
    }

    fn file_type(&self) -> FileType {
        type_of(&self.entry)
    }

    fn filesystem(&self) -> FilesystemStatus {
        FilesystemStatus { name: "tmpfs", magic: TMPFS_MAGIC, read_only: !self.is_writable(), pages: [0; 2] }
    }

    fn status(&self, asker: &Asker) -> Result<FileStatus, Errno> {
        let (permissions, links, size) = match &self.entry {
            VirtualEntry::File(file) if file.is_writable() => (0o644, 1, file.size()?),
            VirtualEntry::File(file) => (0o444, 1, file.size()?),
            VirtualEntry::Directory(_) => (0o555, 2, 0),
        };
        let (uid, gid) = (asker.credentials.file_uid, asker.credentials.file_gid);
        let status = FileStatus::synthetic(self.file_type().mode() | permissions, self.inode);
        let (blocks, times) = (size.div_ceil(512), [asker.now; 3]);
        Ok(FileStatus { device: DEVICE, links, uid, gid, size, blocks, times, ..status })
    }

    fn lookup(&self, _: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        let VirtualEntry::Directory(directory) = &self.entry else { return Err(Errno::ENOTDIR) };
        let (entry, contents) = (directory.entry(name)?, Arc::clone(&self.contents));
        Ok(Arc::new(VirtualNode { entry, inode: inode_below(self.inode, name), contents }))
    }

    fn list(&self, _: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let VirtualEntry::Directory(directory) = &self.entry else { return Err(Errno::ENOTDIR) };
        let listed = |name: Vec<u8>| {
            let file_type = type_of(&directory.entry(&name)?);
            Ok(DirectoryEntry { inode: inode_below(self.inode, &name), file_type, name })
        };
        directory.names()?.into_iter().map(listed).collect()
    }

    fn open(&self, _: &Asker, _: u32) -> Result<Object, Errno> {
        let VirtualEntry::File(file) = &self.entry else { return Ok(Object::Directory(OpenListing::default())) };
        let made = || Ok(FileContents::virtual_file(file, self.contents.releases()));
        self.contents.of(self.identity(), made).map(Object::Regular)
    }

    /// Who sets the times or the mode of a file that can be written wants no error; nobody sees it.
    fn change(&self, _: &Asker, _: &Change) -> Result<(), Errno> {
        Ok(())
    }
}

copied!(VirtualNode: clone { entry, inode } duplicate { contents });
