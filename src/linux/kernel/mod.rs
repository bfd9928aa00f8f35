//! The state of the kernel that the guest believes in. `entry` is how the processor enters it, `scheduler`
//! how threads take turns, `lifecycle` how they end, `signals` who gets one; what programs ask of it is in `calls`.

mod accounting;
mod asynchronous;
mod breakpoints;
mod confinement;
mod copy;
mod core_file;
mod core_place;
mod debug_state;
mod debugger;
mod entry;
mod futexes;
mod ipc;
mod lifecycle;
mod namespaces;
mod parents;
mod process_account;
mod programs;
mod scheduler;
mod signals;
mod terminals;
mod timers;
mod tracers;
mod tracing;

use std::ops::Range;

use super::config::{Config, CoreSink};
use super::error::LoadError;
use super::files::{Namespace, Refusal};
use super::host::{FileType, Host, Interrupt};
use super::net::RefusedAddress;
use super::observer::CallObserverHandle;
use super::process::{FIRST_PID, Process, Termination};
use super::signals::Siginfo;
use super::strace::CallTrace;
use super::thread::Thread;
use super::world::{Gateway, World};

pub use debug_state::DebugEvent;
use debug_state::Debugger;
pub use namespaces::follow_mounts;

/// i386 Linux: the running thread, its process, and the world around them.
pub struct Kernel {
    /// How the first process ended, and with it the world.
    exit: Option<Termination>,
    /// The process of the running thread.
    pub(super) process: Box<Process>,
    /// The running thread.
    pub(super) thread: Box<Thread>,
    /// Everybody else.
    pub(super) world: World,
    /// The numbers of instructions and of faults up to which they are counted for threads.
    counted: [u64; 2],
    pub(super) trace: Option<CallTrace>,
    /// Where core files of other processes than the first go.
    cores: Option<CoreSink>,
    /// What a fatal signal left of the first process.
    remains: Remains,
    /// Who looks at the world from outside.
    debugger: Option<Box<Debugger>>,
    /// How often the processor has entered it.
    entries: u64,
    /// Who is told of system calls.
    observer: Option<CallObserverHandle>,
}

/// What is left of a process beside its memory and its last thread, for its core file.
#[derive(Default)]
struct Remains {
    /// The signal and its cause.
    info: Option<Siginfo>,
    /// The other threads.
    threads: Vec<Thread>,
}

impl Kernel {
    /// A process without an image, as [`load`](super::load) and [`load_flat`](super::load_flat) make
    /// it before they load one.
    ///
    /// # Errors
    /// A granted directory that cannot be opened, a guest path that is not absolute, a port of the host that
    /// cannot be had.
    pub fn new(config: &Config) -> Result<Kernel, LoadError> {
        config.check_tape()?;
        let first = config.grants.first().map_or("/", |grant| grant.guest.as_str());
        let directory = config.directory.as_deref().unwrap_or(first);
        let mut kernel = Kernel::with_namespace(config, Namespace::new(config)?);
        kernel.world.gateway = Gateway::new(config)?;
        let process = &mut kernel.process;
        let entered = process.namespace.find(directory.as_bytes(), &process.credentials);
        let entered = entered.filter(|place| place.file_type() == FileType::Directory);
        process.standing().directory = entered.ok_or_else(|| LoadError::WorkingDirectory(directory.into()))?;
        process.program = process.namespace.find_program(config.program.as_bytes(), &process.credentials);
        Ok(kernel)
    }

    fn with_namespace(config: &Config, namespace: Namespace) -> Kernel {
        let mut world = World::new(config, namespace.queues().clone(), namespace.memory());
        let process = Process::new(config, namespace, &world.queues);
        world.add_init(&process);
        let name = config.program.rsplit('/').next().unwrap_or_default();
        let thread = Thread::new(FIRST_PID, FIRST_PID, name.as_bytes());
        let trace = config.strace.clone().map(CallTrace::new);
        let remains = Remains::default();
        Kernel {
            exit: None,
            process: Box::new(process),
            thread: Box::new(thread),
            world,
            counted: [0; 2],
            trace,
            cores: config.cores.clone(),
            remains,
            debugger: None,
            entries: 0,
            observer: None,
        }
    }

    /// Lets somebody be told of system calls from now on.
    pub(crate) fn observe(&mut self, observer: Option<CallObserverHandle>) {
        self.observer = observer;
    }

    /// What reaches the world from outside.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.world.interrupt
    }

    /// How the guest ended; `None` while it runs.
    pub fn exit(&self) -> Option<Termination> {
        self.exit
    }

    /// Lets another program begin in this process, with the files that the last one left open.
    pub(crate) fn revive(&mut self) {
        self.exit = None;
        self.remains = Remains::default();
        self.process.exit = None;
        self.thread.ended = false;
        self.process.threads.insert(self.thread.tid);
    }

    /// What was added to the addresses of the running program's file: not 0 for position-independent ones.
    pub fn load_bias(&self) -> u32 {
        self.process.load_bias
    }

    /// The numbers of the running process and thread.
    #[must_use]
    pub fn running(&self) -> (u32, u32) {
        (self.process.pid, self.thread.tid)
    }

    /// The name of the running thread.
    #[must_use]
    pub fn thread_name(&self) -> &[u8] {
        &self.thread.name
    }

    /// The path of the running program, as the guest sees it.
    pub fn executable(&self) -> &[u8] {
        &self.process.executable
    }

    /// The addresses of the heap, whose end `brk` moves.
    pub fn heap(&self) -> Range<u32> {
        let (start, end) = self.process.space().heap;
        start as u32..end as u32
    }

    /// The way to the host that the world has.
    pub fn host(&self) -> &Host {
        &self.world.host
    }

    /// The paths that the guest was refused for want of a granted directory, each once.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.process.namespace.refused()
    }

    /// The addresses beyond its loopback that the guest was refused, each once.
    pub fn refused_addresses(&self) -> Vec<RefusedAddress> {
        self.world.network.refused()
    }
}

impl Default for Kernel {
    /// A process with the host's standard streams and no granted directory.
    fn default() -> Self {
        Kernel::with_namespace(&Config::default(), Namespace::default())
    }
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel").field("exit", &self.exit()).field("refusals", &self.refusals()).finish_non_exhaustive()
    }
}
