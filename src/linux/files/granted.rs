//! Granted directories of the host: what the guest does there happens on the host.
//!
//! A directory is held open while somebody is there, and names are looked up in it one at a time, none
//! of them through a link: who renames directories on the host meanwhile leads nobody astray. What is neither
//! file, directory nor link cannot be opened, as on a filesystem mounted `nodev` (mount(8)). FIFOs and sockets that
//! the world makes have their names there, and lie in the world.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::linux::abi::files::{O_ACCMODE, O_WRONLY};
use crate::linux::abi::status::EXT2_SUPER_MAGIC;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{
    Creation, DirectoryEntry, FileStatus, FileTime, FileType, Host, HostDirectory, HostFile, Opening,
};
use crate::linux::objects::{ContentsTable, FileContents, Object, OpenListing, Pipe, PipeEnd, PipeHandle};
use crate::linux::sync::lock;
use crate::linux::world::{KernelMemory, WaitQueues};

use super::node::{Asker, Change, FilesystemStatus, LinkTarget, NewNode, Node, NodeHandle};

/// What the nodes of a granted directory share.
#[derive(Debug)]
struct GrantedFilesystem {
    writable: bool,
    contents: Arc<ContentsTable>,
    /// The permission bits that the host takes away from new files in any case.
    host_umask: u32,
    /// The user and group that the host gives new files.
    host_owner: (u32, u32),
    /// The FIFOs that the world has made: on the host there are only their names.
    pipes: Mutex<BTreeMap<(u64, u64), PipeHandle>>,
    queues: WaitQueues,
    memory: KernelMemory,
}

/// A file or directory of the host.
#[derive(Debug)]
pub struct GrantedNode {
    filesystem: Arc<GrantedFilesystem>,
    /// Where it is looked up from: of a directory, itself, if the host let us open it.
    base: HostDirectory,
    path: Vec<u8>,
    /// What it was when it was found.
    found: FileStatus,
    /// The file as it was created: whoever creates may write, whatever the mode says.
    created: Mutex<Option<HostFile>>,
    /// What goes through it, if it is a FIFO that the world has made.
    pipe: Option<PipeHandle>,
}

impl GrantedNode {
    /// The root of a granted directory.
    pub fn root(
        directory: HostDirectory,
        writable: bool,
        contents: &Arc<ContentsTable>,
        (queues, memory): (&WaitQueues, &KernelMemory),
        host: &Host,
    ) -> Result<NodeHandle, Errno> {
        let found = directory.status(b".")?;
        let host_umask = host.umask();
        let (contents, host_owner) = (Arc::clone(contents), host.identity());
        let (pipes, queues, memory) = (Mutex::default(), queues.clone(), memory.clone());
        let filesystem =
            Arc::new(GrantedFilesystem { writable, contents, host_umask, host_owner, pipes, queues, memory });
        let path = b".".to_vec();
        Ok(Arc::new(GrantedNode { filesystem, base: directory, path, found, created: Mutex::default(), pipe: None }))
    }

    fn inside(&self, name: &[u8]) -> Vec<u8> {
        if self.path == b"." { name.to_vec() } else { [&self.path, b"/".as_slice(), name].concat() }
    }

    fn of(node: &NodeHandle) -> Result<&GrantedNode, Errno> {
        node.as_any().downcast_ref::<GrantedNode>().ok_or(Errno::EXDEV)
    }

    fn node(&self, name: &[u8], created: Option<HostFile>) -> Result<NodeHandle, Errno> {
        let path = self.inside(name);
        let found = self.base.status(&path)?;
        let (base, path) = match found.file_type() {
            FileType::Directory => match self.base.child(&path) {
                Ok(directory) => (directory, b".".to_vec()),
                // Names in it can be looked up all the same, if the host allows that.
                Err(Errno::EACCES) => (self.base.clone(), path),
                Err(error) => return Err(error),
            },
            _ => (self.base.clone(), path),
        };
        let (filesystem, created) = (Arc::clone(&self.filesystem), Mutex::new(created));
        let pipe = lock(&filesystem.pipes).get(&(found.device, found.inode)).cloned();
        let pipe = pipe.filter(|_| found.file_type() == FileType::Pipe);
        Ok(Arc::new(GrantedNode { filesystem, base, path, found, created, pipe }))
    }

    /// What a guest makes that has become another user belongs to that one, if the host lets us say so.
    fn give(&self, asker: &Asker, node: &NodeHandle) {
        let (user, group) = (asker.credentials.file_uid, asker.credentials.file_gid);
        let (own_user, own_group) = self.filesystem.host_owner;
        let change = Change {
            user: (user != own_user).then_some(user),
            group: (group != own_group).then_some(group),
            ..Change::default()
        };
        if (change.user, change.group) != (None, None) {
            let _ = node.change(asker, &change);
        }
    }

    /// Opens a file for reading and applies a change to it. Special files stay as they are: opening one
    /// could block.
    fn on_file(&self, change: impl FnOnce(&HostFile) -> Result<(), Errno>) -> Result<(), Errno> {
        match self.file_type() {
            FileType::File | FileType::Directory => change(&self.base.open(&self.path, &Opening::READ)?),
            _ => Ok(()),
        }
    }
}

impl Node for GrantedNode {
    fn as_any(&self) -> &dyn Any {
        self
    }

    crate::linux::files::node::copied_node!();

    fn identity(&self) -> (u64, u64) {
        (self.found.device, self.found.inode)
    }

    fn file_type(&self) -> FileType {
        self.found.file_type()
    }

    fn filesystem(&self) -> FilesystemStatus {
        let read_only = !self.filesystem.writable;
        // Half full: the host tells nothing about its own.
        FilesystemStatus { name: "ext4", magic: EXT2_SUPER_MAGIC, read_only, pages: [1 << 22, 1 << 21] }
    }

    fn status(&self, _: &Asker) -> Result<FileStatus, Errno> {
        self.base.status(&self.path)
    }

    fn lookup(&self, _: &Asker, name: &[u8]) -> Result<NodeHandle, Errno> {
        self.node(name, None)
    }

    fn list(&self, _: &Asker) -> Result<Vec<DirectoryEntry>, Errno> {
        let mut entries = self.base.list(&self.path)?;
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    fn target(&self, _: &Asker) -> Result<LinkTarget, Errno> {
        self.base.read_link(&self.path).map(LinkTarget::Path)
    }

    fn open(&self, _: &Asker, flags: u32) -> Result<Object, Errno> {
        let access = flags & O_ACCMODE;
        let (read, write) = (access != O_WRONLY, access != 0);
        match self.file_type() {
            FileType::Directory => return Ok(Object::Directory(OpenListing::default())),
            FileType::File => {}
            FileType::Pipe if self.pipe.is_some() => {
                let end = self.pipe.as_ref().map(|pipe| PipeEnd::open(pipe, read, write));
                return end.map(Object::Pipe).ok_or(Errno::ENXIO);
            }
            // Devices, and where other programs of the host are at the other end: who grants a directory grants
            // names in it, and not what lies behind these.
            _ => return Err(Errno::ENXIO),
        }
        let file = match lock(&self.created).take() {
            Some(file) => file,
            None => self.base.open(&self.path, &Opening { read, write, ..Opening::READ })?,
        };
        let table = &self.filesystem.contents;
        let contents = table.of(self.identity(), || Ok(FileContents::through(table.releases())))?;
        contents.opened(file, read, write);
        Ok(Object::Regular(contents))
    }

    fn fifo(&self) -> Option<&PipeHandle> {
        self.pipe.as_ref()
    }

    fn create(&self, asker: &Asker, name: &[u8], new: &NewNode) -> Result<NodeHandle, Errno> {
        let path = self.inside(name);
        let mut created = None;
        match new.file_type {
            FileType::File => {
                let opening = Opening { write: true, create: Creation::Always, mode: new.mode, ..Opening::READ };
                created = Some(self.base.open(&path, &opening)?);
            }
            FileType::Directory => self.base.create_directory(&path, new.mode)?,
            FileType::Link => self.base.symlink(new.target, &path)?,
            FileType::Pipe | FileType::Socket => self.base.create_special(&path, new.file_type, new.mode)?,
            _ => return Err(Errno::EPERM),
        }
        if new.file_type == FileType::Pipe {
            let made = self.base.status(&path)?;
            let pipe = Pipe::create(self.filesystem.queues.create(), &self.filesystem.memory)?;
            lock(&self.filesystem.pipes).insert((made.device, made.inode), pipe);
        }
        // The host applies its own mask, also where the guest has cleared bits of its mask (umask(2)).
        if new.file_type != FileType::Link && new.mode & self.filesystem.host_umask != 0 {
            match &created {
                Some(file) => file.set_mode(new.mode)?,
                None => self.base.set_mode(&path, new.mode)?,
            }
        }
        let node = self.node(name, created)?;
        self.give(asker, &node);
        Ok(node)
    }

    fn link(&self, _: &Asker, name: &[u8], node: &NodeHandle) -> Result<(), Errno> {
        let from = GrantedNode::of(node)?;
        from.base.link(&from.path, &self.base, &self.inside(name))
    }

    fn unlink(&self, _: &Asker, name: &[u8], directory: bool) -> Result<(), Errno> {
        match directory {
            true => self.base.remove_directory(&self.inside(name)),
            false => {
                let path = self.inside(name);
                let gone = self.base.status(&path).ok().filter(|status| status.links <= 1);
                self.base.remove_file(&path)?;
                if let Some(gone) = gone {
                    lock(&self.filesystem.pipes).remove(&(gone.device, gone.inode));
                }
                Ok(())
            }
        }
    }

    fn rename(&self, _: &Asker, name: &[u8], to: &NodeHandle, new: &[u8], exchange: bool) -> Result<(), Errno> {
        let to = GrantedNode::of(to)?;
        if exchange {
            return self.base.exchange(&self.inside(name), &to.base, &to.inside(new));
        }
        self.base.rename(&self.inside(name), &to.base, &to.inside(new))
    }

    fn change(&self, _: &Asker, change: &Change) -> Result<(), Errno> {
        if let Some(mode) = change.mode {
            self.base.set_mode(&self.path, mode)?;
        }
        if change.user.is_some() || change.group.is_some() {
            self.on_file(|file| file.set_owner(change.user, change.group))?;
        }
        let times = change.times.map(|time| time.map(moment));
        match times {
            [None, None] => Ok(()),
            times if self.file_type() == FileType::Link => self.base.set_link_times(&self.path, times),
            [accessed, modified] => self.on_file(|file| file.set_times(accessed, modified)),
        }
    }
}

/// A time as the host takes it.
pub fn moment((seconds, nanoseconds): FileTime) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    let fraction = Duration::from_nanos(u64::from(nanoseconds));
    time.and_then(|time| time.checked_add(fraction)).unwrap_or(UNIX_EPOCH)
}

copied!(GrantedFilesystem: clone { writable, host_umask, host_owner } duplicate { contents, pipes, queues, memory });
copied!(GrantedNode: clone { base, path, found } duplicate { filesystem, created, pipe });
