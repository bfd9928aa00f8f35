//! Moving pages between nodes of memory: move_pages(2), migrate_pages(2). There is one node, on which every page lies
//! already: the calls tell where pages are, and what is wrong with other wishes.

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_SYS_NICE;
use crate::linux::abi::memory_policy::{MPOL_MF_MOVE, MPOL_MF_MOVE_ALL};
use crate::linux::errno::{Answer, Errno};
use crate::linux::guest;
use crate::linux::kernel::Kernel;

use super::call::Args;
use super::memory_policy::{NODES, mask};
use super::process_memory::space_of;

/// The address space of a process: 0 is the asker's own.
fn space_at(k: &Kernel, pid: u32) -> Result<u64, Errno> {
    space_of(k, if pid == 0 { k.process.pid } else { pid })
}

pub fn move_pages(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, count, pages, nodes, status, flags] = *args;
    if flags & !(MPOL_MF_MOVE | MPOL_MF_MOVE_ALL) != 0 {
        return Err(Errno::EINVAL);
    }
    if flags & MPOL_MF_MOVE_ALL != 0 && !k.process.credentials.can(CAP_SYS_NICE) {
        return Err(Errno::EPERM);
    }
    let space = space_at(k, pid)?;
    for index in 0..count {
        let at = |list: u32| list.wrapping_add(4 * index);
        let page: u32 = guest::number(&mut m.memory, at(pages))?;
        if nodes != 0 && guest::number::<u32>(&mut m.memory, at(nodes))? != 0 {
            return Err(Errno::ENODEV);
        }
        let node = node_of(k, m, space, page);
        guest::write(&mut m.memory, at(status), &node)?;
    }
    Ok(0)
}

/// The node of a page, or a negative error number: ENOENT if it is not in memory, EFAULT if there is none.
fn node_of(k: &Kernel, m: &Machine, space: u64, page: u32) -> u32 {
    let told = match k.space(m, space) {
        Some(space) if space.is_resident(page) => Ok(0),
        Some(space) if space.region(page).is_some() => Err(Errno::ENOENT),
        _ => Err(Errno::EFAULT),
    };
    told.unwrap_or_else(|error| error.0.wrapping_neg())
}

/// Nothing has to move, and so nothing stays behind.
pub fn migrate_pages(k: &mut Kernel, m: &mut Machine, args: &Args) -> Answer {
    let [pid, bits, from, to, ..] = *args;
    mask(m, from, bits)?;
    let to = mask(m, to, bits)?;
    space_at(k, pid)?;
    if to & !NODES != 0 && !k.process.credentials.can(CAP_SYS_NICE) {
        return Err(Errno::EPERM);
    }
    if to & NODES == 0 { Err(Errno::EINVAL) } else { Ok(0) }
}
