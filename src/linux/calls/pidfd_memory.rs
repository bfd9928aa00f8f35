//! Memory of a process that a descriptor stands for: process_madvise(2), process_mrelease(2).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_NICE;
use crate::linux::abi::memory::{MADV_COLD, MADV_PAGEOUT, MADV_WILLNEED};
use crate::linux::abi::signals::SIGKILL;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{PAGE, ProcessState, is_mapped};
use crate::linux::signals::bit;

use super::call::Args;
use super::{pidfd, process_memory, vectors};

/// Advice about another process says only how soon its memory will be used. Nothing follows from it here, but that
/// what is advised about must be mapped.
pub fn process_madvise(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [fd, list, count, advice, flags, _] = *args;
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    let ranges = vectors::buffers(m, list, count)?;
    let pid = pidfd::process_of(k, fd)?;
    if !matches!(advice, MADV_COLD | MADV_PAGEOUT | MADV_WILLNEED) {
        return Err(Errno::EINVAL);
    }
    let space = process_memory::space_of(k, pid)?;
    k.process.credentials.require(CAP_SYS_NICE)?;
    let mut done = 0;
    for range in ranges {
        let (start, size) = (u64::from(range.address), u64::from(range.size).next_multiple_of(PAGE));
        let wrong = if start % PAGE != 0 {
            Some(Errno::EINVAL)
        } else {
            let mapped = k.with_space(m, space, |memory| is_mapped(memory, start, size));
            (size > 0 && mapped != Some(true)).then_some(Errno::ENOMEM)
        };
        match wrong {
            Some(error) if done == 0 => return Err(error),
            Some(_) => break,
            None => done += range.size,
        }
    }
    Ok(done)
}

/// The memory of a process that is being killed goes with it, at once: EINVAL for one that lives, ESRCH for one that is
/// dead.
pub fn process_mrelease(k: &mut Kernel, _: &mut Machine, args: &Args) -> Answer {
    let [fd, flags, ..] = *args;
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    let pid = pidfd::process_of(k, fd)?;
    let process = k.find_process(pid).ok_or(Errno::ESRCH)?;
    match process.state {
        ProcessState::Zombie(_) | ProcessState::Reaped => Err(Errno::ESRCH),
        _ if process.exit.is_some() || process.signals.pending.set() & bit(SIGKILL) != 0 => Ok(0),
        _ => Err(Errno::EINVAL),
    }
}
