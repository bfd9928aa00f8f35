//! Nodes: files, directories, links, devices, of whatever filesystem (inodes of Linux).
//!
//! A node knows nothing of its names; a [`Place`](super::Place) has one. Rights are checked before, in
//! `walk.rs` and `edit.rs`: a node does what it is told, or says why its filesystem cannot.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::errno::Errno;
use crate::linux::host::{DirectoryEntry, FileStatus, FileTime, FileType};
use crate::linux::objects::{Object, PipeHandle};
use crate::linux::process::Credentials;

use super::view::{ProcSetting, ProcessLink, View};

/// A node, shared by all who use it.
pub type NodeHandle = Arc<dyn Node>;

/// Who asks, when, and in which world.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// User and groups.
    pub credentials: &'a Credentials,
    /// The date.
    pub now: FileTime,
    /// What `/proc` shows.
    pub world: &'a dyn View,
}

/// What is to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewNode<'a> {
    /// What it is.
    pub file_type: FileType,
    /// Its permission bits.
    pub mode: u32,
    /// Where it leads, if it is a link.
    pub target: &'a [u8],
    /// Which device it is, if it is one.
    pub special: u64,
}

impl NewNode<'_> {
    /// A file, directory or FIFO.
    pub fn new(file_type: FileType, mode: u32) -> NewNode<'static> {
        NewNode { file_type, mode, target: b"", special: 0 }
    }
}

/// Attributes that somebody sets; `None` keeps one.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Change {
    /// Permission bits.
    pub mode: Option<u32>,
    /// Owner.
    pub user: Option<u32>,
    /// Group.
    pub group: Option<u32>,
    /// Times of the last access and the last modification.
    pub times: [Option<FileTime>; 2],
}

/// Where a symbolic link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// To a path.
    Path(Vec<u8>),
    /// To a place, whatever path that has.
    Process(ProcessLink),
}

/// What is known about a filesystem (statfs(2)).
#[derive(Clone, Copy, Debug)]
pub struct FilesystemStatus {
    /// Its name, as `/proc/filesystems` has it.
    pub name: &'static str,
    /// Its magic number.
    pub magic: u32,
    /// Whether nothing in it can be changed.
    pub read_only: bool,
    /// Pages in all, and free ones.
    pub pages: [u64; 2],
}

/// A file, directory, link or device.
///
/// What a kind of node does not override, it cannot do.
pub trait Node: fmt::Debug + Send + Sync {
    /// The node itself, for its filesystem.
    fn as_any(&self) -> &dyn Any;

    /// The same node in the copy of a world.
    fn copied_node(self: Arc<Self>, copier: &mut Copier) -> Result<NodeHandle, Uncopied>;

    /// Device and inode. Inode 0 equals no other.
    fn identity(&self) -> (u64, u64);

    /// What it is.
    fn file_type(&self) -> FileType;

    /// What is known about its filesystem.
    fn filesystem(&self) -> FilesystemStatus;

    /// What `stat` tells.
    fn status(&self, asker: &Asker) -> Result<FileStatus, Errno>;

    /// The node that has a name in this directory.
    fn lookup(&self, _caller: &Asker, _name: &[u8]) -> Result<NodeHandle, Errno> {
        Err(Errno::ENOTDIR)
    }

    /// The entries of this directory, without `.` and `..`.
    fn list(&self, _caller: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        Err(Errno::ENOTDIR)
    }

    /// Where this link leads.
    fn target(&self, _caller: &Asker) -> Result<LinkTarget, Errno> {
        Err(Errno::EINVAL)
    }

    /// What an open file of it gives access to. `flags` are those of `open`; of them the access mode and
    /// O_TRUNC may matter. Whoever opens cuts the file off afterwards.
    fn open(&self, asker: &Asker, flags: u32) -> Result<Object, Errno>;

    /// The pipe behind a FIFO.
    fn fifo(&self) -> Option<&PipeHandle> {
        None
    }

    /// The process whose directory in `/proc` it is.
    fn process(&self) -> Option<u32> {
        None
    }

    /// The text of a file that is made up when it is read; `None` if it is not.
    fn text(&self, _caller: &Asker) -> Option<Result<Vec<u8>, Errno>> {
        None
    }

    /// What writing to this file of `/proc` sets, and of which process or thread.
    fn setting(&self) -> Option<(ProcSetting, u32)> {
        None
    }

    /// ENOENT in a directory that knows which names there are: no other can be looked for, not even to be made.
    fn admits_names(&self) -> Result<(), Errno> {
        Ok(())
    }

    /// Whether devices can be made in its filesystem.
    fn has_devices(&self) -> bool {
        false
    }

    /// Makes something in this directory. Where nothing can be made, files are refused in another way than the rest.
    fn create(&self, _caller: &Asker, _name: &[u8], new: &NewNode) -> Result<NodeHandle, Errno> {
        Err(if new.file_type == FileType::File { Errno::EACCES } else { Errno::EPERM })
    }

    /// Its contents were read.
    fn accessed(&self, _now: FileTime) {}

    /// Makes a file that has no name yet, and may get one or not (O_TMPFILE, O_EXCL).
    fn create_nameless(&self, _caller: &Asker, _mode: u32, _linkable: bool) -> Result<NodeHandle, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// Gives a node of the same filesystem one more name, in this directory.
    fn link(&self, _caller: &Asker, _name: &[u8], _node: &NodeHandle) -> Result<(), Errno> {
        Err(Errno::EPERM)
    }

    /// Takes a name out of this directory: that of an empty directory, or of anything else.
    fn unlink(&self, _caller: &Asker, _name: &[u8], _directory: bool) -> Result<(), Errno> {
        Err(Errno::EPERM)
    }

    /// Moves a name of this directory to another one of the same filesystem, in place of what has the
    /// name there, or in exchange for it.
    fn rename(
        &self,
        _caller: &Asker,
        _name: &[u8],
        _to: &NodeHandle,
        _new: &[u8],
        _exchange: bool,
    ) -> Result<(), Errno> {
        Err(Errno::EPERM)
    }

    /// Sets attributes.
    fn change(&self, _caller: &Asker, _change: &Change) -> Result<(), Errno> {
        Err(Errno::EPERM)
    }

    /// Whether nobody may change its filesystem because a program has said so.
    fn is_forbidden(&self) -> bool {
        false
    }

    /// Lets its filesystem be changed by nobody, or again by everybody; whether that can be said.
    fn set_read_only(&self, _on: bool) -> bool {
        false
    }

    /// Sets how many pages and nodes its filesystem may have; EINVAL if that is not limited, or there are more.
    fn set_limits(&self, _limits: [Option<u64>; 2]) -> Result<(), Errno> {
        Err(Errno::EINVAL)
    }

    /// How many nodes its filesystem may have, and how many more there may be, if it counts them; zeros are no limit.
    fn node_limit(&self) -> Option<[u64; 2]> {
        None
    }

    /// `FS_` flags that say what must not be done with it (ioctl_iflags(2)).
    fn marks(&self) -> u32 {
        0
    }

    /// Sets them; ENOTTY if it has none.
    fn set_marks(&self, _caller: &Asker, _marks: u32) -> Result<(), Errno> {
        Err(Errno::ENOTTY)
    }

    /// The value of an extended attribute of users; ENODATA if it has none of that name, EOPNOTSUPP if it can have
    /// none (xattr(7)).
    fn extended(&self, _name: &[u8]) -> Result<Vec<u8>, Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// The names of all that it has.
    fn extended_names(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// Sets one, or removes it.
    fn set_extended(&self, _caller: &Asker, _name: &[u8], _value: Option<&[u8]>) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// Whether what is missing here is missing because nobody granted it.
    fn withholds(&self) -> bool {
        false
    }
}

impl Duplicate for NodeHandle {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Arc::clone(self).copied_node(copier)
    }
}

/// How a node is copied that can be.
macro_rules! copied_node {
    () => {
        fn copied_node(
            self: std::sync::Arc<Self>,
            copier: &mut $crate::linux::copy::Copier,
        ) -> Result<$crate::linux::files::node::NodeHandle, $crate::linux::copy::Uncopied> {
            Ok($crate::linux::copy::Duplicate::duplicate(&self, copier)?)
        }
    };
}
pub(in crate::linux::files) use copied_node;
