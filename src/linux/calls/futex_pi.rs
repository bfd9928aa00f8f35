//! Futexes that inherit priorities (futex(2), "Priority-inheritance futexes"): their value is their owner.

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::world::{FutexKey, FutexWaiter, Waiting};

/// The bits of the value: who owns it, and whether others wait.
const OWNER: u32 = 0x3fff_ffff;
const OWNER_DIED: u32 = 0x4000_0000;
const WAITERS: u32 = 0x8000_0000;

/// Takes a free PI futex; EDEADLK if the thread has it already.
pub fn try_lock(k: &mut Kernel, m: &mut Machine, address: u32) -> Result<bool, Errno> {
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

pub fn lock(k: &mut Kernel, m: &mut Machine, key: FutexKey, address: u32, until: Option<Duration>) -> Answer {
    // Whoever unlocked it has made the thread that it woke the owner.
    if k.thread.call.as_ref().is_some_and(|call| call.woken.is_some()) {
        return Ok(0);
    }
    let waits = k.thread.call.as_ref().is_some_and(|call| call.entry.is_some());
    if !waits && try_lock(k, m, address)? {
        return Ok(0);
    }
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        k.world.futexes.forget(k.thread.tid);
        return Err(Errno::ETIMEDOUT);
    }
    if !waits {
        let value = guest::number::<u32>(&mut m.memory, address)?;
        m.memory.store(address, value | WAITERS)?;
        let waiter = k.futex_waiter(u32::MAX);
        k.world.futexes.add(key, waiter);
    }
    Err(k.wait_or(Waiting { until, ..Waiting::default() }, Errno::ERESTARTNOINTR))
}

pub fn unlock(k: &mut Kernel, m: &mut Machine, key: FutexKey, address: u32) -> Answer {
    if guest::number::<u32>(&mut m.memory, address)? & OWNER != k.thread.tid {
        return Err(Errno::EPERM);
    }
    k.pass_on_pi(m, key, address, 0)?;
    Ok(0)
}

/// Waits at a plain futex until somebody requeues the thread to a PI futex, and it owns that.
pub fn wait_requeue(
    k: &mut Kernel,
    m: &mut Machine,
    [from, to]: [FutexKey; 2],
    [address, value]: [u32; 2],
    until: Option<Duration>,
) -> Answer {
    if from == to {
        return Err(Errno::EINVAL);
    }
    match &k.thread.call {
        Some(call) if call.woken.is_some() => return Ok(0),
        Some(call) if call.entry.is_some() => {}
        _ if guest::number::<u32>(&mut m.memory, address)? != value => return Err(Errno::EAGAIN),
        _ => {
            let waiter = FutexWaiter { target: Some(to), ..k.futex_waiter(u32::MAX) };
            k.world.futexes.add(from, waiter);
        }
    }
    let requeued = k.world.futexes.waiters(to).any(|waiter| waiter.tid == k.thread.tid);
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        k.world.futexes.forget(k.thread.tid);
        return Err(Errno::ETIMEDOUT);
    }
    // Once it is requeued the value has changed, so that to make the call again would fail anyway.
    let interrupted = if requeued { Errno::EAGAIN } else { Errno::ERESTARTNOINTR };
    Err(k.wait_or(Waiting { until, ..Waiting::default() }, interrupted))
}

/// Lets the first waiter have a PI futex, if it is free, and the others wait for it (FUTEX_CMP_REQUEUE_PI).
pub fn requeue(
    k: &mut Kernel,
    m: &mut Machine,
    [from, to]: [FutexKey; 2],
    address: u32,
    [wakes, moves]: [u32; 2],
) -> Answer {
    if from == to || wakes != 1 || (moves as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    let count = 1_u32.saturating_add(moves) as usize;
    let waiting: Vec<FutexWaiter> = k.world.futexes.waiters(from).take(count).copied().collect();
    if waiting.iter().any(|waiter| waiter.target != Some(to)) {
        return Err(Errno::EINVAL);
    }
    for waiter in &waiting {
        let value = guest::number::<u32>(&mut m.memory, address)?;
        let free = value & OWNER == 0;
        let others = if free && waiting.len() == 1 { 0 } else { WAITERS };
        let owner = if free { waiter.tid } else { value & OWNER };
        m.memory.store(address, owner | others)?;
        k.world.futexes.forget(waiter.tid);
        match free {
            true => k.wake_futex_waiter(waiter),
            false => k.world.futexes.add(to, FutexWaiter { target: None, ..*waiter }),
        }
    }
    Ok(waiting.len() as u32)
}
