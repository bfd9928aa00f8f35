//! What the kernel knows about a process. The calls that read and change it are in `calls/`.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::process::RLIMIT_SIGPENDING;
use crate::linux::clock::{Clock, ClockSource};
use crate::linux::config::Config;
use crate::linux::errno::Errno;
use crate::linux::files::Namespace;
use crate::linux::host::{self, Interrupt};
use crate::linux::objects::OpenFileHandle;
use crate::linux::signals::{
    self, Moment, ProcessSignals, Siginfo, ThreadSignals, TimeBase, TimerReceiver, Trampolines,
};

use super::credentials::Credentials;
use super::descriptors::Descriptors;
use super::limits::ResourceLimits;
use super::shared_mappings::SharedMappings;
use super::space::Space;

/// The number of the only process, thread, process group and session.
pub const PID: u32 = 1000;

/// The longest name that `prctl(PR_SET_NAME)` keeps, in bytes.
const NAME_LENGTH: usize = 15;

/// How a guest ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Termination {
    /// By `exit` or `exit_group`, with this status (0 to 255).
    Status(u8),
    /// By a fatal signal.
    Signal(u8),
}

/// A process with one thread. A clone shares open files with the original, as after `fork`.
#[derive(Clone)]
pub struct Process {
    /// How it ended; `None` while it runs.
    pub exit: Option<Termination>,
    /// The descriptor table.
    pub descriptors: Descriptors,
    /// The file tree that it sees.
    pub namespace: Namespace,
    /// The absolute path of the working directory.
    pub directory: Vec<u8>,
    /// The permission bits that new files do not get.
    pub umask: u32,
    /// The same bits of the host's process, which the host takes away in any case.
    host_umask: u32,
    /// The address space.
    pub space: Space,
    /// Writable shared mappings of files.
    pub shared: SharedMappings,
    /// User and group.
    pub credentials: Credentials,
    /// What signals do, and those sent to the process.
    pub signals: ProcessSignals,
    /// Mask, alternate stack and signals of its only thread.
    pub thread_signals: ThreadSignals,
    /// Where handlers return to: in the vDSO, if it has one.
    pub trampolines: Option<Trampolines>,
    /// Resource limits.
    pub limits: ResourceLimits,
    /// What time it is.
    pub clock: Clock,
    /// Ends the process from outside.
    pub interrupt: Interrupt,
    /// The name that `prctl(PR_GET_NAME)` tells.
    pub name: Vec<u8>,
}

impl Process {
    /// A process without an image, in the root directory.
    pub fn new(config: &Config, namespace: Namespace) -> Process {
        let umask = host::umask();
        let name = config.program.rsplit('/').next().unwrap_or_default();
        Process {
            exit: None,
            descriptors: Descriptors::new(&config.streams),
            namespace,
            directory: b"/".to_vec(),
            umask,
            host_umask: umask,
            space: Space::new(config.memory_limit),
            shared: SharedMappings::default(),
            credentials: Credentials::of_host(),
            signals: ProcessSignals::default(),
            thread_signals: ThreadSignals::default(),
            trampolines: None,
            limits: ResourceLimits::new(config.stack_size),
            clock: Clock::new(config.clock),
            interrupt: config.interrupt.clone(),
            name: name.as_bytes()[..name.len().min(NAME_LENGTH)].to_vec(),
        }
    }

    /// Lets time pass; EINTR if a signal arrives.
    pub fn sleep(&mut self, m: &mut Machine, time: Duration) -> Result<(), Errno> {
        if self.wait_for_signal(m, Some(time)) { Err(Errno::EINTR) } else { Ok(()) }
    }

    /// Waits until a signal arrives, which it tells, or for so long. Where nothing can arrive it comes
    /// back at once.
    pub fn wait_for_signal(&mut self, m: &mut Machine, limit: Option<Duration>) -> bool {
        let end = limit.map(|limit| self.clock.elapsed(m).saturating_add(limit));
        loop {
            self.expire_timers(m);
            if self.has_signal() {
                return true;
            }
            let now = self.moment(m);
            let left = end.map(|end| end.saturating_sub(now.elapsed));
            if left == Some(Duration::ZERO) {
                return false;
            }
            let timer = self.signals.timers.next_deadline(TimeBase::Elapsed, now);
            let next = left.into_iter().chain(timer).min();
            match (next, self.clock.source()) {
                (Some(time), ClockSource::Virtual) => Clock::advance(m, time),
                (None, ClockSource::Virtual) => return false,
                (None, ClockSource::Host) if !self.interrupt.can_wake() => return false,
                (time, ClockSource::Host) => {
                    if self.interrupt.sleep(time.unwrap_or(Duration::MAX)).is_err() {
                        return true;
                    }
                }
            }
        }
    }

    /// What time it is for timers.
    pub fn moment(&self, m: &Machine) -> Moment {
        let elapsed = self.clock.elapsed(m);
        Moment { elapsed, cpu: elapsed }
    }

    /// Receives the signals of the timers that have expired.
    pub fn expire_timers(&mut self, m: &Machine) {
        if self.signals.timers.are_idle() {
            return;
        }
        let now = self.moment(m);
        let (process, thread) = (&self.signals.pending, &self.thread_signals.pending);
        let sent = self.signals.timers.expire(now, |timer| process.has_timer(timer) || thread.has_timer(timer));
        for (info, receiver) in sent {
            // A timer has had room for its signal since it was created.
            let _ = self.receive_within(info, matches!(receiver, TimerReceiver::Thread(_)), 1);
        }
    }

    /// Forgets the signal that a timer has sent.
    pub fn discard_timer(&mut self, timer: u32) {
        self.signals.pending.discard_timer(timer);
        self.thread_signals.pending.discard_timer(timer);
    }

    /// Whether a signal waits to be delivered, or is being waited for.
    pub fn has_signal(&self) -> bool {
        self.thread_signals.has_deliverable(&self.signals.pending)
    }

    /// How many more signals may be queued (RLIMIT_SIGPENDING).
    pub fn signal_room(&self) -> usize {
        let limit = usize::try_from(self.limits.get(RLIMIT_SIGPENDING).unwrap_or_default()[0]).unwrap_or(usize::MAX);
        limit.saturating_sub(self.signals.pending.len() + self.thread_signals.pending.len())
    }

    /// Receives a signal for the process as a whole, or for its thread alone; EAGAIN without room.
    pub fn receive(&mut self, info: Siginfo, to_thread: bool) -> Result<(), Errno> {
        let room = self.signal_room();
        self.receive_within(info, to_thread, room)
    }

    fn receive_within(&mut self, info: Siginfo, to_thread: bool, room: usize) -> Result<(), Errno> {
        let gone = signals::opposites(info.signal);
        self.signals.pending.discard(gone);
        self.thread_signals.pending.discard(gone);
        match to_thread {
            true => self.thread_signals.receive(&self.signals.dispositions, info, room),
            false => self.signals.receive(&self.thread_signals, info, room),
        }
    }

    /// The open file behind a descriptor; EBADF if there is none.
    pub fn open_file(&self, number: u32) -> Result<OpenFileHandle, Errno> {
        self.descriptors.get(number)
    }

    /// The permission bits of a new file, and whether they must be set again once it exists: the
    /// host applies its own mask, also where the guest has cleared bits of its mask (umask(2)).
    pub fn creation_mode(&self, mode: u32) -> (u32, bool) {
        let mode = mode & !self.umask;
        (mode, mode & self.host_umask != 0)
    }

    /// Ends the process.
    pub fn end(&mut self, m: &mut Machine, exit: Termination) {
        self.shared.write_back_all(&mut m.memory);
        self.exit = Some(exit);
    }
}
