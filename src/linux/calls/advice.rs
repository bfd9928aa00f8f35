//! Advice about memory: madvise(2). Most of it has no visible effect; here is what has.

use crate::instructions::Machine;
use crate::linux::abi::memory::{
    MADV_COLD, MADV_DOFORK, MADV_DONTFORK, MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE, MADV_KEEPONFORK,
    MADV_PAGEOUT, MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_REMOVE, MADV_WIPEONFORK,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{PAGE, is_mapped};
use crate::memory::{Access, Mapping, Perm};

use super::call::Args;

pub fn madvise(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, advice, ..] = *args;
    if address % PAGE as u32 != 0 {
        return Err(Errno::EINVAL);
    }
    let (start, size) = (u64::from(address), u64::from(size).next_multiple_of(PAGE));
    let whole = is_mapped(&m.memory, start, size);
    if size == 0 || start + size > 1 << 32 {
        return if size == 0 { Ok(0) } else { Err(Errno::EINVAL) };
    }
    for region in m.memory.regions(address, size as u32) {
        takes(&region.mapping, advice)?;
    }
    let end = start + size;
    if takes_away(advice) && !k.process.space().locked.within(start, end).is_empty() {
        return Err(Errno::EINVAL);
    }
    match advice {
        MADV_DONTNEED | MADV_DONTNEED_LOCKED => m.memory.discard(address, size as u32),
        MADV_POPULATE_READ if whole => populate(m, address, size as u32, Access::Read)?,
        MADV_POPULATE_WRITE if whole => populate(m, address, size as u32, Access::Write)?,
        MADV_REMOVE if whole => remove(m, address, size as u32)?,
        MADV_WIPEONFORK => k.process.space().wiped_on_fork.insert(start, end),
        MADV_KEEPONFORK => k.process.space().wiped_on_fork.remove(start, end),
        MADV_DONTFORK => k.process.space().left_on_fork.insert(start, end),
        MADV_DOFORK => k.process.space().left_on_fork.remove(start, end),
        _ => {}
    }
    if whole { Ok(0) } else { Err(Errno::ENOMEM) }
}

/// Whether an advice takes pages out of memory, which locked ones stay in.
fn takes_away(advice: u32) -> bool {
    matches!(advice, MADV_DONTNEED | MADV_FREE | MADV_REMOVE | MADV_COLD | MADV_PAGEOUT)
}

/// Pages come into memory as an access would bring them; EINVAL if such an access is not allowed.
fn populate(m: &mut Machine, address: u32, size: u32, access: Access) -> Result<(), Errno> {
    m.memory.check(address, size, access).map_err(|_| Errno::EINVAL)?;
    if access == Access::Read {
        bring_in(m, address.into(), u64::from(address) + u64::from(size));
        return Ok(());
    }
    (address..=address + (size - 1)).step_by(PAGE as usize).try_for_each(|page| {
        let byte = m.memory.load::<u8>(page)?;
        Ok(m.memory.store(page, byte)?)
    })
}

/// Gives frames to the pages of a range that have none yet, as far as there are any.
pub fn bring_in(m: &mut Machine, start: u64, end: u64) {
    for page in (start..end).step_by(PAGE as usize) {
        m.memory.frame_of(page as u32);
    }
}

/// Whether a mapping can take an advice: what is to be freed or wiped must be private and no file's, what is to be
/// removed must be written for everybody.
fn takes(mapping: &Mapping, advice: u32) -> Result<(), Errno> {
    let of_file = mapping.source.is_some();
    match advice {
        MADV_FREE | MADV_WIPEONFORK if of_file || mapping.shared => Err(Errno::EINVAL),
        MADV_REMOVE if !of_file => Err(Errno::EINVAL),
        MADV_REMOVE if !mapping.shared || !mapping.perm.has(Perm::WRITE) => Err(Errno::EACCES),
        _ => Ok(()),
    }
}

/// What is removed reads as zeros, for everybody who maps it.
fn remove(m: &mut Machine, address: u32, size: u32) -> Result<(), Errno> {
    let zeros = [0; PAGE as usize];
    for page in (0..size).step_by(PAGE as usize) {
        m.memory.write(address + page, &zeros)?;
    }
    Ok(())
}
