//! Seals of files in memory: what nobody may do any more (fcntl(2), "File Sealing").

use std::sync::Arc;

use crate::instructions::Machine;
use crate::linux::abi::files::{F_GET_SEALS, F_SEAL_SEAL, F_SEAL_WRITE, SEALS};
use crate::linux::abi::status::TMPFS_MAGIC;
use crate::linux::errno::{Answer, Errno};
use crate::linux::kernel::Kernel;
use crate::linux::objects::{FileContents, OpenFile};
use crate::memory::{MappedRegion, Mapping};

/// F_GET_SEALS and F_ADD_SEALS. Seals are for files in memory.
pub fn fcntl_seals(k: &Kernel, m: &Machine, open: &OpenFile, [asked, value]: [u32; 2]) -> Answer {
    if asked != F_GET_SEALS {
        open.writable().map_err(|_| Errno::EPERM)?;
    }
    let contents = open.contents()?;
    if open.place.node().filesystem().magic != TMPFS_MAGIC {
        return Err(Errno::EINVAL);
    }
    match asked {
        F_GET_SEALS => Ok(contents.seals()),
        _ => add_seals(k, m, open, value),
    }
}

/// EBUSY for F_SEAL_WRITE while somebody has the file mapped so that it can be written to.
fn add_seals(k: &Kernel, m: &Machine, open: &OpenFile, value: u32) -> Answer {
    let contents = open.contents()?;
    if value & !SEALS.bits() != 0 {
        return Err(Errno::EINVAL);
    }
    let allowed = contents.seals() & F_SEAL_SEAL == 0;
    if allowed && value & F_SEAL_WRITE != 0 && is_mapped_writable(k, m, contents) {
        return Err(Errno::EBUSY);
    }
    contents.add_seals(value).map(|()| 0)
}

fn is_mapped_writable(k: &Kernel, m: &Machine, contents: &Arc<FileContents>) -> bool {
    let own = Arc::as_ptr(contents).cast::<()>();
    let writable = |region: &MappedRegion| {
        let MappedRegion { mapping: Mapping { source, shared, never_writable, .. }, .. } = region;
        *shared && !never_writable && source.as_ref().is_some_and(|(source, _)| Arc::as_ptr(source).cast::<()>() == own)
    };
    k.world.spaces.values().map(AsRef::as_ref).chain([&*m.memory]).any(|space| space.regions(0, u32::MAX).any(writable))
}
