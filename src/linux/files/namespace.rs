//! The file tree of a world, and what belongs to it: contents, locks, terminals, refusals. How it is put together is in
//! `builder`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::abi::files::O_RDONLY;
use crate::linux::config::Config;
use crate::linux::copy::copied;
use crate::linux::error::LoadError;
use crate::linux::objects::{ContentsTable, LockOwner, LockTable, LockTableHandle, Object, TerminalTable, Watches};
use crate::linux::process::{Credentials, NamespaceIdentity, NamespaceKind, RunningProgram};
use crate::linux::sync::lock;
use crate::linux::world::{KernelMemory, WaitQueues};

use super::builder::TreeBuilder;
use super::mount::Mount;
use super::no_view::NoView;
use super::node::{Asker, NodeHandle};
use super::place::PlaceHandle;
use super::refusal::{PathAccess, Refusal, Refusals};
use super::tree::TreeFilesystem;
use super::view::MountListing;
use super::walk::{Manner, Walk};

/// The first number of a pipe; those before are of the standard streams.
const FIRST_NUMBER: u64 = 16;

/// Most mounts (`/proc/sys/fs/mount-max`, which counts those of one namespace).
const MOST_MOUNTS: usize = 10_000;

/// What is mounted in a namespace.
pub type MountList = Arc<Mutex<Vec<Mount>>>;
type MountListRef = Weak<Mutex<Vec<Mount>>>;

/// The file tree, its contents, and the paths that were refused in it. Clones are the same tree.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// Which namespace of mounts it is.
    identity: Arc<NamespaceIdentity>,
    /// It changes with pivot_root(2).
    root: Arc<Mutex<PlaceHandle>>,
    mounts: MountList,
    /// What is mounted in all namespaces.
    everywhere: Arc<Mutex<Vec<MountListRef>>>,
    /// The last number of a mount, in whatever namespace.
    last_mount: Arc<AtomicU64>,
    /// Mounts that are nowhere in the tree, as long as somebody uses them.
    detached: Arc<Mutex<Vec<Mount>>>,
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

impl Namespace {
    /// Opens the granted directories and mounts all that a guest has beside them.
    ///
    /// # Errors
    /// A granted directory that cannot be opened, a guest path that is not absolute.
    pub fn new(config: &Config) -> Result<Namespace, LoadError> {
        let mut builder = TreeBuilder::new(config);
        let root = builder.build(&config.grants, &config.files)?;
        let nameless = builder.nameless();
        let mounts = Arc::new(Mutex::new(std::mem::take(&mut builder.mounts)));
        let last_mount = lock(&mounts).iter().map(|mount| mount.number).max().unwrap_or_default();
        Ok(Namespace {
            identity: Arc::new(NamespaceIdentity::first(NamespaceKind::Mount)),
            last_mount: Arc::new(AtomicU64::new(last_mount.into())),
            root: Arc::new(Mutex::new(root)),
            nameless,
            locks: LockTable::create(builder.queues.create()),
            queues: builder.queues,
            memory: builder.memory,
            terminals: builder.terminals,
            everywhere: Arc::new(Mutex::new(vec![Arc::downgrade(&mounts)])),
            mounts,
            detached: Arc::default(),
            _filesystems: Arc::new([builder.filesystems, vec![builder.skeleton]].into_iter().flatten().collect()),
            refusals: Arc::default(),
            watches: Arc::default(),
            contents: builder.contents,
            next: Arc::new(AtomicU64::new(FIRST_NUMBER)),
        })
    }

    /// Which namespace of mounts it is.
    pub fn identity(&self) -> &NamespaceIdentity {
        &self.identity
    }

    /// The same but for what is mounted: another namespace, with a root of its own.
    pub(super) fn beside(&self, identity: NamespaceIdentity, root: PlaceHandle, mounts: Vec<Mount>) -> Namespace {
        let mounts = Arc::new(Mutex::new(mounts));
        let mut everywhere = lock(&self.everywhere);
        everywhere.retain(|list| list.strong_count() > 0);
        everywhere.push(Arc::downgrade(&mounts));
        drop(everywhere);
        let root = Arc::new(Mutex::new(root));
        Namespace { identity: Arc::new(identity), root, mounts, ..self.clone() }
    }

    /// What is mounted in all namespaces.
    pub(super) fn everywhere(&self) -> Vec<MountList> {
        lock(&self.everywhere).iter().filter_map(Weak::upgrade).collect()
    }

    /// How many more mounts there may be, in all namespaces together: each copy of one and each that is shared has all of
    /// them again.
    pub(super) fn room_for_mounts(&self) -> usize {
        MOST_MOUNTS.saturating_sub(self.everywhere().iter().map(|list| lock(list).len()).sum())
    }

    /// A number for one more mount.
    pub(super) fn next_mount(&self) -> u32 {
        self.last_mount.fetch_add(1, Ordering::Relaxed) as u32 + 1
    }

    /// What the kernel's memory is counted in.
    pub fn memory(&self) -> &KernelMemory {
        &self.memory
    }

    /// The root directory.
    pub fn root(&self) -> PlaceHandle {
        Arc::clone(&lock(&self.root))
    }

    /// Another place is the root directory from now on.
    pub(super) fn set_root(&self, root: &PlaceHandle) {
        *lock(&self.root) = Arc::clone(root);
    }

    /// What is at an absolute path, or at one relative to the root, before anybody runs.
    pub fn find(&self, path: &[u8], credentials: &Credentials) -> Option<PlaceHandle> {
        let asker = early(credentials);
        let (start, root) = (self.root(), self.root());
        let walk = Walk { start, root, asker, jumps: &NoView, refusals: &Refusals::default() };
        walk.follow(path, Manner::new(true, PathAccess::Read)).ok()?.place
    }

    /// The program at such a path.
    pub fn find_program(&self, path: &[u8], credentials: &Credentials) -> Option<RunningProgram> {
        let place = self.find(path, credentials)?;
        let Ok(Object::Regular(contents)) = place.node().open(&early(credentials), O_RDONLY) else { return None };
        Some(RunningProgram::new(place, contents))
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

    /// What is mounted.
    pub(super) fn mounts(&self) -> &Mutex<Vec<Mount>> {
        &self.mounts
    }

    /// What is mounted nowhere.
    pub(super) fn detached(&self) -> &Mutex<Vec<Mount>> {
        &self.detached
    }

    /// A process has ended: its locks go.
    pub fn locks_of_process_end(&self, process: u32) {
        lock(&self.locks).release_all(None, LockOwner::Process(process));
    }

    /// A number that nothing else has: of a pipe, for one.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The root of the filesystem on a device, if it is mounted.
    pub fn mounted(&self, device: u64) -> Option<PlaceHandle> {
        let mounts = lock(&self.mounts);
        mounts.iter().map(|mount| &mount.place).find(|place| place.node().identity().0 == device).cloned()
    }

    /// The filesystems as a file of `/proc/PID` lists them (proc(5)).
    pub fn mount_table(&self, listing: MountListing) -> Vec<u8> {
        let root = self.root();
        let line = |mount: &Mount| mount.line(&root, listing).into_bytes();
        lock(&self.mounts).iter().flat_map(line).collect()
    }
}

/// Who asks before anybody runs.
fn early(credentials: &Credentials) -> Asker<'_> {
    Asker { credentials, now: (0, 0), world: &NoView }
}

impl Default for Namespace {
    /// The tree of a guest without grants.
    fn default() -> Self {
        Namespace::new(&Config::default()).expect("nothing is granted that could be missing")
    }
}

copied!(Namespace: clone {} duplicate {
    identity, root, mounts, everywhere, last_mount, detached, _filesystems, refusals, watches, contents, nameless, locks, terminals, queues, memory, next,
});
