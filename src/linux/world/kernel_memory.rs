//! Memory that the kernel uses for what programs make it remember: nodes and names of files, open files, pipes,
//! semaphores. It is counted, so that no program can fill the host's (cgroups(7), "kernel memory").

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::errno::Errno;

#[derive(Debug)]
struct Account {
    limit: u64,
    used: AtomicU64,
}

/// How much there may be in a world. Clones count together.
#[derive(Clone, Debug)]
pub struct KernelMemory(Arc<Account>);

impl KernelMemory {
    /// At most so many bytes.
    pub fn new(limit: u64) -> KernelMemory {
        KernelMemory(Arc::new(Account { limit, used: AtomicU64::new(0) }))
    }

    /// Counts bytes until what is returned is dropped; ENOMEM if they are too many.
    pub fn charge(&self, bytes: u64) -> Result<Charge, Errno> {
        let fits = |used: u64| used.checked_add(bytes).filter(|used| *used <= self.0.limit);
        let counted = self.0.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        counted.map(|_| Charge { account: self.clone(), bytes }).map_err(|_| Errno::ENOMEM)
    }
}

/// Bytes that something uses.
#[derive(Debug)]
pub struct Charge {
    account: KernelMemory,
    bytes: u64,
}

impl Charge {
    /// What it counts in.
    pub fn account(&self) -> &KernelMemory {
        &self.account
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.account.0.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

copied!(Account: clone { limit } duplicate { used });
copied!(Charge: clone { bytes } duplicate { account });

impl Duplicate for KernelMemory {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(KernelMemory(self.0.duplicate(copier)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_used_again() {
        let memory = KernelMemory::new(100);
        let first = memory.charge(60).unwrap();
        assert_eq!(memory.charge(41).err(), Some(Errno::ENOMEM));
        let _second = first.account().charge(40).unwrap();
        drop(first);
        assert!(memory.charge(60).is_ok() && memory.charge(61).is_err() && memory.charge(u64::MAX).is_err());
    }
}
