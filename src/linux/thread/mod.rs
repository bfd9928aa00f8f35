//! A thread: the processor's state while it does not run, what it waits for, and what it asked to be told.

mod confinement;
mod filter;
mod scheduling;

use std::sync::Arc;

use crate::cpu::Cpu;
use crate::instructions::Event;
use crate::linux::copy::{Opaque, copied};
use crate::linux::files::PlaceHandle;
use crate::linux::objects::Permission;
use crate::linux::observer::SystemCall;
use crate::linux::process::{MemoryPolicy, Usage};
use crate::linux::signals::ThreadSignals;
use crate::linux::world::Waiting;

pub use confinement::{Confinement, Filter, FilterStep};
pub use filter::{MAX_STEPS, check as check_filter, run as run_filter};
pub use scheduling::{HIGHEST_PRIORITY, Reservation, Scheduling, is_normal, is_real_time};

/// The longest name of a thread, in bytes (`PR_SET_NAME`).
pub const NAME_LENGTH: usize = 15;

/// A thread of a process.
#[derive(Debug)]
pub struct Thread {
    /// Its number, which no other thread or process has.
    pub tid: u32,
    /// The process that it belongs to.
    pub pid: u32,
    /// The processor as the thread left it; `None` while it runs.
    pub cpu: Option<Box<Cpu>>,
    /// Where a zero is stored and a futex woken when it ends (set_tid_address(2)).
    pub clear_child_tid: u32,
    /// The head of its list of robust futexes (set_robust_list(2)).
    pub robust_list: u32,
    /// The name that `prctl(PR_GET_NAME)` tells.
    pub name: Vec<u8>,
    /// The call that it waits in.
    pub call: Option<InterruptedCall>,
    /// What the call that is being answered wants to wait for.
    pub wait: Option<Waiting>,
    /// A call that a signal interrupted and that knows how long it still has to wait (restart_syscall(2)).
    pub restart: Option<InterruptedCall>,
    /// When it runs.
    pub scheduling: Scheduling,
    /// Its mask, alternate stack, and signals of its own.
    pub signals: ThreadSignals,
    /// What it has given up.
    pub confinement: Confinement,
    /// By how many nanoseconds its timers may be late, if it has said so.
    pub timer_slack: Option<u32>,
    /// Where its memory is to lie (set_mempolicy(2)).
    pub memory_policy: MemoryPolicy,
    /// What it has used.
    pub usage: Usage,
    /// Whether it has ended.
    pub ended: bool,
}

/// What takes something back when the call is over that put it there.
pub type CallGuard = Arc<dyn Opaque>;

/// A call that did not finish: it is made again when the thread goes on.
#[derive(Clone, Debug, Default)]
pub struct InterruptedCall {
    /// How the kernel was entered for it, once it has waited.
    pub entry: Option<Event>,
    /// The same before it begins, while a tracer has its thread stopped there.
    pub begins: Option<Event>,
    /// Its number, if EAX does not have it: it is being restarted, or its thread is traced.
    pub number: Option<u32>,
    /// The moment when it gives up, once it is known.
    pub deadline: Option<std::time::Duration>,
    /// Which of the things that it waits for has come, and has been taken away.
    pub woken: Option<u32>,
    /// How many bytes there were that it waits for more of.
    pub seen: usize,
    /// How much of it is done: bytes written.
    pub progress: u32,
    /// What others see of it while it waits: gone when it goes on, is interrupted, or its thread ends.
    pub guard: Option<CallGuard>,
    /// What it answers when it goes on, if nothing else is to be done.
    pub answer: Option<u32>,
    /// The call as an observer was told of it and may have changed it: one that waits is told once.
    pub observed: Option<SystemCall>,
    /// The tracer was asked about it because a filter wants that, and it was not decided upon again since.
    pub asked: bool,
    /// What it opens, once it has found it: the other end of a FIFO is awaited there.
    pub opens: Option<PlaceHandle>,
    /// Who is asked whether it may go on (fanotify(7)), and what has been allowed already.
    pub asks: Option<Arc<Permission>>,
    pub allowed: u32,
    /// The child that has its memory until it executes a program or ends (vfork(2)).
    pub lent_to: Option<u32>,
}

impl Thread {
    /// Gives it a name, of which the first 15 bytes count.
    pub fn set_name(&mut self, name: &[u8]) {
        self.name = name[..name.len().min(NAME_LENGTH)].to_vec();
    }

    /// A thread that runs.
    pub fn new(tid: u32, pid: u32, name: &[u8]) -> Thread {
        Thread {
            tid,
            pid,
            cpu: None,
            clear_child_tid: 0,
            robust_list: 0,
            name: name[..name.len().min(NAME_LENGTH)].to_vec(),
            call: None,
            wait: None,
            restart: None,
            scheduling: Scheduling::default(),
            signals: ThreadSignals::default(),
            confinement: Confinement::default(),
            timer_slack: None,
            memory_policy: MemoryPolicy::default(),
            usage: Usage::default(),
            ended: false,
        }
    }
}

copied!(Thread: clone {
    tid, pid, cpu, clear_child_tid, robust_list, name, scheduling, signals, confinement, timer_slack, memory_policy,
    usage,    ended,
} duplicate { call, wait, restart });

copied!(InterruptedCall: clone {
    entry, begins, number, deadline, woken, seen, progress, answer, observed, lent_to, asked, allowed,
} duplicate { guard, opens, asks });
