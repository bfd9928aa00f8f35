//! What a process knows of signals: what they do, which were sent to it as a whole, and its timers.

use crate::linux::abi::signals::Sigaction;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;

use super::actions::bit;
use super::dispositions::Dispositions;
use super::pending::PendingSignals;
use super::siginfo::Siginfo;
use super::thread::ThreadSignals;
use super::timers::Timers;

/// The signal state that the threads of a process share.
#[derive(Clone, Default, Debug)]
pub struct ProcessSignals {
    /// What each signal does.
    pub dispositions: Dispositions,
    /// Signals sent to the process: any thread that does not block one may take it.
    pub pending: PendingSignals,
    /// Timers that send signals.
    pub timers: Timers,
}

impl ProcessSignals {
    /// Receives a signal that was sent to the process, of which this is the main thread. The queues must
    /// have lost its [`opposites`](super::opposites) before. Entries beyond `room` are refused with
    /// EAGAIN.
    pub fn receive(&mut self, main: &ThreadSignals, info: Siginfo, room: usize) -> Result<(), Errno> {
        if main.ignores(&self.dispositions, info.signal) { Ok(()) } else { self.pending.push(info, room) }
    }

    /// Changes the action of a signal. The answer is the signals that every thread's queue must lose:
    /// one that is ignored from now on is discarded where it waits, blocked or not (sigaction(2)).
    pub fn set_action(&mut self, signal: u32, action: Sigaction) -> Result<u64, Errno> {
        self.dispositions.set(signal, action)?;
        let gone = if self.dispositions.ignores(signal) { bit(signal) } else { 0 };
        self.pending.discard(gone);
        Ok(gone)
    }

    /// The state of a child after fork(2): the same actions, nothing pending, no timers. Two processes may
    /// share their actions (clone(2), CLONE_SIGHAND).
    pub fn forked(&self, shares_actions: bool) -> ProcessSignals {
        let dispositions = if shares_actions { self.dispositions.clone() } else { self.dispositions.copied() };
        ProcessSignals { dispositions, ..ProcessSignals::default() }
    }

    /// Takes the next signal that a thread shall handle (`get_signal`): what its last instruction
    /// caused, then those sent to it, then those sent to the process.
    pub fn take(&mut self, thread: &mut ThreadSignals) -> Option<Siginfo> {
        let blocked = thread.blocked();
        thread.pending.take_synchronous(blocked).or_else(|| self.dequeue(thread, blocked))
    }

    /// What execve(2) leaves.
    pub fn reset_for_exec(&mut self) {
        self.dispositions.clear_handlers();
        self.timers.reset_for_exec();
    }

    /// Takes the next signal outside of a set (`dequeue_signal`).
    pub fn dequeue(&mut self, thread: &mut ThreadSignals, blocked: u64) -> Option<Siginfo> {
        let mut info = thread.pending.take(blocked).or_else(|| self.pending.take(blocked))?;
        self.timers.delivered(&mut info);
        Some(info)
    }
}

copied!(ProcessSignals: clone { pending, timers } duplicate { dispositions });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::Encoded;
    use crate::linux::abi::siginfo::SEGV_MAPERR;
    use crate::linux::abi::signals::{SIG_IGN, SIGHUP, SIGSEGV, SIGTERM, SIGUSR1};

    #[test]
    fn faults_come_first_then_the_threads_own() {
        let (mut process, mut thread) = (ProcessSignals::default(), ThreadSignals::default());
        process.receive(&thread, Siginfo::user(SIGHUP, 1, 1), 9).unwrap();
        thread.receive(&process.dispositions, Siginfo::tkill(SIGUSR1, 1, 1), 9).unwrap();
        thread.receive(&process.dispositions, Siginfo::tkill(4, 1, 1), 9).unwrap();
        thread.force(&mut process.dispositions, Siginfo::fault(SIGSEGV, SEGV_MAPERR, 0));
        let order: Vec<u32> = std::iter::from_fn(|| process.take(&mut thread)).map(|info| info.signal).collect();
        assert_eq!(order, [SIGSEGV, 4, SIGUSR1, SIGHUP]);
    }

    #[test]
    fn ignoring_discards_what_waits() {
        let (mut process, mut thread) = (ProcessSignals::default(), ThreadSignals::default());
        thread.set_blocked(bit(SIGTERM));
        process.receive(&thread, Siginfo::user(SIGTERM, 1, 1), 9).unwrap();
        let gone = process.set_action(SIGTERM, Sigaction { sa_handler: SIG_IGN, ..Sigaction::zeroed() });
        assert_eq!((gone, process.pending.set()), (Ok(bit(SIGTERM)), 0));
    }
}
