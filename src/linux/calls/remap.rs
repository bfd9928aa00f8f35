//! Moving and resizing mappings: mremap(2).

use crate::instructions::Machine;
use crate::linux::abi::memory::{MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::process::{LOWEST, PAGE, TASK_SIZE, is_free, is_mapped};
use crate::memory::{MappedRegion, Mapping, Memory};

use super::call::Args;

pub fn mremap(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, old, new, flags, target, _] = *args;
    let start = u64::from(address);
    let [old, new] = [old, new].map(|size| u64::from(size).next_multiple_of(PAGE));
    if start % PAGE != 0 || new == 0 {
        return Err(Errno::EINVAL);
    }
    if old == 0 {
        return map_again(k, m, start, new, flags);
    }
    let keeps = flags & MREMAP_DONTUNMAP != 0;
    if keeps && (flags & MREMAP_MAYMOVE == 0 || old != new) {
        return Err(Errno::EINVAL);
    }
    if !is_mapped(&m.memory, start, old) {
        return Err(Errno::EFAULT);
    }
    if flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) != 0 {
        let target = target_of(k, m, [start, old, new], u64::from(target), flags)?;
        return move_or_keep(k, m, [start, old], [target, new], keeps);
    }
    if new < old {
        k.process.space().unmap(&mut m.memory, start + new, old - new)?;
    }
    if new <= old || grows_in_place(k, m, [start, old, new])? {
        return Ok(address);
    }
    if flags & MREMAP_MAYMOVE == 0 {
        return Err(Errno::ENOMEM);
    }
    let target = k.process.space().find(&m.memory, new)?;
    move_or_keep(k, m, [start, old], [target, new], false)
}

/// A second mapping of what is shared: no size of the first means that it stays (mremap(2)).
fn map_again(k: &mut Kernel, m: &mut Machine, start: u64, size: u64, flags: u32) -> Answer {
    let region = m.memory.region(start as u32).cloned().ok_or(Errno::EFAULT)?;
    if !region.mapping.shared || flags != MREMAP_MAYMOVE {
        return Err(Errno::EINVAL);
    }
    let target = k.process.space().find(&m.memory, size)?;
    k.process.space().map_from(&mut m.memory, target, size, mapping_from(&region, start))?;
    Ok(target as u32)
}

/// Lets pages of a shared mapping show other pages of what is mapped (remap_file_pages(2)).
pub fn remap_file_pages(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [address, size, protection, page, ..] = *args;
    let [start, size] = [address, size].map(|number| u64::from(number) / PAGE * PAGE);
    let region = m.memory.region(start as u32).cloned().ok_or(Errno::EINVAL)?;
    let inside = start + size <= u64::from(region.pages.end) * PAGE;
    if protection != 0 || size == 0 || !inside || !region.mapping.shared {
        return Err(Errno::EINVAL);
    }
    let (source, _) = region.mapping.source.clone().ok_or(Errno::EINVAL)?;
    let mapping = Mapping { source: Some((source, page.into())), ..region.mapping };
    k.process.space().map_from(&mut m.memory, start, size, mapping).map(|()| 0)
}

/// Where a mapping is moved by a program that names the place (MREMAP_FIXED), or suggests one.
fn target_of(k: &Kernel, m: &Machine, [start, old, new]: [u64; 3], target: u64, flags: u32) -> Result<u64, Errno> {
    let apart = target >= start + old || target + new <= start;
    if flags & MREMAP_MAYMOVE == 0 || target % PAGE != 0 || target + new > TASK_SIZE || !apart {
        return Err(Errno::EINVAL);
    }
    match flags & MREMAP_FIXED != 0 {
        true if target < PAGE => Err(Errno::EPERM),
        true => Ok(target),
        false if target >= LOWEST && is_free(&m.memory, target, new) => Ok(target),
        false => k.process.space().find(&m.memory, new),
    }
}

/// Lets a mapping grow where it is, if there is room; whether there was.
fn grows_in_place(k: &Kernel, m: &mut Machine, [start, old, new]: [u64; 3]) -> Result<bool, Errno> {
    let end = start + old;
    let last = m.memory.region((end - 1) as u32).cloned().ok_or(Errno::EFAULT)?;
    let fits = start + new <= TASK_SIZE && is_free(&m.memory, end, new - old);
    if fits {
        k.process.space().map_from(&mut m.memory, end, new - old, mapping_from(&last, end))?;
    }
    Ok(fits)
}

/// The mapping of a region as it is, or would be, from an address on.
fn mapping_from(region: &MappedRegion, address: u64) -> Mapping {
    let skipped = address / PAGE - u64::from(region.pages.start);
    let source = region.mapping.source.clone().map(|(source, page)| (source, page + skipped));
    Mapping { source, ..region.mapping.clone() }
}

/// Moves a mapping; with MREMAP_DONTUNMAP the old place stays mapped, and begins anew. What lies there of the
/// vDSO the kernel follows, the end of this very call too (`vdso_mremap`).
fn move_or_keep(k: &mut Kernel, m: &mut Machine, from: [u64; 2], to: [u64; 2], keeps: bool) -> Answer {
    let old: Vec<MappedRegion> = m.memory.regions(from[0] as u32, from[1] as u32).cloned().collect();
    let target = move_pages(k, &mut m.memory, from, to)?;
    let [start, size] = from;
    let moved = |address: u32| {
        let offset = u64::from(address).checked_sub(start).filter(|offset| *offset < size)?;
        Some((to[0] + offset) as u32)
    };
    if keeps {
        for region in old {
            let area = [region.pages.start, region.pages.end];
            let [from, to] = area.map(|page| (u64::from(page) * PAGE).clamp(start, start + size));
            k.process.space().map_from(&mut m.memory, from, to - from, mapping_from(&region, from))?;
        }
    } else if let Some(eip) = moved(m.cpu.eip).filter(|_| k.process.space().follow(moved)) {
        m.cpu.eip = eip;
    }
    Ok(target)
}

/// Moves a mapping, and lets it grow.
fn move_pages(k: &mut Kernel, memory: &mut Memory, [from, old]: [u64; 2], [to, new]: [u64; 2]) -> Answer {
    let last = memory.region((from + old - 1) as u32).cloned().ok_or(Errno::EFAULT)?;
    k.process.space().unmap(memory, to, new)?;
    memory.relocate(from as u32, to as u32, old.min(new) as u32);
    if new > old {
        k.process.space().map_from(memory, to + old, new - old, mapping_from(&last, from + old))?;
    } else if new < old {
        k.process.space().unmap(memory, from + new, old - new)?;
    }
    Ok(to as u32)
}
