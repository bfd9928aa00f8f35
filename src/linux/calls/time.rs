//! Clocks and waiting. The real-time clock is the host's; the others count from the program's
//! start.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, put_if};
use crate::linux::host;
use crate::linux::process::Process;
use crate::linux::structure::Structure;
use crate::memory::Memory;

use super::call::Args;

/// Clock ticks a second, as AT_CLKTCK says.
pub const TICKS: u32 = 100;

const TIMER_ABSTIME: u32 = 1;

/// A clock by its number.
fn clock(p: &Process, number: u32) -> Result<Duration, Errno> {
    let (since_1970, since_start) = host::clocks(p.start);
    match number {
        // Real time, also the coarse one and those that leap seconds and sleep would change.
        0 | 5 | 8 | 11 => Ok(since_1970),
        // Monotonic ones never stand at zero: programs take that for a failure.
        1 | 4 | 6 | 7 | 9 => Ok(since_start + Duration::from_secs(1000)),
        2 | 3 => Ok(since_start),
        // Negative numbers name the processor time of a process: our own is all there is.
        number if (number as i32) < 0 => Ok(since_start),
        _ => Err(Errno::EINVAL),
    }
}

fn record(time: Duration) -> Structure {
    Structure::new().word(time.as_secs() as u32).word(time.subsec_nanos())
}

fn record64(time: Duration) -> Structure {
    Structure::new().long(time.as_secs()).long(time.subsec_nanos().into())
}

/// Seconds and nanoseconds, 32 bits each.
pub fn timespec(memory: &mut Memory, address: u32) -> Result<Duration, Errno> {
    let [seconds, nano] = guest::words(memory, address)?;
    duration(i64::from(seconds as i32), nano)
}

/// Seconds and nanoseconds, 64 bits each, of which the upper half of the nanoseconds is padding.
pub fn timespec64(memory: &mut Memory, address: u32) -> Result<Duration, Errno> {
    let seconds = guest::number::<u64>(memory, address)? as i64;
    duration(seconds, guest::number(memory, address.wrapping_add(8))?)
}

fn duration(seconds: i64, nano: u32) -> Result<Duration, Errno> {
    match (u64::try_from(seconds), nano) {
        (Ok(seconds), 0..1_000_000_000) => Ok(Duration::new(seconds, nano)),
        _ => Err(Errno::EINVAL),
    }
}

pub fn time(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let seconds = clock(p, 0)?.as_secs() as u32;
    put_if(&mut m.memory, args[0], &seconds.to_le_bytes())?;
    Ok(seconds)
}

pub fn gettimeofday(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let [address, zone, ..] = *args;
    let time = clock(p, 0)?;
    let record = Structure::new().word(time.as_secs() as u32).word(time.subsec_micros());
    put_if(&mut m.memory, address, record.as_bytes())?;
    put_if(&mut m.memory, zone, &[0; 8])?;
    Ok(0)
}

pub fn clock_gettime(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    record(clock(p, args[0])?).put(&mut m.memory, args[1])
}

pub fn clock_gettime64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    record64(clock(p, args[0])?).put(&mut m.memory, args[1])
}

pub fn clock_getres(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    clock(p, args[0])?;
    put_if(&mut m.memory, args[1], record(Duration::from_nanos(1)).as_bytes())?;
    Ok(0)
}

pub fn clock_getres64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    clock(p, args[0])?;
    put_if(&mut m.memory, args[1], record64(Duration::from_nanos(1)).as_bytes())?;
    Ok(0)
}

pub fn nanosleep(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    host::sleep(timespec(&mut m.memory, args[0])?);
    Ok(0)
}

pub fn clock_nanosleep(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let time = timespec(&mut m.memory, args[2])?;
    sleep(p, args, time)
}

pub fn clock_nanosleep64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let time = timespec64(&mut m.memory, args[2])?;
    sleep(p, args, time)
}

fn sleep(p: &Process, args: &Args, time: Duration) -> Answer {
    let now = clock(p, args[0])?;
    host::sleep(if args[1] & TIMER_ABSTIME != 0 { time.saturating_sub(now) } else { time });
    Ok(0)
}

/// All time that passes counts as time in the program.
pub fn times(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let ticks = (clock(p, 2)?.as_millis() / u128::from(1000 / TICKS)) as u32;
    let record = Structure::new().word(ticks).word(0).word(0).word(0);
    put_if(&mut m.memory, args[0], record.as_bytes())?;
    Ok(ticks)
}

pub fn getrusage(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    let time = clock(p, 2)?;
    let own = args[0] != u32::MAX;
    let used = if own { [time.as_secs() as u32, time.subsec_micros()] } else { [0; 2] };
    Structure::new().word(used[0]).word(used[1]).pad_to(72).put(&mut m.memory, args[1])
}

/// Timers that are accepted and never fire: there are no signal handlers yet.
pub fn alarm(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Ok(0)
}

pub fn setitimer(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    put_if(&mut m.memory, args[2], &[0; 16])?;
    Ok(0)
}

pub fn getitimer(_: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    m.memory.write(args[1], &[0; 16])?;
    Ok(0)
}
