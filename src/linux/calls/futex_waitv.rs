//! Waiting at several futexes: futex_waitv(2).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::process::{FUTEX_32, FUTEX_PRIVATE_FLAG, FUTEX2, FutexWaitv};
use crate::linux::abi::time::{CLOCK_MONOTONIC, CLOCK_REALTIME};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::{FutexKey, FutexWaiter, Waiting};

use super::call::Args;
use super::{time, timespec};

/// Most futexes of a call.
const MOST: u32 = 128;

/// The answer is the index of a futex at which the thread was woken. The time limit is a moment of a clock.
pub fn futex_waitv(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, count, flags, limit, clock, _] = *args;
    if let Some(index) = k.thread.call.as_ref().and_then(|call| call.woken) {
        k.world.futexes.forget(k.thread.tid);
        return Ok(index);
    }
    if flags != 0 || address == 0 || !(1..=MOST).contains(&count) {
        return Err(Errno::EINVAL);
    }
    let until = deadline(k, m, limit, clock)?;
    let waits = k.thread.call.as_ref().is_some_and(|call| call.entry.is_some());
    if !waits {
        let keys = keys(k, m, address, count)?;
        for (index, key) in keys.into_iter().enumerate() {
            let waiter = FutexWaiter { index: index as u32, ..k.futex_waiter(u32::MAX) };
            k.world.futexes.add(key, waiter);
        }
    }
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        k.world.futexes.forget(k.thread.tid);
        return Err(Errno::ETIMEDOUT);
    }
    Err(k.wait(Waiting { until, ..Waiting::default() }))
}

fn deadline(k: &mut Kernel, m: &mut Machine, limit: u32, clock: u32) -> Result<Option<Duration>, Errno> {
    if limit == 0 {
        return Ok(None);
    }
    if !matches!(clock, CLOCK_REALTIME | CLOCK_MONOTONIC) {
        return Err(Errno::EINVAL);
    }
    let length = timespec::read64(&mut m.memory, limit)?.saturating_sub(time::clock(k, m, clock)?);
    Ok(Some(k.deadline(m, length)))
}

/// The futexes, each of which must have the value that is said of it: EAGAIN.
fn keys(k: &mut Kernel, m: &mut Machine, address: u32, count: u32) -> Result<Vec<FutexKey>, Errno> {
    let mut waiters = Vec::new();
    for index in 0..count {
        let waiter: FutexWaitv = guest::read(&mut m.memory, address.wrapping_add(index * FutexWaitv::SIZE as u32))?;
        if waiter.flags & !FUTEX2.bits() != 0 || waiter.flags & FUTEX_32 == 0 || waiter.reserved != 0 {
            return Err(Errno::EINVAL);
        }
        waiters.push(waiter);
    }
    let mut keys = Vec::new();
    for waiter in &waiters {
        let at = u32::try_from(waiter.uaddr).map_err(|_| Errno::EFAULT)?;
        if at % 4 != 0 {
            return Err(Errno::EINVAL);
        }
        keys.push(k.futex_key(m, at, waiter.flags & FUTEX_PRIVATE_FLAG != 0)?);
    }
    for waiter in waiters {
        if guest::number::<u32>(&mut m.memory, waiter.uaddr as u32)? != waiter.val as u32 {
            return Err(Errno::EAGAIN);
        }
    }
    Ok(keys)
}
