//! Calls that a C library makes for threads (futex(2), set_tid_address(2)). There is one thread.

use crate::instructions::Machine;
use crate::linux::abi::process::{
    FUTEX_CLOCK_REALTIME, FUTEX_COMMAND, FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAKE, FUTEX_WAKE_BITSET,
};
use crate::linux::abi::time::{CLOCK_MONOTONIC, CLOCK_REALTIME};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::process::PID;
use crate::memory::Memory;

use super::call::Args;
use super::time;

pub fn set_tid_address(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(PID)
}

pub fn futex(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    wait_or_wake(k, m, args, time::read32)
}

pub fn futex_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    wait_or_wake(k, m, args, time::read64)
}

/// With one thread, FUTEX_WAKE finds no waiter, and FUTEX_WAIT lasts until its timeout.
fn wait_or_wake(
    k: &mut Kernel,
    m: &mut Machine,
    args: &Args,
    read: fn(&mut Memory, u32) -> Result<std::time::Duration, Errno>,
) -> Answer {
    let [address, operation, value, timeout, ..] = *args;
    match operation & FUTEX_COMMAND {
        FUTEX_WAKE | FUTEX_WAKE_BITSET => Ok(0),
        FUTEX_WAIT | FUTEX_WAIT_BITSET if guest::number::<u32>(&mut m.memory, address)? != value => Err(Errno::EAGAIN),
        FUTEX_WAIT if timeout != 0 => {
            let time = read(&mut m.memory, timeout)?;
            k.process.sleep(m, time)?;
            Err(Errno::ETIMEDOUT)
        }
        // Its time is a moment of a clock.
        FUTEX_WAIT_BITSET if timeout != 0 => {
            let clock = if operation & FUTEX_CLOCK_REALTIME != 0 { CLOCK_REALTIME } else { CLOCK_MONOTONIC };
            let time = read(&mut m.memory, timeout)?.saturating_sub(time::clock(k, m, clock)?);
            k.process.sleep(m, time)?;
            Err(Errno::ETIMEDOUT)
        }
        FUTEX_WAIT | FUTEX_WAIT_BITSET => Err(Errno::EDEADLK),
        _ => Err(Errno::ENOSYS),
    }
}
