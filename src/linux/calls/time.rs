//! Clocks and waiting. [`Clock`](crate::linux::clock::Clock) tells the time; the clocks other than
//! the date count from the program's start.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::time::{
    CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW,
    CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, CLOCK_REALTIME_COARSE, CLOCK_TAI,
    CLOCK_THREAD_CPUTIME_ID, TIMER_ABSTIME, Timezone,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::Waiting;

use super::call::Args;
use super::processor_time;
use super::timespec::{read32, read64, timespec32, timespec64, timeval};

/// Nanoseconds between two ticks: 250 a second.
const TICK: u32 = 4_000_000;

/// A clock by its number.
pub fn clock(k: &Kernel, m: &Machine, number: u32) -> Result<Duration, Errno> {
    match number {
        CLOCK_REALTIME => Ok(k.world.clock.date(m)),
        CLOCK_TAI => Ok(k.world.clock.atomic(m)),
        CLOCK_MONOTONIC | CLOCK_MONOTONIC_RAW | CLOCK_BOOTTIME => Ok(k.world.clock.monotonic(m)),
        CLOCK_REALTIME_COARSE => Ok(last_tick(k.world.clock.date(m))),
        CLOCK_MONOTONIC_COARSE => Ok(last_tick(k.world.clock.monotonic(m))),
        // There is no device that could wake a sleeping computer.
        CLOCK_REALTIME_ALARM | CLOCK_BOOTTIME_ALARM => Err(Errno::EINVAL),
        number => processor_time::clock(k, m, number),
    }
}

/// The moment at which the coarse clocks went on last.
fn last_tick(time: Duration) -> Duration {
    Duration::new(time.as_secs(), time.subsec_nanos() / TICK * TICK)
}

/// How fine a clock is (clock_getres(2)).
fn resolution(number: u32) -> Duration {
    let coarse = matches!(number, CLOCK_REALTIME_COARSE | CLOCK_MONOTONIC_COARSE);
    Duration::from_nanos(if coarse { TICK.into() } else { 1 })
}

pub fn time(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let seconds = clock(k, m, CLOCK_REALTIME)?.as_secs() as u32;
    guest::write_if(&mut m.memory, args[0], &seconds)?;
    Ok(seconds)
}

pub fn gettimeofday(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, zone, ..] = *args;
    let time = clock(k, m, CLOCK_REALTIME)?;
    guest::write_if(&mut m.memory, address, &timeval(time))?;
    let told = k.world.clock.zone;
    guest::write_if(&mut m.memory, zone, &Timezone { tz_minuteswest: told[0], tz_dsttime: told[1] })
}

pub fn clock_gettime(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = clock(k, m, args[0])?;
    guest::write(&mut m.memory, args[1], &timespec32(time))
}

pub fn clock_gettime64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = clock(k, m, args[0])?;
    guest::write(&mut m.memory, args[1], &timespec64(time))
}

pub fn clock_getres(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    clock(k, m, args[0])?;
    guest::write_if(&mut m.memory, args[1], &timespec32(resolution(args[0])))
}

pub fn clock_getres64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    clock(k, m, args[0])?;
    guest::write_if(&mut m.memory, args[1], &timespec64(resolution(args[0])))
}

pub fn nanosleep(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = read32(&mut m.memory, args[0])?;
    sleep(k, m, time, |m, left| guest::write_if(&mut m.memory, args[1], &timespec32(left)))
}

pub fn clock_nanosleep(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = read32(&mut m.memory, args[2])?;
    sleep_by(k, m, args, time, |m, left| guest::write_if(&mut m.memory, args[3], &timespec32(left)))
}

pub fn clock_nanosleep64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = read64(&mut m.memory, args[2])?;
    sleep_by(k, m, args, time, |m, left| guest::write_if(&mut m.memory, args[3], &timespec64(left)))
}

/// Sleeps for a time, or until a moment, of a clock.
fn sleep_by(
    k: &mut Kernel,
    m: &mut Machine,
    args: &Args,
    time: Duration,
    tell: impl Fn(&mut Machine, Duration) -> Answer,
) -> Answer {
    let [number, flags, ..] = *args;
    if matches!(number, CLOCK_REALTIME_ALARM | CLOCK_BOOTTIME_ALARM) {
        return Err(Errno::EOPNOTSUPP);
    }
    let now = clock(k, m, number)?;
    let until_moment = flags & TIMER_ABSTIME != 0;
    match number {
        // A thread that sleeps uses no processor time (clock_nanosleep(2)).
        CLOCK_THREAD_CPUTIME_ID | CLOCK_MONOTONIC_RAW | CLOCK_MONOTONIC_COARSE | CLOCK_REALTIME_COARSE => {
            Err(Errno::EOPNOTSUPP)
        }
        number if is_processor_time(number) => {
            let end = if until_moment { time } else { now.saturating_add(time) };
            let end = *k.thread.call.get_or_insert_default().deadline.get_or_insert(end);
            let until = k.world.clock.elapsed(m).saturating_add(end.saturating_sub(now));
            if now >= end { Ok(0) } else { Err(k.wait_or(Waiting::until(until), Errno::ERESTARTNOHAND)) }
        }
        _ if until_moment => sleep_until(k, m, time.saturating_sub(now)),
        _ => sleep(k, m, time, tell),
    }
}

/// Whether a clock is that of a process or thread that its number names (clock_getcpuclockid(3)).
pub fn is_of_somebody(number: u32) -> bool {
    (number as i32) < 0
}

/// Whether a clock counts the processor time of a process or thread.
fn is_processor_time(number: u32) -> bool {
    is_of_somebody(number) || number == CLOCK_PROCESS_CPUTIME_ID
}

/// Waits for a moment, which may come earlier or later if it is a date. A program that is interrupted calls again with
/// the same one.
fn sleep_until(k: &mut Kernel, m: &mut Machine, left: Duration) -> Answer {
    let until = k.world.clock.elapsed(m).saturating_add(left);
    if left.is_zero() { Ok(0) } else { Err(k.wait_or(Waiting::until(until), Errno::ERESTARTNOHAND)) }
}

/// Lets time pass. If a signal ends that, the program is told how much was left.
fn sleep(k: &mut Kernel, m: &mut Machine, time: Duration, tell: impl Fn(&mut Machine, Duration) -> Answer) -> Answer {
    let until = k.deadline(m, time);
    let now = k.world.clock.elapsed(m);
    if now >= until {
        return Ok(0);
    }
    if k.is_interrupted() {
        tell(m, until - now)?;
    }
    Err(k.wait_or(Waiting::until(until), Errno::ERESTART_RESTARTBLOCK))
}
