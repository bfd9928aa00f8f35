//! Bytes that objects of System V IPC take, which lie in no page frames: counted where they change, so that nobody has
//! to ask all objects.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};

/// What all objects of a world take. Clones count together.
#[derive(Clone, Default, Debug)]
pub struct IpcMemory(Arc<AtomicU64>);

impl IpcMemory {
    /// Bytes that all take.
    pub fn used(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The share of an object that takes nothing yet.
    pub fn share(&self) -> IpcShare {
        IpcShare { memory: self.clone(), bytes: 0 }
    }
}

/// What one object takes, until it is gone.
#[derive(Debug)]
pub struct IpcShare {
    memory: IpcMemory,
    bytes: u64,
}

impl IpcShare {
    /// It takes so much from now on.
    pub fn set(&mut self, bytes: u64) {
        // Adding a difference that is negative wraps round to the right sum.
        self.memory.0.fetch_add(bytes.wrapping_sub(self.bytes), Ordering::Relaxed);
        self.bytes = bytes;
    }
}

impl Drop for IpcShare {
    fn drop(&mut self) {
        self.set(0);
    }
}

copied!(IpcShare: clone { bytes } duplicate { memory });

impl Duplicate for IpcMemory {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(IpcMemory(self.0.duplicate(copier)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        let memory = IpcMemory::default();
        let (mut one, mut other) = (memory.share(), memory.share());
        one.set(10);
        other.set(5);
        one.set(3);
        assert_eq!(memory.used(), 8);
        drop(one);
        assert_eq!(memory.used(), 5);
    }
}
