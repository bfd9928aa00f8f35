//! `/dev`: the devices that every guest has. A line of the table is a name.

use std::any::Any;
use std::sync::Arc;

use crate::linux::abi::status::TMPFS_MAGIC;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileType};
use crate::linux::objects::{Object, OpenListing, TerminalTable};

use super::devices::Device;
use super::devpts::{PTMX_DEVICE, open_master, open_terminal};
use super::node::{Asker, Change, FilesystemStatus, LinkTarget, Node, NodeHandle};

/// The device number of the filesystem.
const DEVICE: u64 = 5;

/// What a name in `/dev` is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Entry {
    Device(Device),
    /// The controlling terminal.
    Terminal,
    /// What makes pseudoterminals.
    Ptmx,
    Link(&'static str),
}

/// The names, in order.
const NAMES: [(&str, Entry); 11] = [
    ("fd", Entry::Link("/proc/self/fd")),
    ("full", Entry::Device(Device::Full)),
    ("null", Entry::Device(Device::Null)),
    ("ptmx", Entry::Ptmx),
    ("random", Entry::Device(Device::Random)),
    ("stderr", Entry::Link("/proc/self/fd/2")),
    ("stdin", Entry::Link("/proc/self/fd/0")),
    ("stdout", Entry::Link("/proc/self/fd/1")),
    ("tty", Entry::Terminal),
    ("urandom", Entry::Device(Device::Urandom)),
    ("zero", Entry::Device(Device::Zero)),
];

/// A node of `/dev`: the directory, or the name with this index.
#[derive(Debug)]
pub struct DevNode {
    index: Option<usize>,
    terminals: Arc<TerminalTable>,
}

impl DevNode {
    /// The directory.
    pub fn root(terminals: &Arc<TerminalTable>) -> NodeHandle {
        Arc::new(DevNode { index: None, terminals: Arc::clone(terminals) })
    }

    fn entry(&self) -> Option<Entry> {
        Some(NAMES[self.index?].1)
    }

    fn type_of(entry: Entry) -> FileType {
        if let Entry::Link(_) = entry { FileType::Link } else { FileType::Character }
    }
}

impl Node for DevNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn identity(&self) -> (u64, u64) {
        (DEVICE, self.index.map_or(1, |index| index as u64 + 2))
    }

    fn file_type(&self) -> FileType {
        self.entry().map_or(FileType::Directory, DevNode::type_of)
    }

    fn filesystem(&self) -> FilesystemStatus {
        FilesystemStatus { name: "devtmpfs", magic: TMPFS_MAGIC, read_only: false, pages: [0; 2] }
    }

    fn status(&self, _: &Asker) -> Result<FileStatus, Errno> {
        let (permissions, special, size) = match self.entry() {
            None => (0o755, 0, 0),
            Some(Entry::Device(device)) => (0o666, device.number(), 0),
            Some(Entry::Terminal) => (0o666, 5 << 8, 0),
            Some(Entry::Ptmx) => (0o666, PTMX_DEVICE, 0),
            Some(Entry::Link(target)) => (0o777, 0, target.len() as u64),
        };
        let (device, inode) = self.identity();
        let status = FileStatus::synthetic(self.file_type().mode() | permissions, inode);
        let links = if self.index.is_none() { 2 } else { 1 };
        Ok(FileStatus { device, links, special, size, ..status })
    }

    fn lookup(&self, _: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        let index = NAMES.iter().position(|(known, _)| known.as_bytes() == name);
        if self.index.is_some() {
            return Err(Errno::ENOTDIR);
        }
        let index = Some(index.ok_or(Errno::ENOENT)?);
        Ok(Arc::new(DevNode { index, terminals: Arc::clone(&self.terminals) }))
    }

    fn list(&self, _: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let entry = |(index, (name, entry)): (usize, &(&str, Entry))| DirectoryEntry {
            inode: index as u64 + 2,
            file_type: DevNode::type_of(*entry),
            name: name.as_bytes().to_vec(),
        };
        Ok(NAMES.iter().enumerate().map(entry).collect())
    }

    fn target(&self, _: &Asker) -> Result<LinkTarget, Errno> {
        match self.entry() {
            Some(Entry::Link(target)) => Ok(LinkTarget::Path(target.as_bytes().to_vec())),
            _ => Err(Errno::EINVAL),
        }
    }

    fn open(&self, asker: &Asker, _: u32) -> Result<Object, Errno> {
        match self.entry() {
            None => Ok(Object::Directory(OpenListing::default())),
            Some(Entry::Device(device)) => Ok(Object::Device(device)),
            Some(Entry::Link(_)) => Err(Errno::ELOOP),
            Some(Entry::Terminal) => open_terminal(&asker.world.terminal().ok_or(Errno::ENXIO)?, asker),
            Some(Entry::Ptmx) => open_master(&self.terminals, asker),
        }
    }

    /// Programs that set the mode of a terminal want no error; nobody sees it.
    fn change(&self, _: &Asker, _: &Change) -> Result<(), Errno> {
        if self.index.is_some() { Ok(()) } else { Err(Errno::EPERM) }
    }
}

copied!(DevNode: clone { index } duplicate { terminals });
