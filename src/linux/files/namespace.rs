//! The file tree of a world: filesystems mounted over each other, nothing else.
//!
//! Everything granted is mounted where the user wants it, in order of depth; what leads there and does
//! not exist is made up. Without a directory granted as `/`, what leads there is all that there is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::linux::config::{Config, Grant, GrantKind};
use crate::linux::errno::Errno;
use crate::linux::error::LoadError;
use crate::linux::host::{self, FileTime, FileType, HostDirectory};
use crate::linux::objects::{ContentsTable, LockOwner, LockTable, LockTableHandle, TerminalTable, Watches};
use crate::linux::process::Credentials;
use crate::linux::sync::lock;
use crate::linux::world::{KernelMemory, WaitQueues};

use super::dev::DevNode;
use super::devpts::PtsNode;
use super::granted::GrantedNode;
use super::mount::Mount;
use super::node::{Asker, NodeHandle};
use super::place::{FilePlace, PlaceHandle};
use super::proc::PROC;
use super::pseudo::PseudoNode;
use super::refusal::{PathAccess, Refusal, Refusals};
use super::sys::SYSFS;
use super::tree::{Room, TreeFilesystem};
use super::view::{MountListing, NoView, View};
use super::walk::{Manner, Walk};

/// The first number of a pipe; those before are of the standard streams.
const FIRST_NUMBER: u64 = 16;

/// The device number of the first filesystem in memory.
const FIRST_DEVICE: u64 = 0x20;

/// Bytes of the kernel's memory that there are at least, however little the programs may have.
const LEAST_MEMORY: u64 = 4 << 20;

/// The file tree, its contents, and the paths that were refused in it. Clones are the same tree.
#[derive(Clone, Debug)]
pub struct Namespace {
    root: PlaceHandle,
    mounts: Arc<Mutex<Vec<Mount>>>,
    /// They go with the tree.
    _filesystems: Arc<Vec<TreeFilesystem>>,
    refusals: Arc<Refusals>,
    watches: Arc<Watches>,
    contents: Arc<ContentsTable>,
    nameless: NodeHandle,
    locks: LockTableHandle,
    terminals: Arc<TerminalTable>,
    queues: WaitQueues,
    memory: KernelMemory,
    next: Arc<AtomicU64>,
}

/// A tree in the making.
struct Builder {
    queues: WaitQueues,
    memory: KernelMemory,
    terminals: Arc<TerminalTable>,
    contents: Arc<ContentsTable>,
    skeleton: TreeFilesystem,
    filesystems: Vec<TreeFilesystem>,
    mounts: Vec<Mount>,
    /// Pages that a filesystem in memory may use.
    pages: u64,
    now: FileTime,
}

impl Namespace {
    /// Opens the granted directories and mounts all that a guest has beside them.
    ///
    /// # Errors
    /// A granted directory that cannot be opened, a guest path that is not absolute.
    pub fn new(config: &Config) -> Result<Namespace, LoadError> {
        let mut grants: Vec<(Vec<&str>, &Grant)> = Vec::new();
        for grant in &config.grants {
            let at = absolute(&grant.guest)?;
            grants.retain(|(other, _)| *other != at);
            grants.push((at, grant));
        }
        grants.sort_by_key(|(at, _)| at.len());
        let contents = Arc::new(ContentsTable::default());
        let now = host::since_1970(std::time::UNIX_EPOCH + crate::linux::clock::Clock::EPOCH);
        let queues = WaitQueues::default();
        let memory = KernelMemory::new((config.memory_limit / 2).max(LEAST_MEMORY));
        let skeleton = TreeFilesystem::skeleton(
            Room { device: FIRST_DEVICE, pages: 0, contents: &contents, queues: &queues, memory: &memory },
            now,
        );
        let pages = (config.memory_limit / 2).div_ceil(4096);
        let owner = Credentials::of_host().uid;
        let terminals = Arc::new(TerminalTable::new(queues.clone(), &config.streams, owner, now));
        let mut builder = Builder {
            queues,
            memory,
            terminals,
            contents,
            skeleton,
            filesystems: Vec::new(),
            mounts: Vec::new(),
            pages,
            now,
        };
        let whole = grants.first().filter(|(at, _)| at.is_empty()).map(|(_, grant)| *grant);
        let root = match whole {
            Some(grant) => builder.granted(grant)?,
            None => builder.skeleton.root(),
        };
        let root = FilePlace::root(root);
        builder.mounts.push(Mount { place: Arc::clone(&root), number: 1, parent: 0, source: "/dev/root" });
        let covered = |path: &[&str]| grants.iter().any(|(at, _)| !at.is_empty() && path.starts_with(at));
        builder.own(&root, covered, whole.is_some_and(|grant| grant.kind == GrantKind::CopyOnWrite));
        for (at, grant) in grants.iter().filter(|(at, _)| !at.is_empty()) {
            let node = builder.granted(grant)?;
            builder.mount(&root, at, node, "/dev/granted");
        }
        let hidden = TreeFilesystem::empty(builder.room(), 0o777, now);
        let nameless = hidden.root();
        builder.filesystems.push(hidden);
        Ok(Namespace {
            root,
            nameless,
            locks: LockTable::create(builder.queues.create()),
            queues: builder.queues,
            memory: builder.memory,
            terminals: builder.terminals,
            mounts: Arc::new(Mutex::new(builder.mounts)),
            _filesystems: Arc::new([builder.filesystems, vec![builder.skeleton]].into_iter().flatten().collect()),
            refusals: Arc::default(),
            watches: Arc::default(),
            contents: builder.contents,
            next: Arc::new(AtomicU64::new(FIRST_NUMBER)),
        })
    }

    /// What the kernel's memory is counted in.
    pub fn memory(&self) -> &KernelMemory {
        &self.memory
    }

    /// The root directory.
    pub fn root(&self) -> &PlaceHandle {
        &self.root
    }

    /// What is at an absolute path, or at one relative to the root, before anybody runs.
    pub fn find(&self, path: &[u8], credentials: &Credentials) -> Option<PlaceHandle> {
        let asker = Asker { credentials, now: (0, 0), world: &NoView };
        let (start, root) = (Arc::clone(&self.root), Arc::clone(&self.root));
        let walk = Walk { start, root, asker, jumps: &NoView, refusals: &Refusals::default() };
        walk.follow(path, Manner::new(true, PathAccess::Read)).ok()?.place
    }

    /// What was refused.
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// The paths that the guest was refused, each once.
    pub fn refused(&self) -> Vec<Refusal> {
        self.refusals.all()
    }

    /// Who is told of changes.
    pub fn watches(&self) -> &Arc<Watches> {
        &self.watches
    }

    /// The contents of all files in use.
    pub fn contents(&self) -> &Arc<ContentsTable> {
        &self.contents
    }

    /// The directory of a filesystem that nobody can enter: files without names are in it.
    pub fn nameless(&self) -> &NodeHandle {
        &self.nameless
    }

    /// Makes queues to wait at.
    pub fn queues(&self) -> &WaitQueues {
        &self.queues
    }

    /// The locks on all files.
    pub fn locks(&self) -> &LockTableHandle {
        &self.locks
    }

    /// The terminals.
    pub fn terminals(&self) -> &Arc<TerminalTable> {
        &self.terminals
    }

    /// A process has ended: its locks go.
    pub fn locks_of_process_end(&self, process: u32) {
        lock(&self.locks).release_all(None, LockOwner::Process(process));
    }

    /// A number that nothing else has: of a pipe, for one.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The filesystems as a file of `/proc/PID` lists them (proc(5)).
    pub fn mount_table(&self, listing: MountListing) -> Vec<u8> {
        let line = |mount: &Mount| mount.line(&self.root, listing).into_bytes();
        lock(&self.mounts).iter().flat_map(line).collect()
    }
}

impl Default for Namespace {
    /// The tree of a guest without grants.
    fn default() -> Self {
        Namespace::new(&Config::default()).expect("nothing is granted that could be missing")
    }
}

impl Builder {
    /// The root of what a grant grants.
    fn granted(&mut self, grant: &Grant) -> Result<NodeHandle, LoadError> {
        let failed = |source| LoadError::Grant { host: grant.host.clone(), source };
        let directory = HostDirectory::grant(&grant.host).map_err(failed)?;
        let unreadable = |error: Errno| failed(std::io::Error::from_raw_os_error(error.0 as i32));
        match grant.kind {
            GrantKind::CopyOnWrite => {
                let over = TreeFilesystem::over(self.room(), directory).map_err(unreadable)?;
                let root = over.root();
                self.filesystems.push(over);
                Ok(root)
            }
            kind => GrantedNode::root(directory, kind == GrantKind::Writable, &self.contents).map_err(unreadable),
        }
    }

    /// The room for one more filesystem in memory.
    fn room(&self) -> Room<'_> {
        let device = FIRST_DEVICE + 1 + self.filesystems.len() as u64;
        Room { device, pages: self.pages, contents: &self.contents, queues: &self.queues, memory: &self.memory }
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
        self.mounts.push(Mount { place, number, parent, source });
    }

    /// The directory with a name, made up if there is none. It must not be a link: that may lead anywhere.
    fn directory(&mut self, at: &PlaceHandle, name: &str) -> PlaceHandle {
        let asker = Asker { credentials: &Credentials::of_host(), now: self.now, world: &NoView as &dyn View };
        match at.child(&asker, name.as_bytes()) {
            Ok(place) if place.file_type() == FileType::Directory => {
                at.pin(name.as_bytes(), &place);
                place
            }
            _ => {
                let number = self.mounts.len() as u32 + 1;
                let place = at.mount(name.as_bytes(), self.skeleton.directory(self.now), number);
                let parent = at.mount_number();
                self.mounts.push(Mount { place: Arc::clone(&place), number, parent, source: "none" });
                place
            }
        }
    }
}

/// The components of a mount point.
fn absolute(path: &str) -> Result<Vec<&str>, LoadError> {
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    if path.starts_with('/') && !names.contains(&"..") { Ok(names) } else { Err(LoadError::GuestPath(path.into())) }
}
