//! Calls that change the address space: `brk`, `mmap`, `munmap`, `mprotect`, `mremap`, `madvise`.

use crate::instructions::Machine;
use crate::linux::abi::files::O_ACCMODE;
use crate::linux::abi::memory::{
    MADV_DONTNEED, MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_SHARED, MAP_TYPE, MREMAP_DONTUNMAP, MREMAP_FIXED,
    MREMAP_MAYMOVE, PROT_EXEC, PROT_READ, PROT_WRITE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::OpenFileHandle;
use crate::linux::process::{PAGE, SharedMapping, TASK_SIZE, permissions};
use crate::linux::sync::lock;
use crate::memory::{Memory, Perm};

use super::call::Args;

/// What `mmap` is asked for.
struct Mapping {
    address: u64,
    size: u64,
    protection: u32,
    flags: u32,
    fd: u32,
    offset: u64,
}

pub fn brk(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, end) = k.process.space.heap;
    let wanted = u64::from(args[0]);
    if wanted >= start && resize_heap(k, &mut m.memory, wanted).is_ok() {
        return Ok(args[0]);
    }
    Ok(end as u32)
}

fn resize_heap(k: &mut Kernel, memory: &mut Memory, wanted: u64) -> Result<(), Errno> {
    let (start, end) = k.process.space.heap;
    let (before, after) = (end.next_multiple_of(PAGE), wanted.next_multiple_of(PAGE));
    if after > before {
        // A page stays free above it, so that running past the heap faults.
        if !k.process.space.is_free(before, after - before + PAGE) {
            return Err(Errno::ENOMEM);
        }
        k.process.space.map(memory, before, after - before, Perm::READ | Perm::WRITE)?;
    } else if after < before {
        k.process.space.unmap(memory, after, before - after)?;
    }
    k.process.space.heap = (start, wanted);
    Ok(())
}

/// The oldest form takes a pointer to its arguments, and the offset in bytes.
pub fn old_mmap(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, protection, flags, fd, offset] = guest::words(&mut m.memory, args[0])?;
    if offset % PAGE as u32 != 0 {
        return Err(Errno::EINVAL);
    }
    mmap2(k, m, &[address, size, protection, flags, fd, offset / PAGE as u32])
}

pub fn mmap2(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, protection, flags, fd, page] = *args;
    if size == 0 || !(1..=3).contains(&(flags & MAP_TYPE)) {
        return Err(Errno::EINVAL);
    }
    let size = u64::from(size).next_multiple_of(PAGE);
    let mapping = Mapping { address: address.into(), size, protection, flags, fd, offset: u64::from(page) * PAGE };
    let open = file_of(k, &mapping)?;
    let start = place(k, &mapping)?;
    k.process.shared.write_back(&mut m.memory, start, start + size);
    k.process.space.map(&mut m.memory, start, size, perm(protection))?;
    k.process.shared.remove(start, start + size);
    if let Some(open) = open {
        fill(&mut m.memory, &open, start, size, mapping.offset)?;
        if flags & MAP_TYPE == MAP_SHARED && lock(&open).flags & O_ACCMODE == 2 {
            k.process.shared.insert(SharedMapping { start, end: start + size, open, offset: mapping.offset });
        }
    }
    Ok(start as u32)
}

/// The file to be mapped, after checking its access mode; `None` for an anonymous mapping.
fn file_of(k: &Kernel, mapping: &Mapping) -> Result<Option<OpenFileHandle>, Errno> {
    if mapping.flags & MAP_ANONYMOUS != 0 {
        return Ok(None);
    }
    let open = k.process.open_file(mapping.fd)?;
    {
        let open = lock(&open);
        open.readable().map_err(|_| Errno::EACCES)?;
        let writes = mapping.flags & MAP_TYPE == MAP_SHARED && mapping.protection & PROT_WRITE != 0;
        if writes && open.writable().is_err() {
            return Err(Errno::EACCES);
        }
        open.contents().map_err(|_| Errno::ENODEV)?;
    }
    Ok(Some(open))
}

/// The address of a new mapping: the fixed one, the hint if it is free, or any free one.
fn place(k: &Kernel, mapping: &Mapping) -> Result<u64, Errno> {
    let Mapping { address, size, flags, .. } = *mapping;
    if flags & (MAP_FIXED | MAP_FIXED_NOREPLACE) != 0 {
        return match address {
            address if address % PAGE != 0 => Err(Errno::EINVAL),
            address if address + size > TASK_SIZE => Err(Errno::ENOMEM),
            address if address < PAGE => Err(Errno::EPERM),
            address if flags & MAP_FIXED_NOREPLACE != 0 && !k.process.space.is_free(address, size) => {
                Err(Errno::EEXIST)
            }
            address => Ok(address),
        };
    }
    let hint = address - address % PAGE;
    let fits = hint >= 0x1_0000 && hint + size <= TASK_SIZE && k.process.space.is_free(hint, size);
    if fits { Ok(hint) } else { k.process.space.find(size) }
}

fn perm(protection: u32) -> Perm {
    permissions(protection & PROT_READ != 0, protection & PROT_WRITE != 0, protection & PROT_EXEC != 0)
}

/// Copies a part of a file into a new mapping; bytes past the end of the file stay zero.
fn fill(memory: &mut Memory, open: &OpenFileHandle, start: u64, size: u64, offset: u64) -> Result<(), Errno> {
    let open = lock(open);
    let contents = open.contents()?;
    let mut bytes = vec![0; size.min(65_536) as usize];
    let mut done = 0;
    while done < size {
        let wanted = (size - done).min(bytes.len() as u64) as usize;
        match contents.read(memory.pool_mut(), &mut bytes[..wanted], offset + done)? {
            0 => break,
            count => {
                memory.copy_in((start + done) as u32, &bytes[..count]);
                done += count as u64;
            }
        }
    }
    Ok(())
}

pub fn munmap(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, size) = (u64::from(args[0]), u64::from(args[1]));
    k.process.shared.write_back(&mut m.memory, start, start + size);
    k.process.space.unmap(&mut m.memory, start, size).map_err(|_| Errno::EINVAL)?;
    k.process.shared.remove(start, start + size.next_multiple_of(PAGE));
    Ok(0)
}

pub fn mprotect(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, protection, ..] = *args;
    match size {
        0 => Ok(0),
        size => k.process.space.protect(&mut m.memory, address.into(), size.into(), perm(protection)).map(|()| 0),
    }
}

pub fn mremap(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, old, new, flags, target, _] = *args;
    let start = u64::from(address);
    let [old, new] = [old, new].map(|size| u64::from(size).next_multiple_of(PAGE));
    if start % PAGE != 0 || new == 0 || old == 0 || flags & MREMAP_DONTUNMAP != 0 {
        return Err(Errno::EINVAL);
    }
    if !k.process.space.is_mapped(start, old) {
        return Err(Errno::EFAULT);
    }
    if flags & MREMAP_FIXED != 0 {
        let target = u64::from(target);
        let apart = target >= start + old || target + new <= start;
        if flags & MREMAP_MAYMOVE == 0 || target % PAGE != 0 || target < PAGE || !apart {
            return Err(Errno::EINVAL);
        }
        return move_pages(k, &mut m.memory, [start, old], [target, new]);
    }
    if new <= old {
        if new < old {
            k.process.space.unmap(&mut m.memory, start + new, old - new)?;
        }
        return Ok(address);
    }
    let grown = [start + old, new - old];
    if start + new <= TASK_SIZE && k.process.space.is_free(grown[0], grown[1]) {
        let perm = m.memory.perm(address).unwrap_or_default();
        k.process.space.map(&mut m.memory, grown[0], grown[1], perm)?;
        return Ok(address);
    }
    if flags & MREMAP_MAYMOVE == 0 {
        return Err(Errno::ENOMEM);
    }
    let target = k.process.space.find(new)?;
    move_pages(k, &mut m.memory, [start, old], [target, new])
}

/// Moves a mapping. Pages that are all zero are not copied.
fn move_pages(k: &mut Kernel, memory: &mut Memory, [from, old]: [u64; 2], [to, new]: [u64; 2]) -> Answer {
    let perm = memory.perm(from as u32).unwrap_or_default();
    k.process.space.map(memory, to, new, perm)?;
    for offset in (0..old.min(new)).step_by(PAGE as usize) {
        let page = memory.page_bytes((from + offset) as u32, PAGE as u32).to_vec();
        if page.iter().any(|byte| *byte != 0) {
            memory.copy_in((to + offset) as u32, &page);
        }
    }
    k.process.space.unmap(memory, from, old)?;
    k.process.shared.relocate(from, to, new);
    Ok(to as u32)
}

/// MADV_DONTNEED zeroes pages; other advice has no visible effect.
pub fn madvise(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, advice, ..] = *args;
    if address % PAGE as u32 != 0 {
        return Err(Errno::EINVAL);
    }
    let end = u64::from(address) + u64::from(size).next_multiple_of(PAGE);
    if advice == MADV_DONTNEED {
        for (from, to) in k.process.space.within(address.into(), end) {
            for page in (from..to).step_by(PAGE as usize) {
                if let Some(perm) = m.memory.perm(page as u32) {
                    m.memory.map(page as u32, PAGE as u32, perm);
                }
            }
        }
    }
    Ok(0)
}

pub fn msync(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, size) = (u64::from(args[0]), u64::from(args[1]));
    if start % PAGE != 0 {
        return Err(Errno::EINVAL);
    }
    k.process.shared.write_back(&mut m.memory, start, start + size);
    Ok(0)
}

/// Every mapped page counts as resident.
pub fn mincore(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, vector, ..] = *args;
    let size = u64::from(size).next_multiple_of(PAGE);
    if !k.process.space.is_mapped(address.into(), size) {
        return Err(Errno::ENOMEM);
    }
    m.memory.write(vector, &vec![1; (size / PAGE) as usize])?;
    Ok(0)
}

/// Pages are never swapped out, so that locking has no effect.
pub fn mlock(_: &mut Kernel, _: &mut Machine, _: &Args) -> Answer {
    Ok(0)
}
