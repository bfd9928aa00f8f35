//! `/dev/pts`: the terminals of a world, each by its number, and `ptmx`, which makes new ones (pts(4)).

use std::any::Any;
use std::sync::Arc;

use crate::linux::abi::capabilities::CAP_SYS_ADMIN;
use crate::linux::abi::status::DEVPTS_SUPER_MAGIC;
use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileType};
use crate::linux::objects::{HostStream, Object, OpenListing, PtyEnd, TerminalHandle, TerminalTable};

use super::node::{Asker, Change, FilesystemStatus, Node, NodeHandle};
use super::place::{FilePlace, PlaceHandle};

/// The device number of the filesystem.
const DEVICE: u64 = 0x15;

/// The device number of `ptmx`.
pub const PTMX_DEVICE: u64 = 5 << 8 | 2;

/// The inode of `ptmx`; those of terminals follow.
const PTMX_INODE: u64 = 2;

/// A node of `/dev/pts`.
#[derive(Debug)]
pub enum PtsNode {
    /// The directory.
    Directory(Arc<TerminalTable>),
    /// What makes new terminals.
    Ptmx(Arc<TerminalTable>),
    /// A terminal.
    Terminal(TerminalHandle),
}

impl PtsNode {
    /// The directory.
    pub fn root(terminals: &Arc<TerminalTable>) -> NodeHandle {
        Arc::new(PtsNode::Directory(Arc::clone(terminals)))
    }

    /// The place of a terminal that somebody has without having opened it by its name.
    pub fn place(terminal: &TerminalHandle) -> PlaceHandle {
        let name = format!("/dev/pts/{}", terminal.number);
        FilePlace::nameless(Arc::new(PtsNode::Terminal(Arc::clone(terminal))), name.as_bytes())
    }
}

/// Makes a terminal and opens its master.
pub fn open_master(terminals: &TerminalTable, asker: &Asker) -> Result<Object, Errno> {
    let terminal = terminals.create(asker.credentials.file_uid, asker.now)?;
    Ok(Object::Pty(PtyEnd::master(&terminal)))
}

/// Opens a terminal; EBUSY if somebody wants it alone (TIOCEXCL).
pub fn open_terminal(terminal: &TerminalHandle, asker: &Asker) -> Result<Object, Errno> {
    if terminal.control().exclusive && !asker.credentials.can(CAP_SYS_ADMIN) {
        return Err(Errno::EBUSY);
    }
    match terminal.host_file() {
        Some(file) => Ok(Object::Stream(HostStream::terminal(file.clone(), terminal))),
        None => Ok(Object::Pty(PtyEnd::slave(terminal)?)),
    }
}

impl Node for PtsNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn identity(&self) -> (u64, u64) {
        let inode = match self {
            PtsNode::Directory(_) => 1,
            PtsNode::Ptmx(_) => PTMX_INODE,
            PtsNode::Terminal(terminal) => PTMX_INODE + 1 + u64::from(terminal.number),
        };
        (DEVICE, inode)
    }

    fn file_type(&self) -> FileType {
        if let PtsNode::Directory(_) = self { FileType::Directory } else { FileType::Character }
    }

    fn filesystem(&self) -> FilesystemStatus {
        FilesystemStatus { name: "devpts", magic: DEVPTS_SUPER_MAGIC, read_only: false, pages: [0; 2] }
    }

    fn status(&self, _: &Asker) -> Result<FileStatus, Errno> {
        let (device, inode) = self.identity();
        let status = |permissions, special, links| FileStatus {
            device,
            links,
            special,
            ..FileStatus::synthetic(self.file_type().mode() | permissions, inode)
        };
        Ok(match self {
            PtsNode::Directory(_) => status(0o755, 0, 2),
            PtsNode::Ptmx(_) => status(0o666, PTMX_DEVICE, 1),
            PtsNode::Terminal(terminal) => {
                let attributes = terminal.attributes();
                FileStatus {
                    uid: attributes.user,
                    gid: attributes.group,
                    times: attributes.times,
                    ..status(attributes.mode, terminal.device(), 1)
                }
            }
        })
    }

    fn lookup(&self, _: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        let PtsNode::Directory(terminals) = self else { return Err(Errno::ENOTDIR) };
        if name == b"ptmx" {
            return Ok(Arc::new(PtsNode::Ptmx(Arc::clone(terminals))));
        }
        let named = |terminal: &TerminalHandle| terminal.number.to_string().as_bytes() == name;
        let terminal = terminals.all().into_iter().find(named).ok_or(Errno::ENOENT)?;
        Ok(Arc::new(PtsNode::Terminal(terminal)))
    }

    fn list(&self, _: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let PtsNode::Directory(terminals) = self else { return Err(Errno::ENOTDIR) };
        let entry =
            |name: String, inode| DirectoryEntry { inode, file_type: FileType::Character, name: name.into_bytes() };
        let named =
            |terminal: TerminalHandle| entry(terminal.number.to_string(), PTMX_INODE + 1 + u64::from(terminal.number));
        let terminals = terminals.all().into_iter().map(named);
        Ok(std::iter::once(entry("ptmx".into(), PTMX_INODE)).chain(terminals).collect())
    }

    fn open(&self, asker: &Asker, _: u32) -> Result<Object, Errno> {
        match self {
            PtsNode::Directory(_) => Ok(Object::Directory(OpenListing::default())),
            PtsNode::Ptmx(terminals) => open_master(terminals, asker),
            PtsNode::Terminal(terminal) => open_terminal(terminal, asker),
        }
    }

    fn change(&self, asker: &Asker, change: &Change) -> Result<(), Errno> {
        let PtsNode::Terminal(terminal) = self else { return Err(Errno::EPERM) };
        terminal.set_attributes(|attributes| {
            attributes.mode = change.mode.map_or(attributes.mode, |mode| mode & 0o7777);
            attributes.user = change.user.unwrap_or(attributes.user);
            attributes.group = change.group.unwrap_or(attributes.group);
            for (time, new) in attributes.times.iter_mut().zip(change.times) {
                *time = new.unwrap_or(*time);
            }
            attributes.times[2] = asker.now;
        });
        Ok(())
    }
}

impl Duplicate for PtsNode {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            PtsNode::Directory(terminals) => PtsNode::Directory(terminals.duplicate(copier)?),
            PtsNode::Ptmx(terminals) => PtsNode::Ptmx(terminals.duplicate(copier)?),
            PtsNode::Terminal(terminal) => PtsNode::Terminal(terminal.duplicate(copier)?),
        })
    }
}
