//! Signals from outside, as Ctrl-C sends them: a number that the run loop looks at between quanta, and
//! a wake-up for a guest that waits for the host.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::linux::sync::lock;

use super::wake::{self, Readiness, Wake};

/// Sends signals to a running guest, which ends by one for which it has no handler. Clones send to the
/// same guest.
#[derive(Clone, Default, Debug)]
pub struct Interrupt(Arc<State>);

#[derive(Default, Debug)]
struct State {
    /// The signals that were sent and that the guest has not yet received: bit 0 is signal 1.
    signals: AtomicU64,
    /// Every signal that was ever sent.
    sent: AtomicU64,
    /// Whether somebody outside wants the world to pause.
    attention: AtomicBool,
    /// When it pauses by itself.
    deadline: Mutex<Option<Instant>>,
    /// Whether there is such a moment.
    has_deadline: AtomicBool,
    /// Whether the guest has jobs of its own.
    has_jobs: AtomicBool,
    /// What becomes readable when somebody asks; `None` if nobody ever will.
    wake: Option<Wake>,
}

/// Why the world pauses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pause {
    /// The moment of a deadline has come.
    Deadline,
    /// Somebody outside wants it.
    Attention,
}

impl Interrupt {
    /// An interrupt that somebody means to raise. The default one cannot wake a waiting guest.
    ///
    /// # Errors
    /// The host has no descriptors left.
    pub fn new() -> io::Result<Interrupt> {
        Ok(Interrupt(Arc::new(State { wake: Some(Wake::new()?), ..State::default() })))
    }

    /// Sends the guest a signal. May be called from any thread.
    pub fn raise(&self, signal: u8) {
        let State { signals, sent, wake, .. } = &*self.0;
        sent.fetch_or(bit(signal), Ordering::Relaxed);
        signals.fetch_or(bit(signal), Ordering::Relaxed);
        wake.iter().for_each(Wake::wake);
    }

    /// Whether a signal was ever sent, taken or not.
    pub fn was_sent(&self, signal: u8) -> bool {
        self.0.sent.load(Ordering::Relaxed) & bit(signal) != 0
    }

    /// A signal was sent in the run that is replayed.
    pub(super) fn note_sent(&self, signal: u8) {
        self.0.sent.fetch_or(bit(signal), Ordering::Relaxed);
    }

    /// The first signal that was sent and not yet taken, if any.
    pub fn raised(&self) -> Option<u8> {
        first(self.0.signals.load(Ordering::Relaxed))
    }

    /// Takes the signals that were sent, one at a time: they do not end any more waits then.
    pub(crate) fn take(&self) -> Option<u8> {
        let State { signals, wake, .. } = &*self.0;
        let signal = first(signals.load(Ordering::Relaxed))?;
        let before = signals.fetch_and(!(1 << (signal - 1)), Ordering::Relaxed);
        if before.count_ones() == 1 {
            wake.iter().for_each(Wake::calm);
        }
        Some(signal)
    }

    /// Lets a guest that waits look again at what it waits for. May be called from any thread.
    pub(crate) fn nudge(&self) {
        self.0.wake.iter().for_each(Wake::wake);
    }

    /// Ends the run of a [`Vm`](crate::vm::Vm), or the next one if none is under way, without telling the guest. May be
    /// called from any thread.
    pub fn stop(&self) {
        self.want_attention(true);
    }

    /// Whether somebody outside wants the world to pause: a guest that waits stops waiting then, and is to be
    /// run again. May be called from any thread.
    pub(crate) fn want_attention(&self, wanted: bool) {
        self.0.attention.store(wanted, Ordering::Relaxed);
        if wanted { self.nudge() } else { self.settle() }
    }

    /// Why the world is to pause now, if it is. The clock is read once, so that one pause has one reason.
    pub(crate) fn pause(&self) -> Option<Pause> {
        if self.is_late() {
            return Some(Pause::Deadline);
        }
        self.0.attention.load(Ordering::Relaxed).then_some(Pause::Attention)
    }

    /// The moment at which the world pauses by itself.
    pub(crate) fn set_deadline(&self, deadline: Option<Instant>) {
        *lock(&self.0.deadline) = deadline;
        self.0.has_deadline.store(deadline.is_some(), Ordering::Relaxed);
    }

    /// Whether that moment has come.
    fn is_late(&self) -> bool {
        self.time_left().is_some_and(|left| left.is_zero())
    }

    /// How long it is until then.
    fn time_left(&self) -> Option<Duration> {
        let has = self.0.has_deadline.load(Ordering::Relaxed);
        let deadline = if has { *lock(&self.0.deadline) } else { None };
        deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The guest has looked: it can wait again, unless a signal has come.
    pub(crate) fn settle(&self) {
        if self.raised().is_none() {
            self.0.wake.iter().for_each(Wake::calm);
        }
    }

    /// The guest has jobs of its own, one of which a Ctrl-C is for.
    pub(crate) fn have_jobs(&self) {
        self.0.has_jobs.store(true, Ordering::Relaxed);
    }

    /// Whether the guest has jobs of its own, as a shell does: a Ctrl-C is for the one in the foreground, and
    /// two of them say nothing about the guest.
    pub fn has_jobs(&self) -> bool {
        self.0.has_jobs.load(Ordering::Relaxed)
    }

    /// Waits until a signal was sent, for no longer than it takes to hear of it.
    pub(crate) fn await_signal(&self, signal: u8) {
        const LIMIT: u32 = 1000;
        for _ in 0..LIMIT {
            if self.0.signals.load(Ordering::Relaxed) & bit(signal) != 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Whether a guest that waits can be woken.
    pub(crate) fn can_wake(&self) -> bool {
        self.0.wake.is_some()
    }

    /// Sleeps. [`io::ErrorKind::Interrupted`] if the guest shall end.
    pub fn sleep(&self, time: Duration) -> io::Result<()> {
        self.check()?;
        match &self.0.wake {
            Some(wake) => wake.sleep(time),
            None => std::thread::sleep(time),
        }
        self.check()
    }

    /// Waits until a file that may block is ready. [`io::ErrorKind::Interrupted`] if the guest shall
    /// end.
    pub fn wait(&self, file: &File, wanted: Readiness) -> io::Result<()> {
        self.check()?;
        if let Some(wake) = &self.0.wake {
            wake.wait(file, wanted);
        }
        self.check()
    }

    /// Waits until any of these files is ready, for at most a time, or until somebody raises the
    /// interrupt; says which files are ready.
    pub fn wait_any(&self, files: &[(&File, Readiness)], time: Option<Duration>) -> Vec<bool> {
        let time = time.into_iter().chain(self.time_left()).min();
        wake::wait_any(self.0.wake.as_ref(), files, time)
    }

    fn check(&self) -> io::Result<()> {
        self.raised().map_or(Ok(()), |_| Err(io::ErrorKind::Interrupted.into()))
    }
}

/// A signal in a set: bit 0 is signal 1.
fn bit(signal: u8) -> u64 {
    1_u64.checked_shl(u32::from(signal).wrapping_sub(1)).unwrap_or(0)
}

/// The lowest signal of a set.
fn first(signals: u64) -> Option<u8> {
    (signals != 0).then(|| signals.trailing_zeros() as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_has_one_reason_and_a_deadline_is_the_first() {
        let interrupt = Interrupt::default();
        assert_eq!(interrupt.pause(), None);
        interrupt.want_attention(true);
        assert_eq!(interrupt.pause(), Some(Pause::Attention));
        interrupt.set_deadline(Some(Instant::now()));
        assert_eq!(interrupt.pause(), Some(Pause::Deadline));
        interrupt.set_deadline(Some(Instant::now() + Duration::from_secs(3600)));
        assert_eq!(interrupt.pause(), Some(Pause::Attention));
        interrupt.want_attention(false);
        assert_eq!(interrupt.pause(), None);
    }
}
