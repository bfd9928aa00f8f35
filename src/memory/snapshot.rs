//! Copies of an address space that share what neither has touched since.

use std::sync::Arc;

use super::frames::FramePool;
use super::identity::SpaceIdentity;
use super::page::{self, Backing, FastTable};
use super::{Memory, Watch};

impl Memory {
    /// A second address space with the same contents and a pool of its own.
    ///
    /// Frames that were touched since the last snapshot are copied, and all are shared from then on: each
    /// side copies one when it first touches it again.
    #[must_use]
    pub fn snapshot(&mut self) -> Memory {
        let mut released = Vec::new();
        for (_, backing) in self.pages.touched() {
            if let Backing::Frame(frame) = *backing {
                *backing = Backing::Snapshot(Arc::new(*self.pool.bytes(frame)));
                released.push(frame);
            }
        }
        self.forget_all_fast();
        released.into_iter().for_each(|frame| self.pool.release(frame));
        self.layout.note(true);
        self.copy(FramePool::default(), None, [page::fast_table(), page::fast_table()])
    }

    /// The address space of a child process (fork(2)): private pages are shared until either side writes
    /// to them, shared ones remain the same. The child has no pool until it gets that of the parent by
    /// [`exchange_pool`](Self::exchange_pool).
    #[must_use]
    pub fn fork(&mut self) -> Memory {
        let tables = [self.table(), self.table()];
        let child = self.copy(FramePool::default(), None, tables);
        for (number, backing) in self.pages.touched() {
            if let Backing::Frame(frame) = backing {
                self.pool.share(*frame);
                self.writable[number as usize] = 0;
            }
        }
        child
    }

    /// Exchanges the pools of two address spaces: the frames of a world belong to the one that runs.
    pub fn exchange_pool(&mut self, other: &mut Memory) {
        std::mem::swap(&mut self.pool, &mut other.pool);
        for memory in [self, other] {
            let epoch = memory.pool.code.epoch;
            if epoch != 0 && memory.seen_epoch != epoch {
                memory.seen_epoch = epoch;
                memory.forget_writable();
            }
        }
    }

    /// The pool of frames that this address space has in hand.
    #[must_use]
    pub fn pool(&self) -> &FramePool {
        &self.pool
    }

    /// The pool of frames, to take some and to change their bytes.
    #[must_use]
    pub fn pool_mut(&mut self) -> &mut FramePool {
        &mut self.pool
    }

    /// An empty address space of the same world, for a program that is executed. It has no pool.
    #[must_use]
    pub fn sibling(&mut self) -> Memory {
        let tables = [self.table(), self.table()];
        Memory { seen_epoch: self.seen_epoch, ..Memory::with_tables(tables) }
    }

    /// Takes over what can be used again of an address space of the same world in which nothing is mapped
    /// any more.
    pub fn absorb(&mut self, mut unused: Memory) {
        const MOST: usize = 64;
        unused.forget_all_fast();
        if unused.regions.count() == 0 && self.pool.tables.len() < MOST {
            self.pool.tables.extend([unused.readable, unused.writable]);
        }
    }

    fn table(&mut self) -> FastTable {
        self.pool.tables.pop().unwrap_or_else(page::fast_table)
    }

    fn copy(&self, pool: FramePool, watch: Option<Watch>, [readable, writable]: [FastTable; 2]) -> Memory {
        Memory {
            readable,
            writable,
            pool,
            pages: self.pages.clone(),
            regions: self.regions.clone(),
            end: self.end,
            layout: SpaceIdentity::default(),
            seen_epoch: self.seen_epoch,
            watch,
        }
    }
}

impl Clone for Memory {
    /// Copies every byte, and the pool; [`snapshot`](Memory::snapshot) shares them instead.
    fn clone(&self) -> Self {
        self.copy(self.pool.clone(), self.watch.clone(), [page::fast_table(), page::fast_table()])
    }
}
