//! Calls that change the address space: `brk`, `mmap`, `munmap`, `mprotect`, `madvise`. `mremap` is in
//! [`remap`](super::remap).

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::administration::MS_NOEXEC;
use crate::linux::abi::files::{F_SEAL_FUTURE_WRITE, F_SEAL_WRITE};
use crate::linux::abi::memory::{
    MAP, MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_GROWSDOWN, MAP_HUGE_SHIFT, MAP_HUGETLB, MAP_LOCKED,
    MAP_NONBLOCK, MAP_POPULATE, MAP_PRIVATE, MAP_SHARED_VALIDATE, MAP_SYNC, MAP_TYPE, MS_ASYNC, MS_INVALIDATE, MS_SYNC,
    PROT_EXEC, PROT_GROWSDOWN, PROT_GROWSUP, PROT_READ, PROT_WRITE,
};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::Device;
use crate::linux::guest;
use crate::linux::kernel::Kernel;
use crate::linux::objects::{FileContents, Object, OpenFile, OpenFileHandle};
use crate::linux::process::{PAGE, TASK_SIZE, is_free, is_mapped, permissions};
use crate::linux::sync::lock;
use crate::memory::{Label, Mapping, Memory, PageSource, Perm};

use super::advice;
use super::call::Args;
use super::lock_memory::may_lock;

/// The device of memory that processes share, as `/proc/PID/maps` shows it.
pub const SHARED_MEMORY_DEVICE: u64 = 1;

/// What `mmap` is asked for.
struct Request {
    address: u64,
    size: u64,
    protection: u32,
    flags: u32,
    fd: u32,
}

pub fn brk(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, end) = k.process.space().heap;
    let wanted = u64::from(args[0]);
    if wanted >= start && resize_heap(k, &mut m.memory, wanted).is_ok() {
        return Ok(args[0]);
    }
    Ok(end as u32)
}

fn resize_heap(k: &mut Kernel, memory: &mut Memory, wanted: u64) -> Result<(), Errno> {
    let (start, end) = k.process.space().heap;
    let (before, after) = (end.next_multiple_of(PAGE), wanted.next_multiple_of(PAGE));
    if after > before {
        // A page stays free above it, so that running past the heap faults.
        if !is_free(memory, before, after - before + PAGE) {
            return Err(Errno::ENOMEM);
        }
        let area = [before, after - before];
        k.process.space().map_named(memory, area, Perm::READ | Perm::WRITE, "[heap]")?;
    } else if after < before {
        k.process.space().unmap(memory, after, before - after)?;
    }
    k.process.space().heap = (start, wanted);
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
    let grows_down = flags & MAP_GROWSDOWN != 0;
    let wrong = grows_down && (flags & MAP_TYPE != MAP_PRIVATE || flags & MAP_ANONYMOUS == 0);
    if wrong || size == 0 || !(1..=3).contains(&(flags & MAP_TYPE)) {
        return Err(Errno::EINVAL);
    }
    if flags & MAP_TYPE == MAP_SHARED_VALIDATE && flags & (!MAP.bits() | MAP_SYNC) != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    if flags & (MAP_HUGETLB | MAP_ANONYMOUS) == MAP_HUGETLB | MAP_ANONYMOUS {
        return Err(without_large_pages(flags));
    }
    let size = u64::from(size).next_multiple_of(PAGE);
    let mapping = Request { address: address.into(), size, protection, flags, fd };
    let open = file_of(k, &mapping)?;
    if flags & MAP_LOCKED != 0 || k.process.space().locks_future {
        may_lock(k, size, Errno::EAGAIN)?;
    }
    let start = place(k, &m.memory, &mapping)?;
    let shared = flags & MAP_TYPE != MAP_PRIVATE;
    let never_writable = shared && open.as_ref().is_some_and(|open| is_read_only(&lock(open)));
    let mut what = Mapping { perm: perm(protection), shared, never_writable, grows_down, ..Mapping::default() };
    if let Some(open) = &open {
        what.source = contents(k, open, protection)?.map(|contents| (contents, u64::from(page)));
        what.label = Some(label_of(k, open));
    }
    if shared && what.source.is_none() {
        share(k, &mut what, size);
    }
    k.process.space().map_from(&mut m.memory, start, size, what)?;
    if flags & MAP_LOCKED != 0 {
        k.process.space().locked.insert(start, start + size);
    }
    if flags & (MAP_POPULATE | MAP_NONBLOCK) == MAP_POPULATE {
        advice::bring_in(m, start, start + size);
    }
    Ok(start as u32)
}

/// There are no large pages, of any size that the processor has: 2 MiB (or those of the system), and 1 GiB.
fn without_large_pages(flags: u32) -> Errno {
    if matches!(flags >> MAP_HUGE_SHIFT, 0 | 21 | 30) { Errno::ENOMEM } else { Errno::EINVAL }
}

/// The file to be mapped, after checking its access mode; `None` for an anonymous mapping.
fn file_of(k: &Kernel, mapping: &Request) -> Result<Option<OpenFileHandle>, Errno> {
    if mapping.flags & MAP_ANONYMOUS != 0 {
        return Ok(None);
    }
    let open = k.file(mapping.fd)?;
    {
        let open = lock(&open);
        open.readable().map_err(|_| Errno::EACCES)?;
        let writes = mapping.flags & MAP_TYPE != MAP_PRIVATE && mapping.protection & PROT_WRITE != 0;
        if writes && open.writable().is_err() {
            return Err(Errno::EACCES);
        }
        let executes = mapping.protection & PROT_EXEC != 0;
        if executes && open.place.mount_point().flags() & MS_NOEXEC != 0 || writes && is_sealed(&open) {
            return Err(Errno::EPERM);
        }
    }
    Ok(Some(open))
}

/// Whether what is mapped from a file must never be written to.
fn is_read_only(open: &OpenFile) -> bool {
    open.writable().is_err() || is_sealed(open)
}

/// Whether a seal forbids to write to a file (F_ADD_SEALS).
fn is_sealed(open: &OpenFile) -> bool {
    open.contents().is_ok_and(|contents| contents.seals() & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE) != 0)
}

/// The address of a new mapping: the fixed one, the hint if it is free, or any free one.
fn place(k: &Kernel, memory: &Memory, mapping: &Request) -> Result<u64, Errno> {
    let Request { address, size, flags, .. } = *mapping;
    if flags & (MAP_FIXED | MAP_FIXED_NOREPLACE) != 0 {
        return match address {
            address if address % PAGE != 0 => Err(Errno::EINVAL),
            address if address + size > TASK_SIZE => Err(Errno::ENOMEM),
            address if address < PAGE => Err(Errno::EPERM),
            address if flags & MAP_FIXED_NOREPLACE != 0 && !is_free(memory, address, size) => Err(Errno::EEXIST),
            address => Ok(address),
        };
    }
    let hint = address - address % PAGE;
    let fits = hint >= 0x1_0000 && hint + size <= TASK_SIZE && is_free(memory, hint, size);
    if fits { Ok(hint) } else { k.process.space().find(memory, size) }
}

fn perm(protection: u32) -> Perm {
    permissions(protection & PROT_READ != 0, protection & PROT_WRITE != 0, protection & PROT_EXEC != 0)
}

/// The contents that are mapped; none of `/dev/zero`, which is memory of its own. ENODEV for what has none.
fn contents(k: &Kernel, open: &OpenFileHandle, protection: u32) -> Result<Option<Arc<dyn PageSource>>, Errno> {
    let open = lock(open);
    Ok(Some(match &open.object {
        Object::Regular(contents) => {
            if protection & PROT_EXEC != 0 {
                k.process.namespace.contents().remember(contents);
            }
            Arc::clone(contents) as Arc<dyn PageSource>
        }
        Object::Stream(stream) if stream.is_regular => {
            let table = k.process.namespace.contents();
            let made = table.of(open.place.node().identity(), || Ok(FileContents::through(table.releases())))?;
            made.opened(stream.file.clone(), true, false);
            made
        }
        Object::Device(Device::Zero) => return Ok(None),
        _ => return Err(Errno::ENODEV),
    }))
}

/// Memory that is no file's, and that a process will share with its children.
fn share(k: &Kernel, what: &mut Mapping, size: u64) {
    let contents = FileContents::anonymous(k.process.namespace.contents().releases(), size);
    what.source = Some((Arc::new(contents), 0));
    let label = Label { name: b"/dev/zero (deleted)".to_vec(), device: SHARED_MEMORY_DEVICE, inode: 1 };
    what.label = Some(Arc::new(label));
}

/// What people see of a mapped file.
fn label_of(k: &Kernel, open: &OpenFileHandle) -> Arc<Label> {
    let place = &lock(open).place;
    let (device, inode) = place.node().identity();
    Arc::new(Label { name: place.path(&k.process.root()), device, inode })
}

pub fn munmap(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, size) = (u64::from(args[0]), u64::from(args[1]));
    k.note_resident(m);
    k.process.space().unmap(&mut m.memory, start, size).map_err(|_| Errno::EINVAL)?;
    Ok(0)
}

pub fn mprotect(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, protection, ..] = *args;
    let grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
    if address % PAGE as u32 != 0 || grows == PROT_GROWSDOWN | PROT_GROWSUP {
        return Err(Errno::EINVAL);
    }
    match size {
        0 => Ok(0),
        // The change reaches to the end of a region that grows, which only those downwards do here.
        _ if grows != 0 && !region_grows_down(m, address, grows) => Err(Errno::EINVAL),
        size => k.process.space().protect(&mut m.memory, address.into(), size.into(), perm(protection)).map(|()| 0),
    }
}

/// Whether a region grows in the direction that is asked for.
fn region_grows_down(m: &Machine, address: u32, grows: u32) -> bool {
    grows == PROT_GROWSDOWN && m.memory.region(address).is_some_and(|region| region.mapping.grows_down)
}

pub fn msync(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let (start, size) = (u64::from(args[0]), u64::from(args[1]));
    if start % PAGE != 0 || args[2] & MS_SYNC != 0 && args[2] & MS_ASYNC != 0 {
        return Err(Errno::EINVAL);
    }
    if !is_mapped(&m.memory, start, size.next_multiple_of(PAGE)) {
        return Err(Errno::ENOMEM);
    }
    if args[2] & MS_INVALIDATE != 0 && !k.process.space().locked.within(start, start + size).is_empty() {
        return Err(Errno::EBUSY);
    }
    // Pages do not know their file by name: everything that was changed is written.
    k.process.namespace.contents().write_back(m.memory.pool_mut());
    Ok(0)
}

/// A page that has been touched is resident, and one whose contents are in memory because somebody else has used them.
pub fn mincore(_: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, vector, ..] = *args;
    if address % PAGE as u32 != 0 {
        return Err(Errno::EINVAL);
    }
    let size = u64::from(size).next_multiple_of(PAGE);
    if !is_mapped(&m.memory, address.into(), size) {
        return Err(Errno::ENOMEM);
    }
    let is_resident = |page: u32| {
        let source = || m.memory.region(page).and_then(|region| region.source(page >> 12));
        m.memory.is_resident(page) || source().is_some_and(|(source, page)| source.resident(page).is_some())
    };
    let pages = (0..size / PAGE).map(|page| u8::from(is_resident(address + (page * PAGE) as u32)));
    let resident: Vec<u8> = pages.collect();
    m.memory.write(vector, &resident)?;
    Ok(0)
}
