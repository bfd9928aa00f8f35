//! What a C library asks for on behalf of its only thread: locks that nobody contends for
//! (futex(2), set_tid_address(2)).

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::host;
use crate::linux::process::{PID, Process};
use crate::memory::Memory;

use super::call::Args;
use super::time::{timespec, timespec64};

pub fn set_tid_address(_: &mut Process, _: &mut Machine, _: &Args) -> Answer {
    Ok(PID)
}

pub fn futex(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    wait_or_wake(p, m, args, timespec)
}

pub fn futex_time64(p: &mut Process, m: &mut Machine, args: &Args) -> Answer {
    wait_or_wake(p, m, args, timespec64)
}

/// The only thread can wake nobody, and nobody can wake it: waiting ends with its time.
fn wait_or_wake(
    _: &mut Process,
    m: &mut Machine,
    args: &Args,
    time: fn(&mut Memory, u32) -> Result<std::time::Duration, Errno>,
) -> Answer {
    const WAIT: u32 = 0;
    const WAKE: u32 = 1;
    const WAIT_BITSET: u32 = 9;
    const WAKE_BITSET: u32 = 10;
    let [address, operation, value, timeout, ..] = *args;
    match operation & 0x7f {
        WAKE | WAKE_BITSET => Ok(0),
        WAIT | WAIT_BITSET if guest::number::<u32>(&mut m.memory, address)? != value => Err(Errno::EAGAIN),
        WAIT if timeout != 0 => {
            host::sleep(time(&mut m.memory, timeout)?);
            Err(Errno::ETIMEDOUT)
        }
        // Its time is a date, which has passed by the time that nothing else happens.
        WAIT_BITSET if timeout != 0 => Err(Errno::ETIMEDOUT),
        WAIT | WAIT_BITSET => Err(Errno::EDEADLK),
        _ => Err(Errno::ENOSYS),
    }
}
