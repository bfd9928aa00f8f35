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

    /// Arms it, or disarms it.
    pub fn set(&self, countdown: Countdown) {
        *lock(&self.state) = TimerState { countdown, expirations: 0 };
        self.queue.notify();
    }
}

impl Channel for Timerfd {
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let room = bytes.first_chunk_mut::<8>().ok_or(Errno::EINVAL)?;
        let count = std::mem::take(&mut lock(&self.state).expirations);
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
        if lock(&self.state).expirations > 0 { POLLIN | POLLRDNORM } else { 0 }
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

copied!(TimerState: clone { countdown, expirations } duplicate {});
copied!(Timerfd: clone { clock } duplicate { state, queue });
