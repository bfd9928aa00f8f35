//! The world: all processes and threads, of which one thread runs at a time.
//!
//! The running thread, its process and its address space are in the hands of
//! [`Kernel`](crate::linux::Kernel) and the machine; everybody else is here. So a call has its own
//! process at hand, and finds the others here.

mod alarms;
mod asynchronous;
mod bridge;
mod copy;
mod countdown;
mod futexes;
mod gateway;
mod handles;
mod kernel_memory;
mod lease_guard;
mod leases;
mod log;
mod marks;
mod names;
mod queue;
mod ready;
mod resolver;
mod settings;
mod turns;
mod waiting;

use std::collections::BTreeMap;

use crate::linux::clock::Clock;
use crate::linux::config::Config;
use crate::linux::host::{Host, Interrupt};
use crate::linux::ipc::Ipc;
use crate::linux::keys::KeyStore;
use crate::linux::net::{NetworkEnd, SocketNetwork};
use crate::linux::objects::OpenFileHandle;
use crate::linux::process::{FIRST_PID, INIT_PID, NamespaceCounts, Process};
use crate::linux::thread::Thread;
use crate::linux::tracing::Tracees;
use crate::memory::AddressSpace;

pub use alarms::Alarms;
pub use asynchronous::{AsynchronousFiles, DIRECTORY_EVENTS};
pub use copy::move_sources;
pub use countdown::{Countdown, TimerSetting};
pub use futexes::{FutexKey, FutexWaiter, Futexes};
pub use gateway::{Gateway, outside};
pub use handles::HandledFile;
pub use kernel_memory::{Charge, KernelMemory};
pub use lease_guard::LeaseGuard;
pub use leases::Leases;
pub use log::KernelLog;
pub use marks::{MarkKey, Marks, QueueWatch};
pub use names::{LONGEST_NAME, SystemNames};
pub use queue::{WaitQueue, WaitQueues};
pub use ready::Ready;
use settings::Settings;
pub use turns::Turns;
pub use waiting::{Waiters, Waiting};

/// Everything but the thread that runs, its process and its address space.
#[derive(Debug)]
pub struct World {
    /// The other processes, dead ones that nobody has waited for among them. Boxed, as threads and address spaces are,
    /// because whoever gets his turn is taken out of here.
    pub processes: BTreeMap<u32, Box<Process>>,
    /// The other threads.
    pub threads: BTreeMap<u32, Box<Thread>>,
    /// The other address spaces, by their numbers.
    pub spaces: BTreeMap<u64, Box<AddressSpace>>,
    /// Threads that can run.
    pub ready: Ready,
    /// Threads that wait.
    pub waiters: Waiters,
    /// Threads that are traced.
    pub tracees: Tracees,
    /// Makes queues to wait at.
    pub queues: WaitQueues,
    /// Where threads wait for signals that descriptors stand for (signalfd(2)).
    pub signal_arrivals: WaitQueue,
    /// Who waits at futexes.
    pub futexes: Futexes,
    /// Objects of System V IPC.
    pub ipc: Ipc,
    /// Sockets by their names.
    pub network: SocketNetwork,
    /// Open files that tell their owners of changes.
    pub asynchronous: AsynchronousFiles,
    /// The way to the host's network.
    pub gateway: Gateway,
    /// Leases on files.
    pub leases: Leases,
    /// How many namespaces its users have.
    pub namespace_counts: NamespaceCounts,
    /// The file that accounts of processes are written to (acct(2)).
    pub accounts: Option<OpenFileHandle>,
    /// Files that programs have handles of, by their devices and inodes.
    pub handles: BTreeMap<(u64, u64), HandledFile>,
    /// What programs have written to its files of settings.
    pub settings: Settings,
    /// Its log.
    pub log: KernelLog,
    /// Keys that programs have given it.
    pub keys: KeyStore,
    /// How long what is written to files will live, by their devices and inodes, if programs have said so.
    pub write_hints: BTreeMap<(u64, u64), u32>,
    /// When timers expire.
    pub alarms: Alarms,
    /// When the running thread must make room for others.
    pub turns: Turns,
    /// What time it is.
    pub clock: Clock,
    /// The way to the host.
    pub host: Host,
    /// Signals from outside.
    pub interrupt: Interrupt,
    /// Most threads that may exist.
    pub max_threads: usize,
    /// The last number that a process or thread was given.
    last_id: u32,
    /// When everything else is gone, nobody reaches what is left of the sockets.
    _end: NetworkEnd,
}

impl World {
    /// A world of one process.
    pub fn new(config: &Config, queues: WaitQueues, memory: &KernelMemory) -> World {
        let network = SocketNetwork::new(memory);
        World {
            processes: BTreeMap::new(),
            threads: BTreeMap::new(),
            spaces: BTreeMap::new(),
            ready: Ready::default(),
            waiters: Waiters::default(),
            tracees: Tracees::default(),
            signal_arrivals: queues.create(),
            leases: Leases::new(queues.create()),
            queues,
            futexes: Futexes::default(),
            ipc: Ipc::default(),
            _end: NetworkEnd(network.clone()),
            network,
            asynchronous: AsynchronousFiles::default(),
            gateway: Gateway::default(),
            accounts: None,
            handles: BTreeMap::new(),
            settings: Settings::default(),
            log: KernelLog::default(),
            keys: KeyStore::default(),
            namespace_counts: NamespaceCounts::default(),
            write_hints: BTreeMap::new(),
            alarms: Alarms::default(),
            turns: Turns::new(config.schedule_seed),
            clock: Clock::new(config.clock, &config.host),
            host: config.host.clone(),
            interrupt: config.interrupt.clone(),
            max_threads: config.max_processes,
            last_id: FIRST_PID,
        }
    }

    /// Adds the process that the first one is a child of.
    pub fn add_init(&mut self, first: &Process) {
        let init = Process::init(first, &self.queues);
        self.threads.insert(INIT_PID, Box::new(Thread::new(INIT_PID, INIT_PID, &init.executable)));
        self.processes.insert(INIT_PID, Box::new(init));
    }

    /// How many threads can run, or wait: those beside the running one, which init's is not.
    pub fn other_threads(&self) -> usize {
        self.threads.len() - 1
    }

    /// The last number that a process or thread was given.
    pub fn last_id(&self) -> u32 {
        self.last_id
    }

    /// A number for a process or thread: numbers are not used again before they have all been used.
    pub fn new_id(&mut self) -> u32 {
        const LAST: u32 = 4_194_303;
        loop {
            self.last_id = if self.last_id >= LAST { FIRST_PID + 1 } else { self.last_id + 1 };
            let id = self.last_id;
            let used = self.threads.contains_key(&id) || self.processes.contains_key(&id) || self.tracees.contains(id);
            if !used {
                return id;
            }
        }
    }

    /// Lets a waiting thread look again at what it waits for.
    pub fn wake(&mut self, tid: u32) {
        if self.waiters.remove(tid) {
            self.make_ready(tid);
        }
    }

    /// A thread can run from now on. With a real-time policy it need not wait until the turn of a lesser one
    /// is over.
    pub fn make_ready(&mut self, tid: u32) {
        let priority = self.threads.get(&tid).map_or(0, |thread| thread.scheduling.rank());
        self.ready.push(tid, priority);
        if priority > 0 {
            self.turns.end_now();
        }
    }
}
