//! Times as calls read and write them.

use std::time::Duration;

use crate::linux::abi::time::{Timespec32, Timespec64, Timeval};
use crate::linux::errno::Errno;
use crate::linux::guest;
use crate::memory::Memory;

/// Clock ticks a second, as AT_CLKTCK says.
pub const TICKS: u32 = 100;

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
