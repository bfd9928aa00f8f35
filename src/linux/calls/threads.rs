//! Calls that a C library makes for threads: futex(2), set_tid_address(2), get_robust_list(2),
//! membarrier(2), sched_yield(2).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::process::{
    FUTEX_CLOCK_REALTIME, FUTEX_CMP_REQUEUE, FUTEX_COMMAND, FUTEX_LOCK_PI, FUTEX_LOCK_PI2, FUTEX_PRIVATE_FLAG,
    FUTEX_REQUEUE, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI, FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAKE, FUTEX_WAKE_BITSET,
    FUTEX_WAKE_OP,
};
use crate::linux::abi::time::{CLOCK_MONOTONIC, CLOCK_REALTIME};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::{FutexKey, FutexWaiter, Waiting};
use crate::memory::Memory;

use super::call::Args;
use super::{time, timespec};

/// The bits of a PI futex: who owns it, and whether others wait (futex(2), "Priority-inheritance futexes").
const OWNER: u32 = 0x3fff_ffff;
const OWNER_DIED: u32 = 0x4000_0000;
const WAITERS: u32 = 0x8000_0000;

/// Bytes of `struct robust_list_head`.
const ROBUST_HEAD: u32 = 12;

pub fn set_tid_address(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    k.thread.clear_child_tid = args[0];
    Ok(k.thread.tid)
}

pub fn set_robust_list(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    if args[1] != ROBUST_HEAD {
        return Err(Errno::EINVAL);
    }
    k.thread.robust_list = args[0];
    Ok(0)
}

pub fn get_robust_list(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [tid, head, size, ..] = *args;
    let list = match tid {
        0 => k.thread.robust_list,
        tid if tid == k.thread.tid => k.thread.robust_list,
        tid => k.world.threads.get(&tid).ok_or(Errno::ESRCH)?.robust_list,
    };
    guest::write(&mut m.memory, size, &ROBUST_HEAD)?;
    guest::write(&mut m.memory, head, &list)
}

/// All stores are visible to all threads at once: there is nothing to wait for. Command 0 tells which
/// commands there are.
pub fn membarrier(_: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    const COMMANDS: u32 = 0x1ff;
    match args[0] {
        0 if args[1] == 0 => Ok(COMMANDS),
        command if args[1] == 0 && command.is_power_of_two() && command & COMMANDS != 0 => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}

/// Lets the other threads that can run go first.
pub fn sched_yield(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    k.world.turns.give_up();
    Ok(0)
}

pub fn futex(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    operate(k, m, args, timespec::read32)
}

pub fn futex_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    operate(k, m, args, timespec::read64)
}

/// Reads a time in one of its forms.
type ReadTime = fn(&mut Memory, u32) -> Result<Duration, Errno>;

fn operate(k: &mut Kernel, m: &mut Machine, args: &Args, read: ReadTime) -> Answer {
    let [address, operation, value, timeout, second, third] = *args;
    let command = operation & FUTEX_COMMAND;
    if operation & FUTEX_CLOCK_REALTIME != 0 && !matches!(command, FUTEX_WAIT | FUTEX_WAIT_BITSET | FUTEX_LOCK_PI2) {
        return Err(Errno::ENOSYS);
    }
    if address % 4 != 0 {
        return Err(Errno::EINVAL);
    }
    let private = operation & FUTEX_PRIVATE_FLAG != 0;
    let key = k.futex_key(m, address, private)?;
    let bitset = if matches!(command, FUTEX_WAIT_BITSET | FUTEX_WAKE_BITSET) { third } else { u32::MAX };
    match command {
        FUTEX_WAIT | FUTEX_WAIT_BITSET | FUTEX_WAKE_BITSET if bitset == 0 => Err(Errno::EINVAL),
        FUTEX_WAIT | FUTEX_WAIT_BITSET => {
            let until = deadline(k, m, operation, timeout, read)?;
            wait(k, m, key, [address, value, bitset], until)
        }
        FUTEX_WAKE | FUTEX_WAKE_BITSET => Ok(k.wake_futex(key, value, bitset)),
        FUTEX_REQUEUE | FUTEX_CMP_REQUEUE => {
            let to = k.futex_key(m, second, private)?;
            if (value as i32) < 0 || (timeout as i32) < 0 {
                return Err(Errno::EINVAL);
            }
            if command == FUTEX_CMP_REQUEUE && guest::number::<u32>(&mut m.memory, address)? != third {
                return Err(Errno::EAGAIN);
            }
            let woken = k.wake_futex(key, value, u32::MAX);
            let moved = k.world.futexes.requeue(key, to, timeout);
            Ok(if command == FUTEX_CMP_REQUEUE { woken + moved } else { woken })
        }
        FUTEX_WAKE_OP => {
            let to = k.futex_key(m, second, private)?;
            let holds = wake_operation(&mut m.memory, second, third)?;
            let woken = k.wake_futex(key, value, u32::MAX);
            Ok(woken + if holds { k.wake_futex(to, timeout, u32::MAX) } else { 0 })
        }
        FUTEX_LOCK_PI | FUTEX_LOCK_PI2 => {
            let until = deadline(k, m, operation, timeout, read)?;
            lock_pi(k, m, key, address, until)
        }
        FUTEX_TRYLOCK_PI => try_lock_pi(k, m, address)?.then_some(0).ok_or(Errno::EAGAIN),
        FUTEX_UNLOCK_PI => unlock_pi(k, m, key, address),
        _ => Err(Errno::ENOSYS),
    }
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
        Some(call) if call.woken => return Ok(0),
        Some(call) if call.entry.is_some() => {
            let late = until.is_some_and(|until| k.world.clock.elapsed(m) >= until);
            if late {
                k.world.futexes.forget(k.thread.tid);
                return Err(Errno::ETIMEDOUT);
            }
        }
        _ => {
            if guest::number::<u32>(&mut m.memory, address)? != value {
                return Err(Errno::EAGAIN);
            }
            if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
                return Err(Errno::ETIMEDOUT);
            }
            let waiter = waiter(k, bitset);
            k.world.futexes.add(key, waiter);
        }
    }
    let interrupted = if until.is_some() { Errno::ERESTART_RESTARTBLOCK } else { Errno::ERESTARTSYS };
    Err(k.wait_or(Waiting { until, ..Waiting::default() }, interrupted))
}

/// The running thread as one that waits.
fn waiter(k: &Kernel, bitset: u32) -> FutexWaiter {
    FutexWaiter { tid: k.thread.tid, priority: k.thread.scheduling.priority, bitset }
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

/// Takes a free PI futex; EDEADLK if the thread has it already.
fn try_lock_pi(k: &mut Kernel, m: &mut Machine, address: u32) -> Result<bool, Errno> {
    let value = guest::number::<u32>(&mut m.memory, address)?;
    match value & OWNER {
        owner if owner == k.thread.tid => Err(Errno::EDEADLK),
        0 => {
            m.memory.store(address, k.thread.tid | value & (WAITERS | OWNER_DIED))?;
            Ok(true)
        }
        owner if k.find_process_of(owner).is_none() => Err(Errno::ESRCH),
        _ => Ok(false),
    }
}

fn lock_pi(k: &mut Kernel, m: &mut Machine, key: FutexKey, address: u32, until: Option<Duration>) -> Answer {
    // Whoever unlocked it has made the thread that it woke the owner.
    if k.thread.call.as_ref().is_some_and(|call| call.woken) {
        return Ok(0);
    }
    let waits = k.thread.call.as_ref().is_some_and(|call| call.entry.is_some());
    if !waits && try_lock_pi(k, m, address)? {
        return Ok(0);
    }
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        k.world.futexes.forget(k.thread.tid);
        return Err(Errno::ETIMEDOUT);
    }
    if !waits {
        let value = guest::number::<u32>(&mut m.memory, address)?;
        m.memory.store(address, value | WAITERS)?;
        let waiter = waiter(k, u32::MAX);
        k.world.futexes.add(key, waiter);
    }
    Err(k.wait_or(Waiting { until, ..Waiting::default() }, Errno::ERESTARTNOINTR))
}

fn unlock_pi(k: &mut Kernel, m: &mut Machine, key: FutexKey, address: u32) -> Answer {
    if guest::number::<u32>(&mut m.memory, address)? & OWNER != k.thread.tid {
        return Err(Errno::EPERM);
    }
    k.pass_on_pi(m, key, address, 0)?;
    Ok(0)
}
