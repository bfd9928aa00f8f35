//! Locking pages into memory: mlock(2), mlock2(2), munlock(2), mlockall(2).
//!
//! Pages never leave memory here, so that a lock brings them into it, and has no effect beyond that but that it
//! counts, and that msync(2) and madvise(2) refuse to take away what is locked.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_IPC_LOCK;
use crate::linux::abi::memory::{MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT, MLOCK_ONFAULT};
use crate::linux::abi::process::RLIMIT_MEMLOCK;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{PAGE, is_mapped};
use crate::memory::Memory;

use super::advice::bring_in;
use super::call::Args;

/// Most bytes that the process may lock.
fn limit(k: &Kernel) -> u64 {
    match k.process.credentials.can(CAP_IPC_LOCK) {
        true => u64::MAX,
        false => k.process.limits.get(RLIMIT_MEMLOCK).map_or(0, |[soft, _]| soft),
    }
}

/// Whether so many more bytes may be locked; EPERM if the process may lock none at all, else the error that the
/// call has for it.
pub fn may_lock(k: &Kernel, size: u64, beyond: Errno) -> Result<(), Errno> {
    match limit(k) {
        0 => Err(Errno::EPERM),
        limit if k.process.space().locked.size().saturating_add(size) > limit => Err(beyond),
        _ => Ok(()),
    }
}

pub fn mlock(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    mlock2(k, m, &[args[0], args[1], 0, 0, 0, 0])
}

pub fn mlock2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, end) = pages(args[0], args[1]);
    let already: u64 = k.process.space().locked.within(start, end).iter().map(|(from, to)| to - from).sum();
    may_lock(k, end - start - already, Errno::ENOMEM)?;
    if !is_mapped(&m.memory, start, end - start) {
        return Err(Errno::ENOMEM);
    }
    k.process.space().locked.insert(start, end);
    if args[2] & MLOCK_ONFAULT == 0 {
        bring_in(m, start, end);
    }
    Ok(0)
}

pub fn munlock(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, end) = pages(args[0], args[1]);
    k.process.space().locked.remove(start, end);
    if is_mapped(&m.memory, start, end - start) { Ok(0) } else { Err(Errno::ENOMEM) }
}

/// The pages that a range touches.
fn pages(address: u32, size: u32) -> (u64, u64) {
    let start = u64::from(address) / PAGE * PAGE;
    (start, (u64::from(address) + u64::from(size)).next_multiple_of(PAGE))
}

pub fn mlockall(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let flags = args[0];
    if flags == 0 || flags == MCL_ONFAULT {
        return Err(Errno::EINVAL);
    }
    let all = m.memory.mapped_pages() * PAGE;
    let more = if flags & MCL_CURRENT != 0 { all.saturating_sub(k.process.space().locked.size()) } else { 0 };
    may_lock(k, more, Errno::ENOMEM)?;
    let mut space = k.process.space();
    space.locks_future = flags & MCL_FUTURE != 0;
    if flags & MCL_CURRENT != 0 {
        for (start, end) in everything(&m.memory) {
            space.locked.insert(start, end);
            if flags & MCL_ONFAULT == 0 {
                bring_in(m, start, end);
            }
        }
    }
    Ok(0)
}

/// All that is mapped.
fn everything(memory: &Memory) -> Vec<(u64, u64)> {
    let regions = memory.regions(0, u32::MAX);
    regions.map(|region| (u64::from(region.pages.start) * PAGE, u64::from(region.pages.end) * PAGE)).collect()
}

pub fn munlockall(k: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    k.process.space().unlock();
    Ok(0)
}
