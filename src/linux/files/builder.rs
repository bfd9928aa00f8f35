//! How the file tree of a world is put together: filesystems mounted over each other, nothing else.
//!
//! Everything granted is mounted where the user wants it, in order of depth; what leads there and does
//! not exist is made up. Without a directory granted as `/`, what leads there is all that there is.

use std::sync::Arc;

use crate::linux::clock::Clock;
use crate::linux::config::{Config, Grant, GrantKind};
use crate::linux::errno::Errno;
use crate::linux::error::LoadError;
use crate::linux::host::{self, FileTime, FileType, Host, HostDirectory};
use crate::linux::objects::{ContentsTable, TerminalTable};
use crate::linux::process::Credentials;
use crate::linux::virtual_file::VirtualEntry;
use crate::linux::world::{KernelMemory, WaitQueues};

use super::dev::DevNode;
use super::devpts::PtsNode;
use super::granted::GrantedNode;
use super::mount::Mount;
use super::no_view::NoView;
use super::node::{Asker, NodeHandle};
use super::place::{FilePlace, PlaceHandle};
use super::proc::PROC;
use super::pseudo::PseudoNode;
use super::sys::SYSFS;
use super::tree::{Room, TreeFilesystem};
use super::view::View;
use super::virtual_node::VirtualNode;

/// The device number of the first filesystem in memory.
const FIRST_DEVICE: u64 = 0x20;

/// Bytes of the kernel's memory that there are at least, however little the programs may have.
const LEAST_MEMORY: u64 = 4 << 20;

/// A tree in the making.
pub struct TreeBuilder {
    /// Makes queues to wait at.
    pub queues: WaitQueues,
    /// What the kernel's memory is counted in.
    pub memory: KernelMemory,
    /// The terminals.
    pub terminals: Arc<TerminalTable>,
    /// The contents of all files in use.
    pub contents: Arc<ContentsTable>,
    /// The filesystems in memory, but for the one below.
    pub filesystems: Vec<TreeFilesystem>,
    /// The directories that are made up.
    pub skeleton: TreeFilesystem,
    /// What is mounted so far.
    pub mounts: Vec<Mount>,
    /// Pages that a filesystem in memory may use.
    pages: u64,
    now: FileTime,
    host: Host,
}

impl TreeBuilder {
    /// Nothing is mounted.
    pub fn new(config: &Config) -> TreeBuilder {
        let contents = Arc::new(ContentsTable::default());
        let now = host::since_1970(std::time::UNIX_EPOCH + Clock::EPOCH);
        let queues = WaitQueues::default();
        let memory = KernelMemory::new((config.memory_limit / 2).max(LEAST_MEMORY));
        let room =
            Room { device: FIRST_DEVICE, pages: 0, nodes: None, contents: &contents, queues: &queues, memory: &memory };
        let skeleton = TreeFilesystem::skeleton(room, now);
        let owner = Credentials::of_host(&config.host).uid;
        let terminals = Arc::new(TerminalTable::new(queues.clone(), &config.streams, &config.host, owner, now));
        let pages = (config.memory_limit / 2).div_ceil(4096);
        let (filesystems, mounts) = (Vec::new(), Vec::new());
        TreeBuilder {
            queues,
            memory,
            terminals,
            contents,
            filesystems,
            skeleton,
            mounts,
            pages,
            now,
            host: config.host.clone(),
        }
    }

    /// Opens the granted directories and mounts all that a guest has beside them, and over it what the embedding program
    /// makes up, and gives the root.
    pub fn build(&mut self, grants: &[Grant], files: &[(String, VirtualEntry)]) -> Result<PlaceHandle, LoadError> {
        let grants = by_depth(grants)?;
        let whole = grants.first().filter(|(at, _)| at.is_empty()).map(|(_, grant)| *grant);
        let root = match whole {
            Some(grant) => self.granted(grant)?,
            None => self.skeleton.root(),
        };
        let root = FilePlace::root(root);
        self.mounts.push(Mount {
            place: Arc::clone(&root),
            number: 1,
            parent: 0,
            source: "/dev/root".into(),
            is_made: false,
            is_locked: false,
            options: String::new(),
        });
        let covered = |path: &[&str]| grants.iter().any(|(at, _)| !at.is_empty() && path.starts_with(at));
        self.own(&root, covered, whole.is_some_and(|grant| grant.kind == GrantKind::CopyOnWrite));
        for (at, grant) in grants.iter().filter(|(at, _)| !at.is_empty()) {
            let node = self.granted(grant)?;
            self.mount(&root, at, node, "/dev/granted");
        }
        for (path, entry) in files {
            let at = absolute(path)?;
            if at.is_empty() {
                return Err(LoadError::GuestPath(path.clone()));
            }
            self.mount(&root, &at, VirtualNode::mounted(entry, path, &self.contents), "none");
        }
        Ok(root)
    }

    /// The directory of a filesystem that nobody can enter: files without names are in it.
    pub fn nameless(&mut self) -> NodeHandle {
        let hidden = TreeFilesystem::empty(self.room(), 0o777, self.now);
        let root = hidden.root();
        self.filesystems.push(hidden);
        root
    }

    /// The root of what a grant grants.
    fn granted(&mut self, grant: &Grant) -> Result<NodeHandle, LoadError> {
        let failed = |source| LoadError::Grant { host: grant.host.clone(), source };
        let directory = HostDirectory::grant(&grant.host, &self.host).map_err(failed)?;
        let unreadable = |error: Errno| failed(std::io::Error::from_raw_os_error(error.0 as i32));
        match grant.kind {
            GrantKind::CopyOnWrite => {
                let over = TreeFilesystem::over(self.room(), directory).map_err(unreadable)?;
                let root = over.root();
                self.filesystems.push(over);
                Ok(root)
            }
            kind => GrantedNode::root(
                directory,
                kind == GrantKind::Writable,
                &self.contents,
                (&self.queues, &self.memory),
                &self.host,
            )
            .map_err(unreadable),
        }
    }

    /// The room for one more filesystem in memory.
    fn room(&self) -> Room<'_> {
        let device = FIRST_DEVICE + 1 + self.filesystems.len() as u64;
        Room {
            device,
            pages: self.pages,
            nodes: None,
            contents: &self.contents,
            queues: &self.queues,
            memory: &self.memory,
        }
    }

    /// Mounts what every guest has, except where something is granted: devices, processes, and in memory
    /// the directories for temporary files; and what else there is if the guest has a whole system.
    fn own(&mut self, root: &PlaceHandle, covered: impl Fn(&[&str]) -> bool, whole: bool) {
        let nodes: [(&[&str], NodeHandle, bool); 4] = [
            (&["dev"], DevNode::root(&self.terminals), true),
            (&["dev", "pts"], PtsNode::root(&self.terminals), true),
            (&["proc"], PseudoNode::root(&PROC), true),
            (&["sys"], PseudoNode::root(&SYSFS), whole),
        ];
        for (at, node, _) in nodes.into_iter().filter(|(at, _, wanted)| *wanted && !covered(at)) {
            self.mount(root, at, node, "none");
        }
        let memory: [(&[&str], u32, bool); 3] =
            [(&["tmp"], 0o1777, true), (&["dev", "shm"], 0o1777, true), (&["run"], 0o755, whole)];
        for (at, mode, _) in memory.into_iter().filter(|(at, _, wanted)| *wanted && !covered(at)) {
            let filesystem = TreeFilesystem::empty(self.room(), mode, self.now);
            let node = filesystem.root();
            self.filesystems.push(filesystem);
            self.mount(root, at, node, "tmpfs");
        }
    }

    /// Mounts a node at a path.
    fn mount(&mut self, root: &PlaceHandle, path: &[&str], node: NodeHandle, source: &'static str) {
        let Some((name, parents)) = path.split_last() else { return };
        let directory = parents.iter().fold(Arc::clone(root), |at, name| self.directory(&at, name));
        let number = self.mounts.len() as u32 + 1;
        let place = directory.mount(name.as_bytes(), node, number);
        let parent = directory.mount_number();
        self.mounts.retain(|mount| mount.place.path(root) != place.path(root));
        self.mounts.push(Mount {
            place,
            number,
            parent,
            source: source.into(),
            is_made: false,
            is_locked: false,
            options: String::new(),
        });
    }

    /// The directory with a name, made up if there is none. It must not be a link: that may lead anywhere.
    fn directory(&mut self, at: &PlaceHandle, name: &str) -> PlaceHandle {
        let asker =
            Asker { credentials: &Credentials::of_host(&self.host), now: self.now, world: &NoView as &dyn View };
        match at.child(&asker, name.as_bytes()) {
            Ok(place) if place.file_type() == FileType::Directory => {
                at.pin(name.as_bytes(), &place);
                place
            }
            _ => {
                let number = self.mounts.len() as u32 + 1;
                let place = at.mount(name.as_bytes(), self.skeleton.directory(self.now), number);
                let parent = at.mount_number();
                self.mounts.push(Mount {
                    place: Arc::clone(&place),
                    number,
                    parent,
                    source: "none".into(),
                    is_made: false,
                    is_locked: false,
                    options: String::new(),
                });
                place
            }
        }
    }
}

/// The grants with their mount points, the shortest first; of several at one place the last counts.
fn by_depth(grants: &[Grant]) -> Result<Vec<(Vec<&str>, &Grant)>, LoadError> {
    let mut ordered: Vec<(Vec<&str>, &Grant)> = Vec::new();
    for grant in grants {
        let at = absolute(&grant.guest)?;
        ordered.retain(|(other, _)| *other != at);
        ordered.push((at, grant));
    }
    ordered.sort_by_key(|(at, _)| at.len());
    Ok(ordered)
}

/// The components of a mount point.
fn absolute(path: &str) -> Result<Vec<&str>, LoadError> {
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    if path.starts_with('/') && !names.contains(&"..") { Ok(names) } else { Err(LoadError::GuestPath(path.into())) }
}
