//! Waiting for signals: pause(2), sigsuspend(2), sigtimedwait(2).

use crate::instructions::Machine;
use crate::linux::abi::signals::SIGSET_SIZE;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::signals::UNBLOCKABLE;
use crate::linux::world::Waiting;

use super::call::Args;
use super::timespec;

pub fn pause(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(k.wait_or(Waiting::default(), Errno::ERESTARTNOHAND))
}

/// The oldest form has the mask, of 32 signals, in its third argument.
pub fn sigsuspend(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    suspend(k, args[2].into())
}

pub fn rt_sigsuspend(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [set, size, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let mask = guest::number(&mut m.memory, set)?;
    suspend(k, mask)
}

/// Delivery puts the mask back: a handler runs with the one of this call.
fn suspend(k: &mut Kernel, mask: u64) -> Answer {
    k.thread.signals.replace_mask(mask);
    Err(k.wait_or(Waiting::default(), Errno::ERESTARTNOHAND))
}

pub fn rt_sigtimedwait(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    timed_wait(k, m, args, timespec::read32)
}

pub fn rt_sigtimedwait_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    timed_wait(k, m, args, timespec::read64)
}

fn timed_wait(k: &mut Kernel, m: &mut Machine, args: &Args, read: timespec::Reader) -> Answer {
    let [set, info, limit, size, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let wanted = guest::number::<u64>(&mut m.memory, set)? & !UNBLOCKABLE;
    let limit = if limit == 0 { None } else { Some(read(&mut m.memory, limit)?) };
    let until = limit.map(|limit| k.deadline(m, limit));
    k.thread.signals.await_signals(0);
    if let Some(taken) = k.process.signals.dequeue(&mut k.thread.signals, !wanted) {
        if info != 0 {
            m.memory.write(info, &taken.to_bytes())?;
        }
        return Ok(taken.signal);
    }
    if until.is_some_and(|until| k.world.clock.elapsed(m) >= until) {
        return Err(Errno::EAGAIN);
    }
    k.thread.signals.await_signals(wanted);
    Err(k.wait_or(Waiting { until, ..Waiting::default() }, Errno::EINTR))
}
