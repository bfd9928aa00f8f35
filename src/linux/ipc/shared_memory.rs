//! Segments of shared memory (shmget(2)): contents in page frames that several address spaces map.
//!
//! Who has a segment attached is known from the regions of the address spaces alone. Each region holds the
//! contents, so that their number of holders is the number of attachments, also after fork, exec and exit;
//! the kernel has it counted after whatever may have changed it.

use std::sync::Arc;

use crate::linux::abi::ipc::{SHM_DEST, SHMMIN, SHMMNI};
use crate::linux::errno::Errno;
use crate::linux::objects::FileContents;
use crate::memory::PageSource;

use super::identifiers::Identifiers;
use super::limits::IpcLimits;

/// Bytes in a page.
const PAGE: u32 = 4096;

/// A segment of shared memory.
#[derive(Debug)]
pub struct SharedSegment {
    /// Its bytes.
    pub contents: Arc<FileContents>,
    /// How many there are.
    pub size: u32,
    /// Who made it.
    pub creator: u32,
    /// The process that attached or detached it last; 0 for none.
    pub last: u32,
    /// When it was attached last, detached last, and changed, in seconds; 0 for never.
    pub times: [u64; 3],
    /// How many attachments there were when they were counted last.
    pub attachments: usize,
}

impl SharedSegment {
    /// Pages that it takes.
    pub fn pages(&self) -> u32 {
        self.size.div_ceil(PAGE)
    }

    /// Whether a region is mapped from it.
    pub fn is_source(&self, source: &Arc<dyn PageSource>) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(source), Arc::as_ptr(&self.contents))
    }
}

impl Default for Identifiers<SharedSegment> {
    fn default() -> Self {
        Identifiers::new(SHMMNI)
    }
}

impl Identifiers<SharedSegment> {
    /// Pages of all segments.
    pub fn pages(&self) -> u64 {
        self.iter().map(|object| u64::from(object.what.pages())).sum()
    }

    /// Whether there may be a segment of so many bytes: EINVAL for a size that none has, ENOSPC if there is
    /// too much in all.
    pub fn check_size(&self, size: u32, limits: &IpcLimits) -> Result<(), Errno> {
        if !(SHMMIN..=limits.segment).contains(&size) {
            return Err(Errno::EINVAL);
        }
        let total = self.pages() + u64::from(size.div_ceil(PAGE));
        if total > u64::from(limits.pages) { Err(Errno::ENOSPC) } else { Ok(()) }
    }

    /// Counts the attachments again, which a process may have changed. A segment that was to be removed goes
    /// with its last one.
    pub fn recount(&mut self, pid: u32, now: impl Fn() -> u64) {
        let mut gone = Vec::new();
        for object in self.iter_mut() {
            let segment = &mut object.what;
            let counted = Arc::strong_count(&segment.contents) - 1;
            if counted == segment.attachments {
                continue;
            }
            segment.times[usize::from(counted < segment.attachments)] = now();
            segment.last = pid;
            segment.attachments = counted;
            if counted == 0 && object.permissions.mode & SHM_DEST != 0 {
                gone.push(object.permissions.id);
            }
        }
        gone.into_iter().for_each(|id| drop(self.remove(id)));
    }

    /// Removes a segment, now or with its last attachment; its key is free at once.
    pub fn retire(&mut self, id: u32) {
        match self.find_mut(id) {
            Ok(object) if object.what.attachments > 0 => {
                object.permissions.mode |= SHM_DEST;
                self.forget_key(id);
            }
            _ => drop(self.remove(id)),
        }
    }
}
