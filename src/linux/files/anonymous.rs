//! Nodes without a name in any directory: pipes, sockets, queues of messages and the standard streams.

use std::any::Any;
use std::sync::Arc;

use crate::linux::abi::files::O_ACCMODE;
use crate::linux::abi::status::{ANON_INODE_FS_MAGIC, MQUEUE_MAGIC, NSFS_MAGIC, PIPEFS_MAGIC, SOCKFS_MAGIC};
use crate::linux::config::Buffer;
use crate::linux::copy::{Copier, Duplicate, Opaque, Uncopied, copied};
use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, FileType, HostFile};
use crate::linux::ipc::{PosixQueueHandle, QueueDescriptor};
use crate::linux::objects::{HostStream, Object, PipeEnd, PipeHandle};
use crate::linux::process::NamespaceKind;
use crate::linux::sync::lock;

use super::node::{Asker, Change, FilesystemStatus, Node};
use super::place::{FilePlace, PlaceHandle};

/// The device number of these nodes.
const DEVICE: u64 = 0xc;

/// That of sockets.
const SOCKET_DEVICE: u64 = 0x8;

/// What a node without a name is.
#[derive(Debug)]
pub enum Anonymous {
    /// A pipe.
    Pipe(PipeHandle),
    /// Bytes that the embedding program supplied.
    Buffer(Buffer),
    /// A standard stream of the host.
    Stream(HostFile),
    /// A POSIX queue of messages.
    Queue(PosixQueueHandle),
    /// A namespace of a kind: itself, unless it is the only one.
    Namespace(NamespaceKind, Option<Arc<dyn Opaque>>),
    /// A socket.
    Socket,
    /// What the kernel keeps for a descriptor, and nobody else can open.
    Inode,
}

/// A node without a name in any directory.
#[derive(Debug)]
pub struct AnonymousNode {
    inode: u64,
    what: Anonymous,
}

impl AnonymousNode {
    /// The place of a pipe.
    pub fn pipe(pipe: PipeHandle, inode: u64) -> PlaceHandle {
        let name = format!("pipe:[{inode}]");
        FilePlace::nameless(Arc::new(AnonymousNode { inode, what: Anonymous::Pipe(pipe) }), name.as_bytes())
    }

    /// The place of a queue of messages.
    pub fn queue(queue: PosixQueueHandle, name: &[u8]) -> PlaceHandle {
        let inode = lock(&queue).inode;
        let name = [b"/", name].concat();
        FilePlace::nameless(Arc::new(AnonymousNode { inode, what: Anonymous::Queue(queue) }), &name)
    }

    /// The place of a socket.
    pub fn socket(inode: u64) -> PlaceHandle {
        let name = format!("socket:[{inode}]");
        FilePlace::nameless(Arc::new(AnonymousNode { inode, what: Anonymous::Socket }), name.as_bytes())
    }

    /// The place of what only a descriptor refers to; its name in brackets, as `/proc/PID/fd` shows it.
    pub fn inode(name: &str, inode: u64) -> PlaceHandle {
        let name = format!("anon_inode:{name}");
        FilePlace::nameless(Arc::new(AnonymousNode { inode, what: Anonymous::Inode }), name.as_bytes())
    }

    /// The place of a namespace with a number; it is there as long as somebody has the place.
    pub fn namespace(kind: NamespaceKind, inode: u64, namespace: Option<Arc<dyn Opaque>>) -> PlaceHandle {
        let what = Anonymous::Namespace(kind, namespace);
        let name = format!("{}:[{inode}]", kind.name());
        FilePlace::nameless(Arc::new(AnonymousNode { inode, what }), name.as_bytes())
    }

    /// The place of a standard stream.
    pub fn stream(what: Anonymous, number: usize) -> PlaceHandle {
        let inode = number as u64 + 1;
        let name = match &what {
            Anonymous::Stream(_) => format!("/dev/{}", ["stdin", "stdout", "stderr"][number.min(2)]),
            _ => format!("pipe:[{inode}]"),
        };
        FilePlace::nameless(Arc::new(AnonymousNode { inode, what }), name.as_bytes())
    }
}

impl AnonymousNode {
    /// The namespace that it is: its kind, and itself unless it is the only one.
    pub fn as_namespace(&self) -> Option<(NamespaceKind, Option<&Arc<dyn Opaque>>)> {
        if let Anonymous::Namespace(kind, namespace) = &self.what { Some((*kind, namespace.as_ref())) } else { None }
    }

    /// Sockets are numbered by the network, everything else by the tree.
    fn device(&self) -> u64 {
        if let Anonymous::Socket = self.what { SOCKET_DEVICE } else { DEVICE }
    }
}

impl Node for AnonymousNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn identity(&self) -> (u64, u64) {
        (self.device(), self.inode)
    }

    fn file_type(&self) -> FileType {
        match &self.what {
            Anonymous::Stream(file) => file.status().map_or(FileType::Character, |status| status.file_type()),
            Anonymous::Inode | Anonymous::Namespace(..) | Anonymous::Queue(_) => FileType::File,
            Anonymous::Pipe(_) | Anonymous::Buffer(_) => FileType::Pipe,
            Anonymous::Socket => FileType::Socket,
        }
    }

    fn filesystem(&self) -> FilesystemStatus {
        let (name, magic) = match &self.what {
            Anonymous::Queue(_) => ("mqueue", MQUEUE_MAGIC),
            Anonymous::Inode => ("anon_inodefs", ANON_INODE_FS_MAGIC),
            Anonymous::Namespace(..) => ("nsfs", NSFS_MAGIC),
            Anonymous::Socket => ("sockfs", SOCKFS_MAGIC),
            _ => ("pipefs", PIPEFS_MAGIC),
        };
        FilesystemStatus { name, magic, read_only: false, pages: [0; 2] }
    }

    fn status(&self, asker: &Asker) -> Result<FileStatus, Errno> {
        if let Anonymous::Stream(file) = &self.what {
            return file.status();
        }
        if let Anonymous::Queue(queue) = &self.what {
            return Ok(FileStatus { device: DEVICE, ..lock(queue).status() });
        }
        let (uid, gid) = (asker.credentials.file_uid, asker.credentials.file_gid);
        // What only a descriptor refers to is of no type.
        let mode = match self.what {
            Anonymous::Inode => 0o600,
            Anonymous::Namespace(..) => FileType::File.mode() | 0o444,
            Anonymous::Socket => FileType::Socket.mode() | 0o777,
            _ => FileType::Pipe.mode() | 0o600,
        };
        let status = FileStatus::synthetic(mode, self.inode);
        Ok(FileStatus { device: self.device(), uid, gid, times: [asker.now; 3], ..status })
    }

    fn open(&self, _: &Asker, flags: u32) -> Result<Object, Errno> {
        let access = flags & O_ACCMODE;
        Ok(match &self.what {
            Anonymous::Pipe(pipe) => Object::Pipe(PipeEnd::open(pipe, access != 1, access != 0)),
            Anonymous::Buffer(buffer) => Object::Buffer(Arc::clone(buffer)),
            Anonymous::Inode | Anonymous::Socket => return Err(Errno::ENXIO),
            Anonymous::Namespace(..) if access != 0 => return Err(Errno::EPERM),
            Anonymous::Namespace(..) => Object::Place,
            Anonymous::Stream(file) => Object::Stream(HostStream::new(file.clone())),
            Anonymous::Queue(queue) => Object::Queue(QueueDescriptor::new(queue)),
        })
    }

    /// Of queues alone somebody sees what is set.
    fn change(&self, _: &Asker, change: &Change) -> Result<(), Errno> {
        if let Anonymous::Queue(queue) = &self.what {
            let mut queue = lock(queue);
            queue.mode = change.mode.unwrap_or(queue.mode);
            queue.owner.uid = change.user.unwrap_or(queue.owner.uid);
            queue.owner.gid = change.group.unwrap_or(queue.owner.gid);
        }
        Ok(())
    }
}

impl Duplicate for Anonymous {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(match self {
            Anonymous::Pipe(pipe) => Anonymous::Pipe(pipe.duplicate(copier)?),
            Anonymous::Buffer(buffer) => Anonymous::Buffer(Arc::clone(buffer)),
            Anonymous::Stream(file) => Anonymous::Stream(file.duplicate(copier)?),
            Anonymous::Queue(queue) => Anonymous::Queue(queue.duplicate(copier)?),
            Anonymous::Namespace(kind, namespace) => Anonymous::Namespace(*kind, namespace.duplicate(copier)?),
            Anonymous::Socket => Anonymous::Socket,
            Anonymous::Inode => Anonymous::Inode,
        })
    }
}

copied!(AnonymousNode: clone { inode } duplicate { what });
