//! What the kernel knows about a process. The calls that read and change it are in `calls/`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::linux::abi::capabilities::CAP_SYS_PTRACE;
use crate::linux::abi::process::{READ_IMPLIES_EXEC, RLIMIT_CORE};
use crate::linux::abi::signals::SIGCHLD;
use crate::linux::config::Config;
use crate::linux::errno::Errno;
use crate::linux::files::{Namespace, PlaceHandle};
use crate::linux::objects::{OpenFileHandle, ProcessEnd, TerminalHandle};
use crate::linux::signals::ProcessSignals;
use crate::linux::sync::lock;
use crate::linux::world::{WaitQueue, WaitQueues};

use super::credentials::Credentials;
use super::descriptors::Descriptors;
use super::habits::MemoryHabits;
use super::lifetime::{ChildEvent, ProcessState, Termination};
use super::limits::ResourceLimits;
use super::namespaces::ProcessNamespaces;
use super::program::RunningProgram;
use super::sharing::{Sharing, shared_or_own};
use super::space::{PAGE, Space};
use super::standing::Standing;
use super::usage::Usage;

/// The number of the process that orphans are children of, and the first one that a world is there for.
pub const INIT_PID: u32 = 1;

/// The number of the first process.
pub const FIRST_PID: u32 = 1000;

/// A process: what its threads share.
#[derive(Debug)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The process that waits for it.
    pub parent: u32,
    /// Its process group.
    pub group: u32,
    /// Its session.
    pub session: u32,
    /// The terminal that controls it.
    pub terminal: Option<TerminalHandle>,
    /// The group that was in the foreground when it lost its terminal, which hears of its end.
    pub left_group: Option<u32>,
    /// Its threads.
    pub threads: BTreeSet<u32>,
    /// Whether it runs.
    pub state: ProcessState,
    /// What its parent has not been told yet, apart from its end.
    pub unreported: Option<ChildEvent>,
    /// How it is ending; `None` while it runs.
    pub exit: Option<Termination>,
    /// The signal that its parent gets when it ends; 0 for none.
    pub exit_signal: u32,
    /// Where it waits for its children.
    pub children: WaitQueue,
    /// Where its threads wait while it is stopped.
    pub resumed: WaitQueue,
    /// Whether it has ended, for descriptors that refer to it.
    pub end: Arc<ProcessEnd>,
    /// Where the process waits that lent it its address space (vfork(2)).
    pub vfork: Option<WaitQueue>,
    /// The signal that it gets when its parent ends; 0 for none (`PR_SET_PDEATHSIG`).
    pub death_signal: u32,
    /// Whether orphans below it become its children (`PR_SET_CHILD_SUBREAPER`).
    pub reaps_orphans: bool,
    /// How it wants to be treated (personality(2)).
    pub personality: u32,
    /// Whether others of its user may look into it (`PR_SET_DUMPABLE`).
    pub dumpable: bool,
    /// Whether it has executed a program since it was made.
    pub has_executed: bool,
    /// The descriptor table, which processes may share (`CLONE_FILES`).
    pub descriptors: Arc<Mutex<Descriptors>>,
    /// The namespaces that it is in, but for those of mounts and users.
    pub namespaces: ProcessNamespaces,
    /// The file tree that it sees: its namespace of mounts.
    pub namespace: Namespace,
    /// Where it stands in the tree, which processes may share (`CLONE_FS`).
    pub standing: Arc<Mutex<Standing>>,
    /// The program that it executes, if that has a place; none once it has ended.
    pub program: Option<RunningProgram>,
    /// What is known of its address space, which processes may share (`CLONE_VM`).
    pub space: Arc<Mutex<Space>>,
    /// The number of its address space.
    pub space_number: u64,
    /// User and group.
    pub credentials: Credentials,
    /// What signals do, those sent to the process as a whole, and its timers.
    pub signals: ProcessSignals,
    /// What it has said of how it deals with memory.
    pub habits: MemoryHabits,
    /// When it was made, as time since the world began.
    pub started: Duration,
    /// What its threads have used.
    pub usage: Usage,
    /// What children have used that it has waited for.
    pub children_usage: Usage,
    /// The last second of processor time at which it was told that it has used too much (SIGXCPU).
    pub warned_at: Option<u64>,
    /// Resource limits.
    pub limits: ResourceLimits,
    /// The path of the program that it executes.
    pub executable: Vec<u8>,
    /// What was added to the addresses of the program's file.
    pub load_bias: u32,
}

impl Process {
    /// The first process, without an image, in the root directory.
    pub fn new(config: &Config, namespace: Namespace, queues: &WaitQueues) -> Process {
        let terminal = namespace.terminals().user().cloned();
        if let Some(terminal) = &terminal {
            terminal.set_control(|control| (control.session, control.foreground) = (Some(FIRST_PID), Some(FIRST_PID)));
        }
        let [directory, root] = [namespace.root(), namespace.root()];
        let standing = Standing { directory, root, umask: config.host.umask() };
        Process {
            pid: FIRST_PID,
            parent: INIT_PID,
            group: FIRST_PID,
            session: FIRST_PID,
            left_group: None,
            threads: BTreeSet::from([FIRST_PID]),
            state: ProcessState::Running,
            unreported: None,
            exit: None,
            exit_signal: SIGCHLD,
            children: queues.create(),
            resumed: queues.create(),
            end: Arc::new(ProcessEnd::new(queues.create())),
            vfork: None,
            death_signal: 0,
            reaps_orphans: false,
            personality: 0,
            dumpable: true,
            has_executed: false,
            descriptors: Arc::new(Mutex::new(Descriptors::new(&config.streams, &config.host, terminal.as_ref()))),
            terminal,
            standing: Arc::new(Mutex::new(standing)),
            program: None,
            namespaces: ProcessNamespaces::default(),
            namespace,
            space: Arc::new(Mutex::new(Space::new(config.memory_limit))),
            space_number: u64::MAX,
            credentials: Credentials::of_host(&config.host),
            signals: ProcessSignals::default(),
            habits: MemoryHabits::default(),
            started: Duration::ZERO,
            usage: Usage::default(),
            children_usage: Usage::default(),
            warned_at: None,
            limits: ResourceLimits::new(config.stack_size),
            executable: config.program.clone().into_bytes(),
            load_bias: 0,
        }
    }

    /// A child of this process, with a descriptor table and an address space that are its own or shared.
    pub fn child(&self, pid: u32, queues: &WaitQueues, shared: Sharing) -> Process {
        let space = if shared.memory { Arc::clone(&self.space) } else { Arc::new(Mutex::new(self.space().forked())) };
        Process {
            pid,
            parent: self.pid,
            terminal: self.terminal.clone(),
            left_group: None,
            threads: BTreeSet::from([pid]),
            state: ProcessState::Running,
            unreported: None,
            exit: None,
            children: queues.create(),
            resumed: queues.create(),
            end: Arc::new(ProcessEnd::new(queues.create())),
            vfork: None,
            death_signal: 0,
            reaps_orphans: false,
            has_executed: false,
            descriptors: shared_or_own(&self.descriptors, shared.files),
            namespaces: self.namespaces.clone(),
            namespace: self.namespace.clone(),
            standing: shared_or_own(&self.standing, shared.standing),
            program: self.program.clone(),
            space,
            signals: self.signals.forked(shared.actions),
            usage: Usage::default(),
            children_usage: Usage::default(),
            warned_at: None,
            credentials: self.credentials.clone(),
            limits: self.limits.clone(),
            executable: self.executable.clone(),
            ..*self
        }
    }

    /// Whether somebody with these credentials may look into it, and trace it.
    pub fn may_be_inspected_by(&self, asker: &Credentials) -> bool {
        asker.may_inspect(&self.credentials)
            && (self.dumpable || asker.can_in(&self.credentials.within, CAP_SYS_PTRACE))
    }

    /// Whether ending so leaves a core file (core(5)): RLIMIT_CORE must allow one of a page, or no file is begun.
    pub fn dumps_core(&self, exit: Termination) -> bool {
        let room = self.limits.get(RLIMIT_CORE).is_ok_and(|[soft, _]| soft >= PAGE);
        exit.dumps_core() && room && self.dumpable
    }

    /// The descriptor table.
    pub fn descriptors(&self) -> MutexGuard<'_, Descriptors> {
        lock(&self.descriptors)
    }

    /// Where it stands in the file tree.
    pub fn standing(&self) -> MutexGuard<'_, Standing> {
        lock(&self.standing)
    }

    /// The working directory.
    pub fn directory(&self) -> PlaceHandle {
        Arc::clone(&self.standing().directory)
    }

    /// Where absolute paths start.
    pub fn root(&self) -> PlaceHandle {
        Arc::clone(&self.standing().root)
    }

    /// What is known of the address space.
    pub fn space(&self) -> MutexGuard<'_, Space> {
        lock(&self.space)
    }

    /// How it wants to be treated: all flags that it has set, and the one that its program has set.
    pub fn personality(&self) -> u32 {
        self.personality & !READ_IMPLIES_EXEC | self.space().personality()
    }

    /// Whether it has not ended.
    pub fn is_alive(&self) -> bool {
        matches!(self.state, ProcessState::Running | ProcessState::Stopped(_))
    }

    /// Whether it leads its session.
    pub fn leads_session(&self) -> bool {
        self.session == self.pid
    }

    /// Whether a signal has stopped it.
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, ProcessState::Stopped(_))
    }

    /// Whether its number can be used again.
    pub fn is_reaped(&self) -> bool {
        self.state == ProcessState::Reaped
    }

    /// Lets the process go on that lent this one its address space.
    pub fn release_vfork(&mut self) {
        self.vfork.take().iter().for_each(WaitQueue::notify);
    }

    /// The open file behind a descriptor; EBADF if there is none.
    pub fn open_file(&self, number: u32) -> Result<OpenFileHandle, Errno> {
        self.descriptors().get(number)
    }

    /// Adds a descriptor for an open file: the lowest free number that is at least `lowest`; EMFILE if the
    /// limit allows none, ENFILE if there are too many open files.
    pub fn add_descriptor(&self, open: OpenFileHandle, lowest: u32, close_on_exec: bool) -> Result<u32, Errno> {
        lock(&open).count(self.namespace.memory())?;
        self.descriptors().insert(open, lowest..self.limits.descriptors(), close_on_exec)
    }

    /// EMFILE if the limit allows no further descriptor.
    pub fn has_descriptor(&self) -> Result<(), Errno> {
        self.descriptors().free(0..self.limits.descriptors()).map(|_| ())
    }

    /// Lets the process end as soon as it is about to go on.
    pub fn end_with(&mut self, exit: Termination) {
        self.exit.get_or_insert(exit);
    }
}
