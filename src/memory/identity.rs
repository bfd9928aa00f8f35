//! The identity of an address space, and a count of the changes to what it may execute.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// How often an address space began again as it was before.
static AGAIN: AtomicU64 = AtomicU64::new(0);

/// Tells address spaces apart, and one from what it was before.
pub struct SpaceIdentity {
    space: Arc<u64>,
    /// How often executable pages were mapped, unmapped, protected or replaced.
    pub changes: u64,
    /// How often an executable page has got its frame: what was translated from one is right only where it has one.
    pub read: u64,
}

impl fmt::Debug for SpaceIdentity {
    /// Its numbers say nothing by themselves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpaceIdentity").finish_non_exhaustive()
    }
}

impl Default for SpaceIdentity {
    fn default() -> Self {
        SpaceIdentity { space: Arc::new(NEXT.fetch_add(1, Ordering::Relaxed)), changes: 0, read: 0 }
    }
}

impl SpaceIdentity {
    /// The number of the address space, which no other one has.
    pub fn space(&self) -> u64 {
        *self.space
    }

    /// Dangles when the address space is gone.
    pub fn life(&self) -> Weak<u64> {
        Arc::downgrade(&self.space)
    }

    /// The same address space as it was at another time: under its number, with a count of changes that it never had.
    pub fn again(&self) -> SpaceIdentity {
        let again = AGAIN.fetch_add(1, Ordering::Relaxed) + 1;
        SpaceIdentity { space: Arc::clone(&self.space), changes: again << 32, read: self.read }
    }

    /// Counts a change if it concerns what may be executed.
    pub fn note(&mut self, executable: bool) {
        self.changes += u64::from(executable);
    }
}
