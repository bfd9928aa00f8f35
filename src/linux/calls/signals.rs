//! What signals do in this process, which are blocked, and the way back from a handler: sigaction(2),
//! sigprocmask(2), sigpending(2), sigaltstack(2), sigreturn(2).
//!
//! Sending signals is in [`send_signal`](super::send_signal), waiting for them in
//! [`wait_signal`](super::wait_signal).

use crate::cpu::Register;
use crate::instructions::Machine;
use crate::linux::abi::signals::{
    OldSigaction, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGSET_SIZE, Sigaction, Sigaltstack,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, put_if};
use crate::linux::kernel::Kernel;
use crate::linux::signals;

use super::call::Args;

pub fn rt_sigaction(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [signal, new, old, size, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let wanted = if new == 0 { None } else { Some(guest::read(&mut m.memory, new)?) };
    let before = change_action(k, signal, wanted)?;
    guest::write_if(&mut m.memory, old, &before)
}

/// The older structure has a 32-bit mask as its second field.
pub fn sigaction(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [signal, new, old, ..] = *args;
    let wanted = if new == 0 { None } else { Some(guest::read::<OldSigaction>(&mut m.memory, new)?) };
    let before = change_action(k, signal, wanted.map(widened))?;
    let Sigaction { sa_handler, sa_flags, sa_restorer, sa_mask } = before;
    let record = OldSigaction { sa_handler, sa_mask: sa_mask as u32, sa_flags, sa_restorer };
    guest::write_if(&mut m.memory, old, &record)
}

fn widened(action: OldSigaction) -> Sigaction {
    let OldSigaction { sa_handler, sa_mask, sa_flags, sa_restorer } = action;
    Sigaction { sa_handler, sa_flags, sa_restorer, sa_mask: sa_mask.into() }
}

/// The oldest form returns the previous handler.
pub fn signal(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [signal, handler, ..] = *args;
    Ok(change_action(k, signal, Some(signals::once(handler)))?.sa_handler)
}

/// The action before, and the new one in its place if there is one.
fn change_action(k: &mut Kernel, signal: u32, wanted: Option<Sigaction>) -> Result<Sigaction, Errno> {
    let before = k.process.signals.dispositions.get(signal)?;
    if let Some(action) = wanted {
        let gone = k.process.signals.set_action(signal, action)?;
        k.discard(k.process.pid, gone);
    }
    Ok(before)
}

pub fn rt_sigprocmask(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [how, new, old, size, ..] = *args;
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let before = k.thread.signals.blocked();
    if new != 0 {
        let set = m.memory.load::<u64>(new)?;
        change_mask(k, how, set, u64::MAX)?;
    }
    put_if(&mut m.memory, old, &before.to_le_bytes())?;
    Ok(0)
}

/// The older form knows 32 signals, and leaves the others as they are.
pub fn sigprocmask(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [how, new, old, ..] = *args;
    let before = k.thread.signals.blocked() as u32;
    if new != 0 {
        let set = m.memory.load::<u32>(new)?;
        change_mask(k, how, set.into(), u32::MAX.into())?;
    }
    put_if(&mut m.memory, old, &before.to_le_bytes())?;
    Ok(0)
}

/// Changes the mask by a set, of which only the signals in `known` count.
fn change_mask(k: &mut Kernel, how: u32, set: u64, known: u64) -> Result<(), Errno> {
    let thread = &mut k.thread.signals;
    let before = thread.blocked();
    thread.set_blocked(match how {
        SIG_BLOCK => before | set,
        SIG_UNBLOCK => before & !set,
        SIG_SETMASK => before & !known | set,
        _ => return Err(Errno::EINVAL),
    });
    Ok(())
}

/// Replaces the mask for the time of a call that takes one, by its address and size; a null address keeps
/// it.
pub fn set_temporarily(k: &mut Kernel, m: &mut Machine, [address, size]: [u32; 2]) -> Result<(), Errno> {
    if address == 0 {
        return Ok(());
    }
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let mask = guest::number(&mut m.memory, address)?;
    k.thread.signals.replace_mask(mask);
    Ok(())
}

/// The mask of the first 32 signals.
pub fn sgetmask(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(k.thread.signals.blocked() as u32)
}

/// Replaces the whole mask by one of the first 32 signals, and gives the old one.
pub fn ssetmask(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let before = k.thread.signals.blocked();
    k.thread.signals.set_blocked(args[0].into());
    Ok(before as u32)
}

pub fn rt_sigpending(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [set, size, ..] = *args;
    let size = Some(size).filter(|size| *size <= SIGSET_SIZE).ok_or(Errno::EINVAL)?;
    m.memory.write(set, &pending(k).to_le_bytes()[..size as usize])?;
    Ok(0)
}

pub fn sigpending(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    m.memory.store(args[0], pending(k) as u32)?;
    Ok(0)
}

/// The blocked signals that wait for this thread or for its process.
fn pending(k: &Kernel) -> u64 {
    let (process, thread) = (&k.process.signals, &k.thread.signals);
    (process.pending.set() | thread.pending.set()) & thread.blocked()
}

pub fn sigaltstack(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [new, old, ..] = *args;
    let esp = m.cpu.regs[Register::Esp];
    let stack = &mut k.thread.signals.stack;
    let before = stack.describe(esp);
    if new != 0 {
        stack.replace(guest::read::<Sigaltstack>(&mut m.memory, new)?, esp)?;
    }
    guest::write_if(&mut m.memory, old, &before)
}

/// Returns from a handler; the answer is what EAX was before it. What the handler interrupted does not go
/// on any more, if it was not told to.
pub fn sigreturn(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    k.thread.restart = None;
    Ok(signals::sigreturn(m, &mut k.thread.signals, &mut k.process.signals.dispositions))
}

/// The same from a handler with SA_SIGINFO.
pub fn rt_sigreturn(k: &mut Kernel, m: &mut Machine, _: &Args) -> Answer {
    k.thread.restart = None;
    Ok(signals::rt_sigreturn(m, &mut k.thread.signals, &mut k.process.signals.dispositions))
}
