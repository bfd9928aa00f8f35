//! Futexes: futex(2). Those that inherit priorities are in [`futex_pi`](super::futex_pi).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::process::{
    FUTEX_CLOCK_REALTIME, FUTEX_CMP_REQUEUE, FUTEX_CMP_REQUEUE_PI, FUTEX_COMMAND, FUTEX_LOCK_PI, FUTEX_LOCK_PI2,
    FUTEX_PRIVATE_FLAG, FUTEX_REQUEUE, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI, FUTEX_WAIT, FUTEX_WAIT_BITSET,
    FUTEX_WAIT_REQUEUE_PI, FUTEX_WAKE, FUTEX_WAKE_BITSET, FUTEX_WAKE_OP,
};
use crate::linux::abi::time::{CLOCK_MONOTONIC, CLOCK_REALTIME};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::{FutexKey, Waiting};
use crate::memory::Memory;

use super::call::Args;
use super::{futex_pi, time, timespec};

pub fn futex(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    operate(k, m, args, timespec::read32)
}

pub fn futex_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    operate(k, m, args, timespec::read64)
}

/// Reads a time in one of its forms.
type ReadTime = fn(&mut Memory, u32) -> Result<Duration, Errno>;

fn operate(k: &mut Kernel, m: &mut Machine, args: &Args, read: ReadTime) -> Answer {
    let [address, operation, ..] = *args;
    let command = operation & FUTEX_COMMAND;
    let waits = matches!(command, FUTEX_WAIT | FUTEX_WAIT_BITSET | FUTEX_WAIT_REQUEUE_PI | FUTEX_LOCK_PI2);
    if operation & FUTEX_CLOCK_REALTIME != 0 && !waits {
        return Err(Errno::ENOSYS);
    }
    if address % 4 != 0 {
        return Err(Errno::EINVAL);
    }
    let private = operation & FUTEX_PRIVATE_FLAG != 0;
    let key = k.futex_key(m, address, private)?;
    match command {
        FUTEX_WAIT | FUTEX_WAIT_BITSET | FUTEX_LOCK_PI | FUTEX_LOCK_PI2 => wait_at(k, m, key, args, read),
        FUTEX_WAKE => wake(k, key, args[2], u32::MAX),
        FUTEX_WAKE_BITSET => wake(k, key, args[2], args[5]),
        FUTEX_TRYLOCK_PI => futex_pi::try_lock(k, m, address)?.then_some(0).ok_or(Errno::EAGAIN),
        FUTEX_UNLOCK_PI => futex_pi::unlock(k, m, key, address),
        FUTEX_REQUEUE | FUTEX_CMP_REQUEUE | FUTEX_WAKE_OP | FUTEX_WAIT_REQUEUE_PI | FUTEX_CMP_REQUEUE_PI => {
            let second = k.futex_key(m, args[4], private)?;
            on_two(k, m, [key, second], args, read)
        }
        _ => Err(Errno::ENOSYS),
    }
}

/// The commands that wait at a futex.
fn wait_at(k: &mut Kernel, m: &mut Machine, key: FutexKey, args: &Args, read: ReadTime) -> Answer {
    let [address, operation, value, timeout, _, bits] = *args;
    let command = operation & FUTEX_COMMAND;
    let bitset = if command == FUTEX_WAIT_BITSET { bits } else { u32::MAX };
    if bitset == 0 {
        return Err(Errno::EINVAL);
    }
    let until = deadline(k, m, operation, timeout, read)?;
    match command {
        FUTEX_LOCK_PI | FUTEX_LOCK_PI2 => futex_pi::lock(k, m, key, address, until),
        _ => wait(k, m, key, [address, value, bitset], until),
    }
}

fn wake(k: &mut Kernel, key: FutexKey, most: u32, bitset: u32) -> Answer {
    if bitset == 0 {
        return Err(Errno::EINVAL);
    }
    check_plain(k, key)?;
    Ok(k.wake_futex(key, most, bitset))
}

/// The commands on two futexes. Where they wake and move, the fourth argument is a number, and no time.
fn on_two(k: &mut Kernel, m: &mut Machine, keys: [FutexKey; 2], args: &Args, read: ReadTime) -> Answer {
    let [address, operation, value, other, second, third] = *args;
    match operation & FUTEX_COMMAND {
        FUTEX_WAIT_REQUEUE_PI => {
            let until = deadline(k, m, operation, other, read)?;
            futex_pi::wait_requeue(k, m, keys, [address, value], until)
        }
        FUTEX_CMP_REQUEUE_PI => {
            check_value(m, address, third)?;
            futex_pi::requeue(k, m, keys, second, [value, other])
        }
        FUTEX_WAKE_OP => {
            let holds = wake_operation(&mut m.memory, second, third)?;
            let woken = k.wake_futex(keys[0], value, u32::MAX);
            Ok(woken + if holds { k.wake_futex(keys[1], other, u32::MAX) } else { 0 })
        }
        _ if (value as i32) < 0 || (other as i32) < 0 => Err(Errno::EINVAL),
        command => {
            let compares = command == FUTEX_CMP_REQUEUE;
            if compares {
                check_value(m, address, third)?;
            }
            let woken = k.wake_futex(keys[0], value, u32::MAX);
            let moved = k.world.futexes.requeue(keys[0], keys[1], other);
            Ok(woken + if compares { moved } else { 0 })
        }
    }
}

/// EAGAIN unless a futex still has the value that it should have.
fn check_value(m: &mut Machine, address: u32, value: u32) -> Result<(), Errno> {
    if guest::number::<u32>(&mut m.memory, address)? == value { Ok(()) } else { Err(Errno::EAGAIN) }
}

/// EINVAL if somebody waits there to be requeued to a PI futex: only FUTEX_CMP_REQUEUE_PI fits that.
fn check_plain(k: &Kernel, key: FutexKey) -> Result<(), Errno> {
    let waits = k.world.futexes.waiters(key).any(|waiter| waiter.target.is_some());
    if waits { Err(Errno::EINVAL) } else { Ok(()) }
}

/// When a wait ends: FUTEX_WAIT is given a length of time, the others a moment of a clock.
fn deadline(
    k: &mut Kernel,
    m: &mut Machine,
    operation: u32,
    timeout: u32,
    read: ReadTime,
) -> Result<Option<Duration>, Errno> {
    if timeout == 0 {
        return Ok(None);
    }
    let time = read(&mut m.memory, timeout)?;
    let length = match operation & FUTEX_COMMAND {
        FUTEX_WAIT => time,
        command => {
            let real = operation & FUTEX_CLOCK_REALTIME != 0 || command == FUTEX_LOCK_PI;
            let clock = if real { CLOCK_REALTIME } else { CLOCK_MONOTONIC };
            time.saturating_sub(time::clock(k, m, clock)?)
        }
    };
    Ok(Some(k.deadline(m, length)))
}

fn wait(k: &mut Kernel, m: &mut Machine, key: FutexKey, expected: [u32; 3], until: Option<Duration>) -> Answer {
    let [address, value, bitset] = expected;
    match &k.thread.call {
        Some(call) if call.woken.is_some() => return Ok(0),
        Some(call) if call.entry.is_some() => {
            let late = until.is_some_and(|until| k.world.clock.elapsed(m) >= until);
            if late {
                k.world.futexes.forget(k.thread.tid);
                return Err(Errno::ETIMEDOUT);
            }
        }
        _ => {
            check_value(m, address, value)?;
            if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
                return Err(Errno::ETIMEDOUT);
            }
            let waiter = k.futex_waiter(bitset);
            k.world.futexes.add(key, waiter);
        }
    }
    let interrupted = if until.is_some() { Errno::ERESTART_RESTARTBLOCK } else { Errno::ERESTARTSYS };
    Err(k.wait_or(Waiting { until, ..Waiting::default() }, interrupted))
}

/// FUTEX_WAKE_OP: changes the second futex, and says whether its old value passes the comparison.
fn wake_operation(memory: &mut Memory, address: u32, code: u32) -> Result<bool, Errno> {
    let field = |shift: u32| ((code << (20 - shift)) as i32 >> 20) as u32;
    let shifted = code >> 28 & 8 != 0;
    let operand = if shifted { 1_u32.wrapping_shl(field(12)) } else { field(12) };
    let old = guest::number::<u32>(memory, address)?;
    let new = match code >> 28 & 7 {
        0 => operand,
        1 => old.wrapping_add(operand),
        2 => old | operand,
        3 => old & !operand,
        4 => old ^ operand,
        _ => return Err(Errno::ENOSYS),
    };
    memory.store(address, new)?;
    let (old, with) = (old as i32, field(0) as i32);
    Ok(match code >> 24 & 15 {
        0 => old == with,
        1 => old != with,
        2 => old < with,
        3 => old <= with,
        4 => old > with,
        5 => old >= with,
        _ => return Err(Errno::ENOSYS),
    })
}
