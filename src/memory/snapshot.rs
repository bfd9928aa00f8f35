//! Copies of an address space that share what neither has touched since.

use std::sync::Arc;

use super::frames::FramePool;
use super::page::Backing;
use super::{AddressSpace, Memory};

impl Memory {
    /// A second address space with the same contents and a pool of its own.
    ///
    /// Frames that were touched since the last snapshot are copied, and all are shared from then on: each
    /// side copies one when it first touches it again.
    #[must_use]
    pub fn snapshot(&mut self) -> Memory {
        self.pool.reclaim_all();
        for (_, backing) in self.space.pages.touched() {
            if let Backing::Frame(frame, _) = *backing {
                *backing = Backing::Snapshot(Arc::new(*self.pool.bytes(frame)));
                self.pool.release(frame);
            }
        }
        self.space.layout.note(true);
        Memory { space: self.space.copy(), pool: FramePool::default() }
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
    /// Copies every byte, and the pool; [`snapshot`](Memory::snapshot) shares them instead.
    fn clone(&self) -> Self {
        let space = AddressSpace { watch: self.space.watch.clone(), ..self.space.copy() };
        Memory { space, pool: self.pool.clone() }
    }
}
