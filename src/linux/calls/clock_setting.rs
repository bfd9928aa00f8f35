//! Setting the date of the world: clock_settime(2), settimeofday(2), stime(2). The host's is another one.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_TIME;
use crate::linux::abi::time::{CLOCK_REALTIME, Timeval, Timezone};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::time::is_of_somebody;
use super::timespec::{read32, read64};

/// The last second that a clock may be set to: thirty years before its nanoseconds do not fit in 63 bits.
const LAST_SECOND: u64 = i64::MAX as u64 / 1_000_000_000 - 30 * 365 * 24 * 3600;

/// The furthest time zone, in minutes.
const FURTHEST_ZONE: i32 = 15 * 60;

pub fn clock_settime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    may_be_set(args[0])?;
    let date = read32(&mut m.memory, args[1])?;
    set(k, m, args[0], date)
}

pub fn clock_settime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    may_be_set(args[0])?;
    let date = read64(&mut m.memory, args[1])?;
    set(k, m, args[0], date)
}

/// EINVAL unless a clock is one that could be set.
fn may_be_set(number: u32) -> Result<(), Errno> {
    if number == CLOCK_REALTIME || is_of_somebody(number) { Ok(()) } else { Err(Errno::EINVAL) }
}

/// The processor time of a process is what it is.
fn set(k: &mut Kernel, m: &Machine, number: u32, date: Duration) -> Answer {
    if number == CLOCK_REALTIME { set_date(k, m, date) } else { Err(Errno::EPERM) }
}

/// EINVAL also for a date at which the clock that is not set would have begun before 1970.
fn set_date(k: &mut Kernel, m: &Machine, date: Duration) -> Answer {
    if date.as_secs() >= LAST_SECOND {
        return Err(Errno::EINVAL);
    }
    k.process.credentials.require(CAP_SYS_TIME)?;
    if date < k.world.clock.monotonic(m) {
        return Err(Errno::EINVAL);
    }
    let by = date.as_nanos() as i128 - k.world.clock.date(m).as_nanos() as i128;
    k.move_date(m, by);
    Ok(0)
}

pub fn settimeofday(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [time, zone, ..] = *args;
    let time = (time != 0).then(|| date(m, time)).transpose()?;
    let zone: Option<Timezone> = (zone != 0).then(|| guest::read(&mut m.memory, zone)).transpose()?;
    if zone.is_some() {
        k.process.credentials.require(CAP_SYS_TIME)?;
    }
    if let Some(Timezone { tz_minuteswest: west, tz_dsttime: summer }) = zone {
        if !(-FURTHEST_ZONE..=FURTHEST_ZONE).contains(&west) {
            return Err(Errno::EINVAL);
        }
        k.world.clock.zone = [west, summer];
    }
    time.map_or(Ok(0), |time| set_date(k, m, time))
}

/// A date of seconds and microseconds.
fn date(m: &mut Machine, address: u32) -> Result<Duration, Errno> {
    let Timeval { tv_sec, tv_usec } = guest::read(&mut m.memory, address)?;
    match (u64::try_from(tv_sec), tv_usec) {
        (Ok(seconds), 0..1_000_000) => Ok(Duration::new(seconds, tv_usec * 1000)),
        _ => Err(Errno::EINVAL),
    }
}

pub fn stime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let seconds: i32 = guest::number(&mut m.memory, args[0])?;
    let seconds = u64::try_from(seconds).map_err(|_| Errno::EINVAL)?;
    set_date(k, m, Duration::from_secs(seconds))
}
