//! The setting of a timer, as timer_settime(2) and timerfd_settime(2) read and tell it.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::time::{CLOCK_REALTIME, CLOCK_TAI, Itimerspec32, Itimerspec64};
use crate::linux::errno::Errno;
use crate::linux::kernel::Kernel;
use crate::linux::world::{Countdown, TimerSetting};

use super::{time, timespec};

/// What a program wants of a timer.
pub struct WantedSetting {
    /// The time between two expirations.
    interval: Duration,
    /// The time of the first one; zero disarms the timer.
    value: Duration,
}

impl WantedSetting {
    /// Reads an interval and a time, which `read` reads and which are `size` bytes apart.
    pub fn read(m: &mut Machine, at: u32, read: timespec::Reader, size: usize) -> Result<WantedSetting, Errno> {
        let interval = read(&mut m.memory, at)?;
        let value = read(&mut m.memory, at.wrapping_add(size as u32))?;
        Ok(WantedSetting { interval, value })
    }

    /// A timer that is so: armed, if there is a time, which is a moment of a clock if it is `absolute`. `now` is by the
    /// clock of the timer's owner.
    pub fn countdown(
        &self,
        k: &Kernel,
        m: &Machine,
        clock: u32,
        absolute: bool,
        now: Duration,
    ) -> Result<Countdown, Errno> {
        let Self { value, interval } = *self;
        let passed = if absolute { time::clock(k, m, clock)? } else { Duration::ZERO };
        if value.is_zero() {
            return Ok(Countdown::disarmed(interval));
        }
        let armed = Countdown::after(now, value.saturating_sub(passed), interval);
        let to_date = absolute && matches!(clock, CLOCK_REALTIME | CLOCK_TAI);
        Ok(armed.late_by(passed.saturating_sub(value)).to_date(to_date))
    }
}

/// As for setitimer(2): one that is armed has at least a nanosecond left.
fn shown(left: Option<Duration>) -> Duration {
    left.map_or(Duration::ZERO, |left| left.max(Duration::from_nanos(1)))
}

pub fn itimerspec32((left, interval): TimerSetting) -> Itimerspec32 {
    Itimerspec32 { it_interval: timespec::timespec32(interval), it_value: timespec::timespec32(shown(left)) }
}

pub fn itimerspec64((left, interval): TimerSetting) -> Itimerspec64 {
    Itimerspec64 { it_interval: timespec::timespec64(interval), it_value: timespec::timespec64(shown(left)) }
}
