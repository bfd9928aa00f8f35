//! Timers as descriptors (timerfd_create(2)).

use std::sync::Mutex;
use std::time::Duration;

use crate::linux::abi::poll::{POLLIN, POLLRDNORM};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{Countdown, TimerSetting, WaitQueue};

use super::channel::Channel;

/// A timer: a read gives how often it has expired since the last one.
#[derive(Debug)]
pub struct Timerfd {
    /// The clock whose moments it is set to.
    pub clock: u32,
    state: Mutex<TimerState>,
    queue: WaitQueue,
}

#[derive(Default, Debug)]
struct TimerState {
    countdown: Countdown,
    expirations: u64,
    /// Whether it is told when the date is set, and whether that has happened.
    is_told: bool,
    date_was_set: bool,
}

impl Timerfd {
    /// A timer that is not armed; threads wait at a queue.
    pub fn new(clock: u32, queue: WaitQueue) -> Timerfd {
        Timerfd { clock, state: Mutex::default(), queue }
    }

    /// What is left, and the interval.
    pub fn setting(&self, now: Duration) -> TimerSetting {
        let state = lock(&self.state);
        (state.countdown.left(now), state.countdown.interval())
    }

    /// How often it has expired since the last read.
    pub fn expirations(&self) -> u64 {
        lock(&self.state).expirations
    }

    /// Arms it, or disarms it; one that was set to a date may be told when that is set (TFD_TIMER_CANCEL_ON_SET).
    /// ECANCELED if it has been and nobody has heard of it.
    pub fn set(&self, countdown: Countdown, is_told: bool) -> Result<(), Errno> {
        let new = TimerState { countdown, is_told, ..TimerState::default() };
        let before = std::mem::replace(&mut *lock(&self.state), new);
        self.queue.notify();
        if before.date_was_set && is_told { Err(Errno::ECANCELED) } else { Ok(()) }
    }

    /// The date has been moved by nanoseconds.
    pub fn date_moved(&self, nanoseconds: i128) {
        let mut state = lock(&self.state);
        state.countdown.date_moved(nanoseconds);
        state.date_was_set = state.is_told;
        self.queue.notify_readable();
    }
}

impl Channel for Timerfd {
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let room = bytes.first_chunk_mut::<8>().ok_or(Errno::EINVAL)?;
        let mut state = lock(&self.state);
        if std::mem::take(&mut state.date_was_set) {
            state.expirations = 0;
            return Err(Errno::ECANCELED);
        }
        let count = std::mem::take(&mut state.expirations);
        if count == 0 {
            return Err(Errno::EAGAIN);
        }
        *room = count.to_le_bytes();
        Ok(8)
    }

    fn write(&self, _: &[u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn state(&self) -> u32 {
        let state = lock(&self.state);
        if state.expirations > 0 || state.date_was_set { POLLIN | POLLRDNORM } else { 0 }
    }

    fn is_stream(&self) -> bool {
        false
    }

    fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    fn elapse(&self, now: Duration) {
        let mut state = lock(&self.state);
        let count = state.countdown.expire(now);
        if count > 0 {
            state.expirations = state.expirations.saturating_add(count);
            self.queue.notify_readable();
        }
    }

    fn next_change(&self) -> Option<Duration> {
        lock(&self.state).countdown.deadline()
    }
}

copied!(TimerState: clone { countdown, expirations, is_told, date_was_set } duplicate {});
copied!(Timerfd: clone { clock } duplicate { state, queue });
