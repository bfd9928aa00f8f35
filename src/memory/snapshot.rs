//! Memory as it was, to go back to; and the address spaces of one world.

use std::sync::Arc;

use super::page::{Backing, Rights};
use super::saved::SavedPool;
use super::source::PageSource;
use super::{AddressSpace, FramePool, Memory};

/// The pool of frames and the address space that ran, as they were.
#[derive(Debug)]
pub struct MemorySnapshot {
    pool: SavedPool,
    space: AddressSpace,
    /// Which address space it was, how often what it may execute had changed, and how often a page of that was read.
    layout: ((u64, u64), u64),
}

impl MemorySnapshot {
    /// The address space that ran, to be taken up in a world.
    #[must_use]
    pub fn space(&self) -> AddressSpace {
        self.space.duplicate()
    }

    /// How many bytes of pages it keeps that another one does not keep in the same frames.
    #[must_use]
    pub fn bytes_beside(&self, other: Option<&MemorySnapshot>) -> u64 {
        self.pool.bytes_beside(other.map(|other| &other.pool))
    }

    /// The same, to be changed.
    pub fn space_mut(&mut self) -> &mut AddressSpace {
        &mut self.space
    }
}

impl AddressSpace {
    /// All that translations of its code depend on, but for the bytes.
    fn code_layout(&self) -> ((u64, u64), u64) {
        (self.layout(), self.layout.read)
    }

    /// The same one in another world, or at another time: with the same pages of the same frames. It has to ask again
    /// before it writes.
    #[must_use]
    pub fn duplicate(&self) -> AddressSpace {
        let mut copy = AddressSpace { layout: self.layout.again(), ..self.copy() };
        copy.pages.limit_all_rights(Rights::Read);
        copy
    }

    /// Maps from other sources what is mapped from some.
    ///
    /// # Errors
    /// What `change` finds wrong.
    pub fn change_sources<E>(
        &mut self,
        change: impl FnMut(&Arc<dyn PageSource>) -> Result<Arc<dyn PageSource>, E>,
    ) -> Result<(), E> {
        self.regions.change_sources(change)
    }
}

impl Memory {
    /// Memory as it is: the address space that runs, and all frames of the world. Frames are copied that were
    /// written since the last snapshot; the others are shared with it.
    ///
    /// ```
    /// use tab86::memory::{Memory, Perm};
    /// let mut memory = Memory::new();
    /// memory.map(0x1000, 0x1000, Perm::READ | Perm::WRITE);
    /// memory.store(0x1000, 1_u32).unwrap();
    /// let snapshot = memory.snapshot();
    /// memory.store(0x1000, 2_u32).unwrap();
    /// memory.restore(&snapshot);
    /// assert_eq!(memory.load::<u32>(0x1000).unwrap(), 1);
    /// ```
    #[must_use]
    pub fn snapshot(&mut self) -> MemorySnapshot {
        self.space.pages.limit_all_rights(Rights::Read);
        MemorySnapshot { pool: self.pool.save(), space: self.space.duplicate(), layout: self.space.code_layout() }
    }

    /// Makes memory what it was. Bytes are copied only of frames that were written since. Whoever watches memory
    /// still does.
    pub fn restore(&mut self, snapshot: &MemorySnapshot) {
        self.restore_with(snapshot, snapshot.space());
    }

    /// The same with an address space that was made from that of the snapshot.
    pub fn restore_with(&mut self, snapshot: &MemorySnapshot, mut space: AddressSpace) {
        self.pool.restore(&snapshot.pool);
        space.seen_epoch = self.pool.code.epoch;
        if self.space.code_layout() == snapshot.layout {
            // Nothing that it may execute was mapped, unmapped or read for the first time since.
            std::mem::swap(&mut space.layout, &mut self.space.layout);
        }
        space.watch = self.space.watch.take();
        self.space = space;
        if self.space.watch.is_some() {
            self.forget_all_rights();
        }
    }

    /// The address space of a child process (fork(2)): private pages are shared until either side writes
    /// to them, shared ones remain the same.
    #[must_use]
    pub fn fork(&mut self) -> AddressSpace {
        self.forget_all_writable();
        for (_, backing) in self.space.pages.touched() {
            if let Backing::Frame(frame, _) = backing {
                self.pool.share(*frame);
            }
        }
        self.space.copy()
    }

    /// Puts the address space aside, and takes up another one of the same world.
    pub fn exchange_space(&mut self, other: &mut AddressSpace) {
        self.pool.reclaim_all();
        std::mem::swap(&mut self.space, other);
        self.space.see_code(self.pool.code.epoch);
    }

    /// The pool of frames.
    #[must_use]
    pub fn pool(&self) -> &FramePool {
        &self.pool
    }

    /// The pool of frames, to take some and to change their bytes.
    #[must_use]
    pub fn pool_mut(&mut self) -> &mut FramePool {
        &mut self.pool
    }
}

impl Clone for Memory {
    /// Copies every byte, and the pool; a [`snapshot`](Memory::snapshot) shares them instead.
    fn clone(&self) -> Self {
        let space = AddressSpace { watch: self.space.watch.clone(), ..self.space.copy() };
        Memory { space, pool: self.pool.clone() }
    }
}
