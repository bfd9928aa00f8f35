//! Waiting for signals: pause(2), sigsuspend(2), sigtimedwait(2).

use std::time::Duration;

use crate::instructions::Machine;
use crate::linux::abi::signals::SIGSET_SIZE;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::signals::{Siginfo, UNBLOCKABLE};

use super::call::Args;
use super::time;

pub fn pause(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    k.process.wait_for_signal(m, None);
    Err(Errno::ERESTARTNOHAND)
}

/// The oldest form has the mask, of 32 signals, in its third argument.
pub fn sigsuspend(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    suspend(k, m, args[2].into())
}

pub fn rt_sigsuspend(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [set, size, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let mask = guest::number(&mut m.memory, set)?;
    suspend(k, m, mask)
}

/// Delivery puts the mask back: a handler runs with the one of this call.
fn suspend(k: &mut Kernel, m: &mut Machine, mask: u64) -> Answer {
    k.process.thread_signals.replace_mask(mask);
    k.process.wait_for_signal(m, None);
    Err(Errno::ERESTARTNOHAND)
}

pub fn rt_sigtimedwait(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    timed_wait(k, m, args, time::read32)
}

pub fn rt_sigtimedwait_time64(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    timed_wait(k, m, args, time::read64)
}

fn timed_wait(k: &mut Kernel, m: &mut Machine, args: &Args, read: time::Reader) -> Answer {
    let [set, info, limit, size, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let wanted = guest::number::<u64>(&mut m.memory, set)? & !UNBLOCKABLE;
    let limit = if limit == 0 { None } else { Some(read(&mut m.memory, limit)?) };
    let found = dequeue(k, wanted);
    let found = match found {
        None if limit != Some(Duration::ZERO) => {
            k.process.thread_signals.await_signals(wanted);
            k.process.wait_for_signal(m, limit);
            k.process.thread_signals.await_signals(0);
            dequeue(k, wanted)
        }
        found => found,
    };
    match found {
        Some(taken) => {
            if info != 0 {
                m.memory.write(info, &taken.to_bytes())?;
            }
            Ok(taken.signal)
        }
        // Another signal ended the wait, or time did.
        None if k.process.has_signal() => Err(Errno::EINTR),
        None => Err(Errno::EAGAIN),
    }
}

fn dequeue(k: &mut Kernel, wanted: u64) -> Option<Siginfo> {
    k.process.signals.dequeue(&mut k.process.thread_signals, !wanted)
}
