//! What a thread knows of signals: the mask, the alternate stack, those sent to it alone, and what a
//! handler will be told of the last trap.

use crate::linux::abi::signals::SIG_IGN;
use crate::linux::errno::Errno;

use super::actions::{UNBLOCKABLE, bit};
use super::alternate_stack::AlternateStack;
use super::dispositions::Dispositions;
use super::pending::PendingSignals;
use super::siginfo::Siginfo;

/// The last exception of a thread that became a signal. Each frame has it, whatever signal it is for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct LastTrap {
    /// The vector.
    pub number: u32,
    /// The error code that the processor pushed.
    pub error: u32,
    /// CR2: the address of the last page fault.
    pub cr2: u32,
}

/// The signal state of a thread. A new thread has its creator's mask and nothing else of it.
#[derive(Clone, Default, Debug)]
pub struct ThreadSignals {
    /// Signals sent to this thread.
    pub pending: PendingSignals,
    blocked: u64,
    /// The mask to put back when a call that replaced it is over (sigsuspend(2), ppoll(2)).
    saved: Option<u64>,
    /// What sigtimedwait(2) waits for: not ignored, and unblocked as far as waking is concerned.
    awaited: u64,
    /// The alternate stack.
    pub stack: AlternateStack,
    /// The last trap.
    pub trap: LastTrap,
    /// The number of the call that the thread is in (`orig_eax`); none after a fault, and none in
    /// sigreturn(2), which is never restarted.
    pub call: Option<u32>,
    /// Whether the processor would have saved EFLAGS with RF set: the instruction at EIP has faulted.
    pub resume: bool,
}

impl ThreadSignals {
    /// The state of a thread that this one creates: its mask, and nothing else. With fork(2), which
    /// copies the memory, it keeps the alternate stack too.
    pub fn cloned(&self, forks: bool) -> ThreadSignals {
        let stack = if forks { self.stack } else { AlternateStack::NONE };
        ThreadSignals { blocked: self.blocked, stack, ..ThreadSignals::default() }
    }

    /// What execve(2) leaves: the mask and the pending signals.
    pub fn reset_for_exec(&mut self) {
        (self.stack, self.saved, self.awaited) = (AlternateStack::default(), None, 0);
    }

    /// The blocked signals.
    pub fn blocked(&self) -> u64 {
        self.blocked
    }

    /// Blocks these signals and no others; SIGKILL and SIGSTOP cannot be blocked.
    pub fn set_blocked(&mut self, mask: u64) {
        self.blocked = mask & !UNBLOCKABLE;
    }

    /// Replaces the mask for the time of a call. If the call waits and is run again, the mask that is
    /// put back is still the first one.
    pub fn replace_mask(&mut self, mask: u64) {
        let before = self.blocked;
        self.set_blocked(mask);
        self.saved.get_or_insert(before);
    }

    /// Puts the mask back that a call has replaced.
    pub fn restore_mask(&mut self) {
        if let Some(mask) = self.saved.take() {
            self.blocked = mask;
        }
    }

    /// The mask that a frame keeps: the one before the call that replaced it.
    pub fn mask_to_save(&self) -> u64 {
        self.saved.unwrap_or(self.blocked)
    }

    /// A handler with this mask of its own has been entered: what the call replaced is in its frame.
    pub fn entered(&mut self, mask: u64) {
        self.saved = None;
        self.set_blocked(self.blocked | mask);
        self.stack.entered();
    }

    /// Waits for signals that stay blocked otherwise; none ends it.
    pub fn await_signals(&mut self, signals: u64) {
        self.awaited = signals;
    }

    /// Whether a signal in one of these sets would be delivered, or end a wait for it: the thread has
    /// something to do.
    pub fn has_deliverable(&self, process: &PendingSignals) -> bool {
        (self.pending.set() | process.set()) & (!self.blocked | self.awaited) != 0
    }

    /// Whether a signal would be delivered to this thread, or end its wait for it.
    pub fn wants(&self, signal: u32) -> bool {
        (!self.blocked | self.awaited) & bit(signal) != 0
    }

    /// Whether a signal has no effect on this thread and is not kept (`sig_ignored`). One that is
    /// blocked is kept: its action may change until it is not.
    pub fn ignores(&self, dispositions: &Dispositions, signal: u32) -> bool {
        (self.blocked | self.awaited) & bit(signal) == 0 && dispositions.ignores(signal)
    }

    /// Receives a signal that was sent to this thread. The queues of the process must have lost its
    /// [`opposites`](super::opposites) before. Entries beyond `room` are refused with EAGAIN.
    pub fn receive(&mut self, dispositions: &Dispositions, info: Siginfo, room: usize) -> Result<(), Errno> {
        if self.ignores(dispositions, info.signal) { Ok(()) } else { self.pending.push(info, room) }
    }

    /// Receives a signal that cannot be avoided (`force_sig_info`): if it is blocked or ignored, it does
    /// what it does by default.
    pub fn force(&mut self, dispositions: &mut Dispositions, info: Siginfo) {
        let signal = info.signal;
        let ignored = dispositions.get(signal).is_ok_and(|action| action.sa_handler == SIG_IGN);
        if ignored || self.blocked & bit(signal) != 0 {
            dispositions.set_default(signal);
            self.blocked &= !bit(signal);
        }
        // One that waited already comes first in its place.
        self.pending.discard(bit(signal));
        let _ = self.pending.push(info, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::Encoded;
    use crate::linux::abi::siginfo::SEGV_MAPERR;
    use crate::linux::abi::signals::{SIG_DFL, SIGCHLD, SIGKILL, SIGSEGV, SIGUSR1, Sigaction};

    #[test]
    fn an_ignored_signal_is_kept_while_it_is_blocked() {
        let (mut thread, actions) = (ThreadSignals::default(), Dispositions::default());
        thread.receive(&actions, Siginfo::user(SIGCHLD, 1, 1), 1).unwrap();
        assert_eq!(thread.pending.set(), 0);
        thread.set_blocked(u64::MAX);
        assert_eq!(thread.blocked() & bit(SIGKILL), 0);
        thread.receive(&actions, Siginfo::user(SIGCHLD, 1, 1), 1).unwrap();
        assert_eq!(thread.pending.set(), bit(SIGCHLD));
        assert!(!thread.has_deliverable(&PendingSignals::default()));
        thread.await_signals(bit(SIGCHLD));
        assert!(thread.has_deliverable(&PendingSignals::default()));
    }

    #[test]
    fn a_fault_gets_through() {
        let (mut thread, mut actions) = (ThreadSignals::default(), Dispositions::default());
        actions.set(SIGSEGV, Sigaction { sa_handler: 0x1000, ..Sigaction::zeroed() }).unwrap();
        thread.set_blocked(bit(SIGSEGV) | bit(SIGUSR1));
        thread.force(&mut actions, Siginfo::fault(SIGSEGV, SEGV_MAPERR, 0));
        assert_eq!(actions.get(SIGSEGV).unwrap().sa_handler, SIG_DFL);
        assert_eq!((thread.blocked(), thread.pending.set()), (bit(SIGUSR1), bit(SIGSEGV)));
    }

    #[test]
    fn a_call_replaces_the_mask_once() {
        let mut thread = ThreadSignals::default();
        thread.set_blocked(1);
        thread.replace_mask(2);
        thread.replace_mask(2);
        assert_eq!((thread.blocked(), thread.mask_to_save()), (2, 1));
        thread.restore_mask();
        assert_eq!((thread.blocked(), thread.mask_to_save()), (1, 1));
    }
}
