//! Calls on signals (signal(7)). Handlers do not run yet: dispositions and masks can be set and read,
//! and a program that sends itself a fatal signal is terminated by it.

use crate::instructions::Machine;
use crate::linux::abi::Encoded;
use crate::linux::abi::signals::{OldSigaction, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, Sigaction};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, put_if};
use crate::linux::kernel::Kernel;
use crate::linux::process::{FIRST_PID, Process, Termination};
use crate::memory::Memory;

use super::call::Args;

pub fn rt_sigaction(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [signal, new, old, size, ..] = *args;
    if size != 8 {
        return Err(Errno::EINVAL);
    }
    let before = k.process.signals.action(signal)?;
    if new != 0 {
        let action = guest::read(&mut m.memory, new)?;
        k.process.signals.set_action(signal, action)?;
    }
    guest::write_if(&mut m.memory, old, &before)
}

/// The older structure has a 32-bit mask as its second field.
pub fn sigaction(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [signal, new, old, ..] = *args;
    let before = k.process.signals.action(signal)?;
    if new != 0 {
        let OldSigaction { sa_handler, sa_mask, sa_flags, sa_restorer } = guest::read(&mut m.memory, new)?;
        k.process
            .signals
            .set_action(signal, Sigaction { sa_handler, sa_flags, sa_restorer, sa_mask: sa_mask.into() })?;
    }
    let Sigaction { sa_handler, sa_flags, sa_restorer, sa_mask } = before;
    let record = OldSigaction { sa_handler, sa_mask: sa_mask as u32, sa_flags, sa_restorer };
    guest::write_if(&mut m.memory, old, &record)
}

/// The oldest form returns the previous handler.
pub fn signal(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [signal, handler, ..] = *args;
    let before = k.process.signals.action(signal)?;
    k.process.signals.set_action(signal, Sigaction { sa_handler: handler, ..Sigaction::zeroed() })?;
    Ok(before.sa_handler)
}

pub fn rt_sigprocmask(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [how, new, old, size, ..] = *args;
    if size != 8 {
        return Err(Errno::EINVAL);
    }
    change_mask(k, m, [how, new, old], |memory, at| memory.load::<u64>(at).map_err(Errno::from), 8)
}

pub fn sigprocmask(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [how, new, old, ..] = *args;
    change_mask(k, m, [how, new, old], |memory, at| Ok(memory.load::<u32>(at)?.into()), 4)
}

fn change_mask(
    k: &mut Kernel,
    m: &mut Machine,
    [how, new, old]: [u32; 3],
    read: fn(&mut Memory, u32) -> Result<u64, Errno>,
    size: usize,
) -> Answer {
    let before = k.process.signals.blocked();
    if new != 0 {
        let set = read(&mut m.memory, new)?;
        k.process.signals.set_blocked(match how {
            SIG_BLOCK => before | set,
            SIG_UNBLOCK => before & !set,
            SIG_SETMASK => set,
            _ => return Err(Errno::EINVAL),
        });
    }
    put_if(&mut m.memory, old, &before.to_le_bytes()[..size])?;
    if let Some(signal) = k.process.signals.deliver_pending() {
        k.process.end(Termination::Signal(signal));
    }
    Ok(0)
}

pub fn rt_sigpending(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    m.memory.store(args[0], k.process.signals.pending())?;
    Ok(0)
}

pub fn sigpending(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    m.memory.store(args[0], k.process.signals.pending() as u32)?;
    Ok(0)
}

pub fn sigaltstack(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [new, old, ..] = *args;
    let before = k.process.signals.stack;
    if new != 0 {
        k.process.signals.stack = guest::read(&mut m.memory, new)?;
    }
    guest::write_if(&mut m.memory, old, &before)
}

pub fn kill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [target, signal, ..] = *args;
    if signal > 64 {
        return Err(Errno::EINVAL);
    }
    let (own, group) = (k.process.pid, k.process.group);
    let meant = |process: &Process| match target as i32 {
        0 => process.group == group,
        -1 => process.pid != own && process.pid != FIRST_PID,
        pid if pid < 0 => process.group == pid.unsigned_abs(),
        pid => process.pid == pid as u32,
    };
    let pids: Vec<u32> = k.all_processes().filter(|process| meant(process)).map(|process| process.pid).collect();
    if pids.is_empty() {
        return Err(Errno::ESRCH);
    }
    pids.into_iter().for_each(|pid| k.post(pid, signal));
    Ok(0)
}

pub fn tkill(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [thread, signal, ..] = *args;
    if signal > 64 || (thread as i32) <= 0 {
        return Err(Errno::EINVAL);
    }
    let pid = k.find_process_of(thread).ok_or(Errno::ESRCH)?.pid;
    k.post(pid, signal);
    Ok(0)
}

pub fn tgkill(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [process, thread, signal, ..] = *args;
    if (process as i32) <= 0 {
        return Err(Errno::EINVAL);
    }
    match k.find_process_of(thread) {
        Some(found) if found.pid == process => tkill(k, m, &[thread, signal, 0, 0, 0, 0]),
        _ => Err(Errno::ESRCH),
    }
}

/// With one process, no signal can arrive while it waits: returns EINTR as if one had.
pub fn pause(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EINTR)
}
