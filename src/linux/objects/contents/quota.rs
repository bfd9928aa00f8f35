//! How much a filesystem in memory may hold (tmpfs(5), "size").

use std::sync::atomic::{AtomicU64, Ordering};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;

/// Pages that a filesystem may use, and those that it uses.
#[derive(Debug)]
pub struct Quota {
    limit: u64,
    used: AtomicU64,
}

impl Quota {
    /// At most so many pages.
    pub fn new(pages: u64) -> Quota {
        Quota { limit: pages, used: AtomicU64::new(0) }
    }

    /// The most pages, and how many are in use.
    pub fn usage(&self) -> (u64, u64) {
        (self.limit, self.used.load(Ordering::Relaxed))
    }

    /// Takes a page; ENOSPC if there is none left.
    pub fn take(&self) -> Result<(), Errno> {
        let taken = |used| (used < self.limit).then_some(used + 1);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).map(drop).map_err(|_| Errno::ENOSPC)
    }

    /// Gives pages back.
    pub fn give(&self, pages: u64) {
        self.used.fetch_sub(pages, Ordering::Relaxed);
    }
}

copied!(Quota: clone { limit } duplicate { used });
