//! Signals, as far as they go without handlers: dispositions and masks are kept and told, and a
//! program that raises a fatal signal against itself ends by it.

use crate::instructions::Machine;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest::{self, Record, put_if};
use crate::linux::kernel::{Exit, Kernel};
use crate::memory::Memory;

use super::Args;
use super::process::PID;

const SIGKILL: u32 = 9;
const SIGSTOP: u32 = 19;
const COUNT: usize = 64;

const SIG_DFL: u32 = 0;

/// Signals whose default action ends nothing: SIGCHLD, SIGCONT, the four that stop, SIGURG and
/// SIGWINCH.
const HARMLESS: [u32; 8] = [17, 18, 19, 20, 21, 22, 23, 28];

/// What a program does about a signal: `struct sigaction` as the kernel has it.
#[derive(Clone, Copy, Default, Debug)]
struct Action {
    handler: u32,
    flags: u32,
    restorer: u32,
    mask: u64,
}

/// Dispositions, mask and what waits behind it. Signal 1 is at index 0 and bit 0.
#[derive(Clone, Debug)]
pub struct Signals {
    actions: [Action; COUNT],
    blocked: u64,
    pending: u64,
    stack: [u32; 3],
}

impl Default for Signals {
    fn default() -> Self {
        const SS_DISABLE: u32 = 2;
        Signals { actions: [Action::default(); COUNT], blocked: 0, pending: 0, stack: [0, SS_DISABLE, 0] }
    }
}

impl Signals {
    /// Whether nothing was arranged for a signal.
    pub fn is_default(&self, signal: u8) -> bool {
        self.actions.get(usize::from(signal).wrapping_sub(1)).is_some_and(|action| action.handler == SIG_DFL)
    }

    /// Raises a signal: the answer says whether it ends the program now.
    fn raise(&mut self, signal: u32) -> bool {
        let bit = 1 << (signal - 1);
        if self.blocked & bit != 0 && signal != SIGKILL {
            self.pending |= bit;
            return false;
        }
        self.is_default(signal as u8) && !HARMLESS.contains(&signal)
    }

    /// A raised signal that is no longer blocked and ends the program.
    fn released(&mut self) -> Option<u8> {
        let free = self.pending & !self.blocked;
        self.pending &= self.blocked;
        (1..=COUNT as u32)
            .filter(|signal| free >> (signal - 1) & 1 != 0)
            .find(|signal| self.raise(*signal))
            .map(|signal| signal as u8)
    }
}

/// The index of a signal that may have a disposition of its own.
fn index(signal: u32, changes: bool) -> Result<usize, Errno> {
    match signal {
        SIGKILL | SIGSTOP if changes => Err(Errno::EINVAL),
        1..=64 => Ok(signal as usize - 1),
        _ => Err(Errno::EINVAL),
    }
}

pub fn rt_sigaction(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [signal, new, old, size, ..] = *args;
    if size != 8 {
        return Err(Errno::EINVAL);
    }
    let action = &mut k.signals.actions[index(signal, new != 0)?];
    let before = *action;
    if new != 0 {
        let [handler, flags, restorer, low, high] = guest::words(&mut m.memory, new)?;
        *action = Action { handler, flags, restorer, mask: u64::from(high) << 32 | u64::from(low) };
    }
    let record = Record::new().word(before.handler).word(before.flags).word(before.restorer).long(before.mask);
    put_if(&mut m.memory, old, record.as_bytes())?;
    Ok(0)
}

/// The old form has a mask of 32 bits, in another place.
pub fn sigaction(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [signal, new, old, ..] = *args;
    let action = &mut k.signals.actions[index(signal, new != 0)?];
    let before = *action;
    if new != 0 {
        let [handler, mask, flags, restorer] = guest::words(&mut m.memory, new)?;
        *action = Action { handler, flags, restorer, mask: mask.into() };
    }
    let record = Record::new().word(before.handler).word(before.mask as u32).word(before.flags).word(before.restorer);
    put_if(&mut m.memory, old, record.as_bytes())?;
    Ok(0)
}

/// The oldest form answers with the old handler.
pub fn signal(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let action = &mut k.signals.actions[index(args[0], true)?];
    let before = action.handler;
    *action = Action { handler: args[1], ..Action::default() };
    Ok(before)
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
    let before = k.signals.blocked;
    if new != 0 {
        let set = read(&mut m.memory, new)?;
        let unblockable = 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1);
        let after = match how {
            0 => before | set,
            1 => before & !set,
            2 => set,
            _ => return Err(Errno::EINVAL),
        };
        k.signals.blocked = after & !unblockable;
    }
    put_if(&mut m.memory, old, &before.to_le_bytes()[..size])?;
    if let Some(signal) = k.signals.released() {
        k.end(m, Exit::Signal(signal));
    }
    Ok(0)
}

pub fn rt_sigpending(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    m.memory.store(args[0], k.signals.pending)?;
    Ok(0)
}

pub fn sigpending(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    m.memory.store(args[0], k.signals.pending as u32)?;
    Ok(0)
}

pub fn sigaltstack(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [new, old, ..] = *args;
    let before = k.signals.stack;
    if new != 0 {
        k.signals.stack = guest::words(&mut m.memory, new)?;
    }
    put_if(&mut m.memory, old, &before.map(u32::to_le_bytes).concat())?;
    Ok(0)
}

pub fn kill(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [process, signal, ..] = *args;
    let own = matches!(process, 0 | PID) || process == PID.wrapping_neg();
    if own { raise(k, m, signal) } else { Err(Errno::ESRCH) }
}

pub fn tkill(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [thread, signal, ..] = *args;
    if thread == PID { raise(k, m, signal) } else { Err(Errno::ESRCH) }
}

pub fn tgkill(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [process, thread, signal, ..] = *args;
    if process == PID { tkill(k, m, &[thread, signal, 0, 0, 0, 0]) } else { Err(Errno::ESRCH) }
}

fn raise(k: &mut Kernel, m: &mut Machine, signal: u32) -> Answer {
    match signal {
        0 => {}
        1..=64 if k.signals.raise(signal) => k.end(m, Exit::Signal(signal as u8)),
        1..=64 => {}
        _ => return Err(Errno::EINVAL),
    }
    Ok(0)
}

/// No signal will come: waiting for one ends as if one had.
pub fn pause(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Err(Errno::EINTR)
}
