//! The timers of a process: the three of setitimer(2), and those of timer_create(2).
//!
//! They know no clock: whoever calls says what time it is, and receives the signals of those that have
//! expired. Nothing happens between two calls, so a scheduler asks how long it may wait.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::linux::abi::signals::{SIGALRM, SIGPROF, SIGVTALRM};
use crate::linux::errno::Errno;
use crate::linux::world::Countdown;

use super::siginfo::{Siginfo, SiginfoFields};

/// Most timers of timer_create(2) that a process may have.
const MAX_TIMERS: usize = 1024;

/// Numbers of timers and counts of what was missed are not negative.
const MAX: u32 = i32::MAX as u32;

/// What time it is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Moment {
    /// Time that passes whether anybody runs or not.
    pub elapsed: Duration,
    /// Processor time of the process.
    pub cpu: Duration,
}

/// Which time a timer counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeBase {
    /// The time that passes for everybody.
    Elapsed,
    /// Processor time of the process.
    Cpu,
}

/// Who gets the signal of a timer (sigevent(3)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimerReceiver {
    /// Nobody: the program asks (SIGEV_NONE).
    Nobody,
    /// The process (SIGEV_SIGNAL).
    Process,
    /// The thread with this number (SIGEV_THREAD_ID).
    Thread(u32),
}

/// What a timer of timer_create(2) does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimerKind {
    /// Which time it counts.
    pub base: TimeBase,
    /// Which clock that is for the program, for times that are moments.
    pub clock: u32,
    /// Who gets the signal.
    pub receiver: TimerReceiver,
    /// The signal.
    pub signal: u32,
    /// `si_value`; `None` is the timer's number.
    pub value: Option<u32>,
}

/// A timer of timer_create(2).
#[derive(Clone, Debug)]
struct PosixTimer {
    kind: TimerKind,
    countdown: Countdown,
    /// Expirations since the signal that waits was sent.
    missed: u64,
    /// What the last signal said about that (`timer_getoverrun`).
    overrun: u32,
}

/// All timers of a process. A child of fork(2) has none.
#[derive(Clone, Default, Debug)]
pub struct Timers {
    intervals: [Countdown; 3],
    posix: BTreeMap<u32, PosixTimer>,
    next: u32,
}

/// The signals of the timers of setitimer(2), by their numbers, and the time that each counts. All time
/// of a process counts as time in user mode.
const INTERVALS: [(u32, TimeBase); 3] =
    [(SIGALRM, TimeBase::Elapsed), (SIGVTALRM, TimeBase::Cpu), (SIGPROF, TimeBase::Cpu)];

impl Moment {
    /// The one that a timer counts by.
    pub fn of(&self, base: TimeBase) -> Duration {
        match base {
            TimeBase::Elapsed => self.elapsed,
            TimeBase::Cpu => self.cpu,
        }
    }
}

impl Timers {
    /// A timer of setitimer(2): the time that is left, if it is armed, and its interval; EINVAL if there
    /// is no such timer.
    pub fn interval(&self, which: u32, now: Moment) -> Result<(Option<Duration>, Duration), Errno> {
        let (_, base) = INTERVALS.get(which as usize).ok_or(Errno::EINVAL)?;
        let countdown = &self.intervals[which as usize];
        Ok((countdown.left(now.of(*base)), countdown.interval()))
    }

    /// Arms a timer of setitimer(2), unless the time is zero: it is disarmed then.
    pub fn set_interval(&mut self, which: u32, time: Duration, interval: Duration, now: Moment) -> Result<(), Errno> {
        let (_, base) = INTERVALS.get(which as usize).ok_or(Errno::EINVAL)?;
        let armed = Countdown::after(now.of(*base), time, interval);
        self.intervals[which as usize] = if time.is_zero() { Countdown::disarmed(interval) } else { armed };
        Ok(())
    }

    /// Creates a timer that is not armed, and gives its number; EAGAIN if there are too many.
    pub fn create(&mut self, kind: TimerKind) -> Result<u32, Errno> {
        if self.posix.len() >= MAX_TIMERS {
            return Err(Errno::EAGAIN);
        }
        while self.posix.contains_key(&self.next) {
            self.next = self.next.wrapping_add(1) & MAX;
        }
        let id = self.next;
        self.next = id.wrapping_add(1) & MAX;
        self.posix.insert(id, PosixTimer { kind, countdown: Countdown::default(), missed: 0, overrun: 0 });
        Ok(id)
    }

    /// What a timer does; EINVAL if there is no such timer.
    pub fn kind(&self, id: u32) -> Result<TimerKind, Errno> {
        self.posix.get(&id).map(|timer| timer.kind).ok_or(Errno::EINVAL)
    }

    /// Deletes a timer. The signal that it has sent is the caller's to discard.
    pub fn delete(&mut self, id: u32) -> Result<(), Errno> {
        self.posix.remove(&id).map(|_| ()).ok_or(Errno::EINVAL)
    }

    /// The time that is left, if it is armed, and its interval.
    pub fn get(&self, id: u32, now: Moment) -> Result<(Option<Duration>, Duration), Errno> {
        let timer = self.posix.get(&id).ok_or(Errno::EINVAL)?;
        Ok((timer.countdown.left(now.of(timer.kind.base)), timer.countdown.interval()))
    }

    /// Arms a timer, or disarms it.
    pub fn set(&mut self, id: u32, countdown: Countdown) -> Result<(), Errno> {
        let timer = self.posix.get_mut(&id).ok_or(Errno::EINVAL)?;
        timer.countdown = countdown;
        (timer.missed, timer.overrun) = (0, 0);
        Ok(())
    }

    /// How often the timer had expired unnoticed when its last signal was delivered.
    pub fn overrun(&self, id: u32) -> Result<u32, Errno> {
        self.posix.get(&id).map(|timer| timer.overrun).ok_or(Errno::EINVAL)
    }

    /// Whether a timer is armed that counts the processor time of the process.
    pub fn counts_processor_time(&self) -> bool {
        self.countdowns().any(|(base, countdown)| base == TimeBase::Cpu && countdown.is_armed())
    }

    /// Whether no timer is armed.
    pub fn are_idle(&self) -> bool {
        self.countdowns().all(|(_, countdown)| !countdown.is_armed())
    }

    /// How long nothing expires, of the time that passes for everybody or of the process's own.
    pub fn next_deadline(&self, base: TimeBase, now: Moment) -> Option<Duration> {
        let counted = self.countdowns().filter(|(own, _)| *own == base);
        counted.filter_map(|(_, countdown)| countdown.left(now.of(base))).min()
    }

    fn countdowns(&self) -> impl Iterator<Item = (TimeBase, &Countdown)> {
        let intervals = INTERVALS.iter().map(|(_, base)| *base).zip(&self.intervals);
        intervals.chain(self.posix.values().map(|timer| (timer.kind.base, &timer.countdown)))
    }

    /// The date has been moved by nanoseconds.
    pub fn date_moved(&mut self, nanoseconds: i128) {
        self.posix.values_mut().for_each(|timer| timer.countdown.date_moved(nanoseconds));
    }

    /// The signals of the timers that have expired. A timer of timer_create(2) whose signal still waits
    /// (`waits`) sends no other, but counts.
    pub fn expire(&mut self, now: Moment, waits: impl Fn(u32) -> bool) -> Vec<(Siginfo, TimerReceiver)> {
        let mut sent = Vec::new();
        for ((signal, base), countdown) in INTERVALS.iter().zip(&mut self.intervals) {
            if countdown.expire(now.of(*base)) > 0 {
                sent.push((Siginfo::kernel(*signal), TimerReceiver::Process));
            }
        }
        for (id, timer) in &mut self.posix {
            let TimerKind { base, receiver, signal, value, .. } = timer.kind;
            let count = timer.countdown.expire(now.of(base));
            if count == 0 || receiver == TimerReceiver::Nobody {
                continue;
            }
            if waits(*id) {
                timer.missed = timer.missed.saturating_add(count);
            } else {
                timer.missed = count - 1;
                sent.push((Siginfo::timer(signal, *id, value.unwrap_or(*id)), receiver));
            }
        }
        sent
    }

    /// The signal of a timer is delivered: it says how often the timer has expired since it was sent.
    pub fn delivered(&mut self, info: &mut Siginfo) {
        let SiginfoFields::Timer { id, overrun, .. } = &mut info.fields else { return };
        if let Some(timer) = self.posix.get_mut(id) {
            timer.overrun = u32::try_from(timer.missed).map_or(MAX, |missed| missed.min(MAX));
            timer.missed = 0;
            *overrun = timer.overrun;
        }
    }

    /// What execve(2) leaves: the timers of setitimer(2).
    pub fn reset_for_exec(&mut self) {
        self.posix.clear();
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::time::CLOCK_MONOTONIC;

    const KIND: TimerKind = TimerKind {
        base: TimeBase::Elapsed,
        clock: CLOCK_MONOTONIC,
        receiver: TimerReceiver::Process,
        signal: 40,
        value: Some(7),
    };

    fn at(ms: u64) -> Moment {
        Moment { elapsed: Duration::from_millis(ms), cpu: Duration::from_millis(ms / 2) }
    }

    #[test]
    fn each_timer_counts_its_own_time() {
        let mut timers = Timers::default();
        assert!(timers.are_idle());
        for which in 0..3 {
            timers.set_interval(which, Duration::from_millis(10), Duration::ZERO, at(0)).unwrap();
        }
        let signals =
            |sent: Vec<(Siginfo, TimerReceiver)>| -> Vec<u32> { sent.iter().map(|(info, _)| info.signal).collect() };
        assert_eq!(timers.next_deadline(TimeBase::Elapsed, at(4)), Some(Duration::from_millis(6)));
        assert_eq!(timers.next_deadline(TimeBase::Cpu, at(4)), Some(Duration::from_millis(8)));
        assert_eq!(signals(timers.expire(at(10), |_| false)), [SIGALRM]);
        assert_eq!(signals(timers.expire(at(20), |_| false)), [SIGVTALRM, SIGPROF]);
        assert!(timers.are_idle());
        assert_eq!(timers.set_interval(3, Duration::ZERO, Duration::ZERO, at(0)), Err(Errno::EINVAL));
    }

    #[test]
    fn a_signal_that_waits_counts_what_it_misses() {
        let mut timers = Timers::default();
        let id = timers.create(KIND).unwrap();
        timers.set(id, Countdown::after(Duration::ZERO, Duration::from_millis(5), Duration::from_millis(2))).unwrap();
        let mut sent = timers.expire(at(7), |_| false);
        assert_eq!(sent.len(), 1);
        assert!(timers.expire(at(11), |_| true).is_empty());
        timers.delivered(&mut sent[0].0);
        assert_eq!(sent[0].0.fields, SiginfoFields::Timer { id, overrun: 3, value: 7 });
        assert_eq!((timers.overrun(id), timers.overrun(9)), (Ok(3), Err(Errno::EINVAL)));
        timers.delete(id).unwrap();
        assert_eq!(timers.kind(id), Err(Errno::EINVAL));
        assert_ne!(timers.create(KIND), Ok(id), "numbers are not used again at once");
    }

    #[test]
    fn there_is_an_end_to_timers() {
        let mut timers = Timers::default();
        let all = (0..2000).filter(|_| timers.create(KIND).is_ok()).count();
        assert_eq!((all, timers.create(KIND)), (MAX_TIMERS, Err(Errno::EAGAIN)));
    }
}
