//! Signals of a tracee: what it is stopped by, what it blocks, and what waits for it.

use crate::instructions::Machine;
use crate::linux::abi::ptrace::{PTRACE_PEEKSIGINFO_SHARED, PeekSiginfo};
use crate::linux::abi::siginfo::SIGINFO_SIZE;
use crate::linux::abi::signals::SIGSET_SIZE;
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::signals::Siginfo;

use super::tracee::tracee;

/// Stores what the stop says of its cause; EINVAL if that is nothing, as of a group-stop.
pub fn get_info(k: &mut Kernel, m: &mut Machine, tid: u32, address: u32) -> Answer {
    let info = tracee(k, tid)?.info.ok_or(Errno::EINVAL)?;
    m.memory.write(address, &info.to_bytes())?;
    Ok(0)
}

/// Changes what a handler will be told.
pub fn set_info(k: &mut Kernel, m: &mut Machine, tid: u32, address: u32) -> Answer {
    let mut bytes = [0; SIGINFO_SIZE];
    m.memory.read(address, &mut bytes)?;
    let tracee = tracee(k, tid)?;
    tracee.info.ok_or(Errno::EINVAL)?;
    tracee.info = Some(Siginfo::from_bytes(&bytes));
    Ok(0)
}

pub fn get_mask(k: &mut Kernel, m: &mut Machine, tid: u32, size: u32, address: u32) -> Answer {
    let mask = k.find_thread(tid).filter(|_| size == SIGSET_SIZE).ok_or(Errno::EINVAL)?.signals.mask_to_save();
    guest::write(&mut m.memory, address, &mask)
}

pub fn set_mask(k: &mut Kernel, m: &mut Machine, tid: u32, size: u32, address: u32) -> Answer {
    if size != SIGSET_SIZE {
        return Err(Errno::EINVAL);
    }
    let mask = guest::read(&mut m.memory, address)?;
    let thread = k.find_thread_mut(tid).ok_or(Errno::ESRCH)?;
    thread.signals.set_blocked(mask);
    Ok(0)
}

/// Stores what is known of signals that wait, and gives their number.
pub fn peek(k: &mut Kernel, m: &mut Machine, tid: u32, which: u32, address: u32) -> Answer {
    let PeekSiginfo { off, flags, nr } = guest::read(&mut m.memory, which)?;
    if flags & !PTRACE_PEEKSIGINFO_SHARED != 0 || nr < 0 {
        return Err(Errno::EINVAL);
    }
    let pending = match flags {
        0 => k.find_thread(tid).map(|thread| &thread.signals.pending),
        _ => k.find_process_of(tid).map(|process| &process.signals.pending),
    };
    let skipped = usize::try_from(off).unwrap_or(usize::MAX);
    let infos = pending.ok_or(Errno::ESRCH)?.infos().skip(skipped).take(nr as usize);
    let bytes: Vec<u8> = infos.flat_map(|info| info.to_bytes()).collect();
    m.memory.write(address, &bytes)?;
    Ok((bytes.len() / SIGINFO_SIZE) as u32)
}
