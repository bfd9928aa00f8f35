//! How much a filesystem in memory may hold (tmpfs(5), "size").

use std::sync::atomic::{AtomicU64, Ordering};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;

/// Pages that a filesystem may use, and those that it uses.
#[derive(Debug)]
pub struct Quota {
    limit: AtomicU64,
    used: AtomicU64,
}

impl Quota {
    /// At most so many pages.
    pub fn new(pages: u64) -> Quota {
        Quota { limit: AtomicU64::new(pages), used: AtomicU64::new(0) }
    }

    /// The most pages, and how many are in use.
    pub fn usage(&self) -> (u64, u64) {
        (self.limit.load(Ordering::Relaxed), self.used.load(Ordering::Relaxed))
    }

    /// Sets the most pages; EINVAL if more are in use.
    pub fn set_limit(&self, pages: u64) -> Result<(), Errno> {
        if self.used.load(Ordering::Relaxed) > pages {
            return Err(Errno::EINVAL);
        }
        self.limit.store(pages, Ordering::Relaxed);
        Ok(())
    }

    /// Takes a page; ENOSPC if there is none left.
    pub fn take(&self) -> Result<(), Errno> {
        let limit = self.limit.load(Ordering::Relaxed);
        let taken = |used| (used < limit).then_some(used + 1);
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken).map(drop).map_err(|_| Errno::ENOSPC)
    }

    /// Gives pages back.
    pub fn give(&self, pages: u64) {
        self.used.fetch_sub(pages, Ordering::Relaxed);
    }
}

copied!(Quota: clone {} duplicate { limit, used });
