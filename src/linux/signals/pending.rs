//! Signals that were sent and not yet delivered: a queue for a process and one for each thread
//! (`struct sigpending`).

use std::collections::VecDeque;

use crate::linux::abi::siginfo::{SI_KERNEL, SI_USER};
use crate::linux::abi::signals::{SIGKILL, SIGRTMIN};
use crate::linux::errno::Errno;

use super::actions::{SYNCHRONOUS, bit};
use super::siginfo::{Siginfo, SiginfoFields};

/// The signals that wait: which, and what is known about each, in the order of their arrival.
///
/// A signal may be in the set without an entry in the queue: there was no room for it, and it will be
/// delivered without anything to say.
#[derive(Clone, Default, Debug)]
pub struct PendingSignals {
    set: u64,
    queue: VecDeque<Siginfo>,
}

impl PendingSignals {
    /// Which signals wait.
    pub fn set(&self) -> u64 {
        self.set
    }

    /// How many entries there are, of which RLIMIT_SIGPENDING limits the number.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Adds a signal. A standard signal that waits already is not added again; real-time signals are
    /// queued, if there is room for `room` more entries.
    ///
    /// # Errors
    /// EAGAIN without room, for a real-time signal that does not come from kill(2): what it has to say
    /// must not be lost.
    pub fn push(&mut self, info: Siginfo, room: usize) -> Result<(), Errno> {
        let Siginfo { signal, code, .. } = info;
        let standard = signal < SIGRTMIN;
        if standard && self.set & bit(signal) != 0 {
            return Ok(());
        }
        // What the kernel says about a standard signal always has room.
        let exempt = standard && (code as i32) >= 0 || code == SI_KERNEL;
        if signal != SIGKILL {
            if room > 0 || exempt {
                self.queue.push_back(info);
            } else if !standard && code != SI_USER {
                return Err(Errno::EAGAIN);
            }
        }
        self.set |= bit(signal);
        Ok(())
    }

    /// Takes the signal that comes first among those that are not blocked (`next_signal`): the
    /// synchronous ones first, then by number.
    pub fn take(&mut self, blocked: u64) -> Option<Siginfo> {
        let free = self.set & !blocked;
        let first = if free & SYNCHRONOUS != 0 { free & SYNCHRONOUS } else { free };
        (free != 0).then(|| self.collect(first.trailing_zeros() + 1))
    }

    /// Takes the first signal that an instruction caused (`dequeue_synchronous_signal`), if it is not
    /// blocked: one that a program sent under the same number does not count.
    pub fn take_synchronous(&mut self, blocked: u64) -> Option<Siginfo> {
        let caused =
            |info: &&Siginfo| (info.code as i32) > SI_USER as i32 && bit(info.signal) & SYNCHRONOUS & !blocked != 0;
        let signal = self.queue.iter().find(caused)?.signal;
        Some(self.collect(signal))
    }

    /// What is known about those that wait.
    pub fn infos(&self) -> impl Iterator<Item = &Siginfo> {
        self.queue.iter()
    }

    /// Forgets these signals.
    pub fn discard(&mut self, signals: u64) {
        if self.set & signals != 0 {
            self.set &= !signals;
            self.queue.retain(|info| bit(info.signal) & signals == 0);
        }
    }

    /// Whether the signal of a timer of timer_create(2) waits.
    pub fn has_timer(&self, timer: u32) -> bool {
        self.queue.iter().any(|info| is_of(info, timer))
    }

    /// Forgets the signal of a timer, which was set anew or deleted.
    pub fn discard_timer(&mut self, timer: u32) {
        if let Some(index) = self.queue.iter().position(|info| is_of(info, timer)) {
            let signal = self.queue.remove(index).map_or(0, |info| info.signal);
            if !self.queue.iter().any(|info| info.signal == signal) {
                self.set &= !bit(signal);
            }
        }
    }

    /// Takes the oldest entry of a signal (`collect_signal`).
    fn collect(&mut self, signal: u32) -> Siginfo {
        let same = |info: &Siginfo| info.signal == signal;
        let found = self.queue.iter().position(same).and_then(|index| self.queue.remove(index));
        if !self.queue.iter().any(same) {
            self.set &= !bit(signal);
        }
        found.unwrap_or(Siginfo::user(signal, 0, 0))
    }
}

/// Whether it is the signal of a timer.
fn is_of(info: &Siginfo, timer: u32) -> bool {
    matches!(info.fields, SiginfoFields::Timer { id, .. } if id == timer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::siginfo::SEGV_MAPERR;
    use crate::linux::abi::signals::{SIGHUP, SIGSEGV, SIGTERM, SIGUSR1};

    fn taken(pending: &mut PendingSignals) -> Vec<u32> {
        std::iter::from_fn(|| pending.take(0)).map(|info| info.signal).collect()
    }

    #[test]
    fn standard_signals_come_once_and_real_time_ones_in_order() {
        let mut pending = PendingSignals::default();
        for info in [
            Siginfo::queue(41, 1, 1, 1),
            Siginfo::user(SIGTERM, 1, 1),
            Siginfo::user(SIGTERM, 2, 2),
            Siginfo::queue(40, 1, 1, 1),
            Siginfo::queue(40, 1, 1, 2),
            Siginfo::user(SIGHUP, 1, 1),
            Siginfo::user(SIGSEGV, 1, 1),
        ] {
            pending.push(info, 10).unwrap();
        }
        assert_eq!(pending.take(!bit(40)), Some(Siginfo::queue(40, 1, 1, 1)));
        assert_eq!(taken(&mut pending), [SIGSEGV, SIGHUP, SIGTERM, 40, 41], "synchronous ones first");
        assert_eq!((pending.set(), pending.len()), (0, 0));
    }

    #[test]
    fn a_full_queue_refuses_values_and_keeps_signals() {
        let mut pending = PendingSignals::default();
        assert_eq!(pending.push(Siginfo::queue(40, 1, 1, 1), 0), Err(Errno::EAGAIN));
        assert_eq!(pending.push(Siginfo::queue(SIGUSR1, 1, 1, 1), 0), Ok(()));
        assert_eq!(pending.push(Siginfo::user(40, 1, 1), 0), Ok(()));
        assert_eq!(pending.len(), 0);
        assert_eq!(pending.push(Siginfo::user(SIGTERM, 7, 7), 0), Ok(()), "kill of a standard signal has room");
        let all: Vec<Siginfo> = std::iter::from_fn(|| pending.take(0)).collect();
        let expected = [Siginfo::user(SIGUSR1, 0, 0), Siginfo::user(SIGTERM, 7, 7), Siginfo::user(40, 0, 0)];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_an_instruction_caused_is_told_from_what_was_sent() {
        let mut pending = PendingSignals::default();
        pending.push(Siginfo::tkill(4, 1, 1), 10).unwrap();
        pending.push(Siginfo::fault(SIGSEGV, SEGV_MAPERR, 0), 10).unwrap();
        assert_eq!(pending.take_synchronous(0).map(|info| info.signal), Some(SIGSEGV));
        assert_eq!(pending.take_synchronous(0), None);
        pending.discard(bit(4));
        assert_eq!(pending.take(0), None);
    }
}
