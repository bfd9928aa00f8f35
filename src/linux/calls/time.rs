//! Clocks and waiting. [`Clock`](crate::linux::clock::Clock) tells the time; the clocks other than
//! the date count from the program's start.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::time::{
    CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW,
    CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, CLOCK_REALTIME_COARSE, CLOCK_TAI,
    CLOCK_THREAD_CPUTIME_ID, RUSAGE_CHILDREN, Rusage, TIMER_ABSTIME, Timespec32, Timespec64, Timeval, Timezone, Tms,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::Waiting;
use crate::memory::Memory;

use super::call::Args;

/// Clock ticks a second, as AT_CLKTCK says.
pub const TICKS: u32 = 100;

/// A clock by its number.
pub fn clock(k: &Kernel, m: &Machine, number: u32) -> Result<Duration, Errno> {
    let since_start = k.world.clock.elapsed(m);
    match number {
        // Real time, also the coarse one and those that leap seconds and sleep would change.
        CLOCK_REALTIME | CLOCK_REALTIME_COARSE | CLOCK_TAI => Ok(k.world.clock.date(m)),
        // Monotonic ones never stand at zero: programs take that for a failure.
        CLOCK_MONOTONIC | CLOCK_MONOTONIC_RAW | CLOCK_MONOTONIC_COARSE | CLOCK_BOOTTIME => {
            Ok(since_start + Duration::from_secs(1000))
        }
        // There is no device that could wake a sleeping computer.
        CLOCK_REALTIME_ALARM | CLOCK_BOOTTIME_ALARM => Err(Errno::EINVAL),
        CLOCK_PROCESS_CPUTIME_ID | CLOCK_THREAD_CPUTIME_ID => Ok(since_start),
        // Negative numbers name the processor time of a process: our own is all there is.
        number if (number as i32) < 0 && number & 3 != 3 => Ok(since_start),
        _ => Err(Errno::EINVAL),
    }
}

/// A time as the kernel writes it.
pub fn timespec32(time: Duration) -> Timespec32 {
    Timespec32 { tv_sec: time.as_secs() as i32, tv_nsec: time.subsec_nanos() }
}

/// A time as the kernel writes it.
pub fn timespec64(time: Duration) -> Timespec64 {
    Timespec64 { tv_sec: time.as_secs() as i64, tv_nsec: time.subsec_nanos(), padding: 0 }
}

/// A time as the kernel writes it.
pub fn timeval(time: Duration) -> Timeval {
    Timeval { tv_sec: time.as_secs() as i32, tv_usec: time.subsec_micros() }
}

/// How a call reads a time.
pub type Reader = fn(&mut Memory, u32) -> Result<Duration, Errno>;

/// Reads a time of 32-bit seconds; EINVAL if it is none.
pub fn read32(memory: &mut Memory, address: u32) -> Result<Duration, Errno> {
    let Timespec32 { tv_sec, tv_nsec } = guest::read(memory, address)?;
    duration(tv_sec.into(), tv_nsec)
}

/// Reads a time of 64-bit seconds; EINVAL if it is none.
pub fn read64(memory: &mut Memory, address: u32) -> Result<Duration, Errno> {
    let Timespec64 { tv_sec, tv_nsec, .. } = guest::read(memory, address)?;
    duration(tv_sec, tv_nsec)
}

fn duration(seconds: i64, nano: u32) -> Result<Duration, Errno> {
    match (u64::try_from(seconds), nano) {
        (Ok(seconds), 0..1_000_000_000) => Ok(Duration::new(seconds, nano)),
        _ => Err(Errno::EINVAL),
    }
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
    guest::write_if(&mut m.memory, zone, &Timezone::zeroed())
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
    guest::write_if(&mut m.memory, args[1], &timespec32(Duration::from_nanos(1)))
}

pub fn clock_getres64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    clock(k, m, args[0])?;
    guest::write_if(&mut m.memory, args[1], &timespec64(Duration::from_nanos(1)))
}

pub fn nanosleep(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = read32(&mut m.memory, args[0])?;
    sleep(k, m, time, |m, left| guest::write_if(&mut m.memory, args[1], &timespec32(left)))
}

pub fn clock_nanosleep(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = read32(&mut m.memory, args[2])?;
    match left_until(k, m, args, time)? {
        Some(left) => sleep_until(k, m, left),
        None => sleep(k, m, time, |m, left| guest::write_if(&mut m.memory, args[3], &timespec32(left))),
    }
}

pub fn clock_nanosleep64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = read64(&mut m.memory, args[2])?;
    match left_until(k, m, args, time)? {
        Some(left) => sleep_until(k, m, left),
        None => sleep(k, m, time, |m, left| guest::write_if(&mut m.memory, args[3], &timespec64(left))),
    }
}

/// How long it is until a moment, if the time is one.
fn left_until(k: &Kernel, m: &Machine, args: &Args, time: Duration) -> Result<Option<Duration>, Errno> {
    let now = clock(k, m, args[0])?;
    Ok((args[1] & TIMER_ABSTIME != 0).then(|| time.saturating_sub(now)))
}

/// Waits for a moment. A program that is interrupted calls again with the same one.
fn sleep_until(k: &mut Kernel, m: &mut Machine, left: Duration) -> Answer {
    let until = k.deadline(m, left);
    let late = k.world.clock.elapsed(m) >= until;
    if late { Ok(0) } else { Err(k.wait_or(Waiting::until(until), Errno::ERESTARTNOHAND)) }
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

/// All time that passes counts as time in the program.
pub fn times(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let ticks = (clock(k, m, CLOCK_PROCESS_CPUTIME_ID)?.as_millis() / u128::from(1000 / TICKS)) as u32;
    guest::write_if(&mut m.memory, args[0], &Tms { tms_utime: ticks, ..Tms::zeroed() })?;
    Ok(ticks)
}

pub fn getrusage(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let time = clock(k, m, CLOCK_PROCESS_CPUTIME_ID)?;
    let own = if args[0] == RUSAGE_CHILDREN { Duration::ZERO } else { time };
    guest::write(&mut m.memory, args[1], &Rusage { ru_utime: timeval(own), ..Rusage::zeroed() })
}
