//! Snapshots: two address spaces that share what neither has touched since.

use std::sync::Arc;

use super::Memory;
use super::page::{self, Backing};

impl Memory {
    /// A second address space with the same contents.
    ///
    /// No byte is copied now: both sides share the frames, and each copies a page when it first
    /// touches it again. Takes time in the number of mapped pages.
    #[must_use]
    pub fn snapshot(&mut self) -> Memory {
        let shared = Arc::new(std::mem::take(&mut self.frames));
        self.free.clear();
        for (_, page) in self.directory.iter_mut() {
            if let Backing::Own(frame) = page.backing {
                page.backing = Backing::Shared(Arc::clone(&shared), frame);
            }
        }
        self.forget_all_fast();
        let code_pages = self.code_pages.clone();
        let mut copy = Memory {
            directory: self.directory.clone(),
            end: self.end,
            code_pages,
            pool: self.pool.clone(),
            ..Memory::new()
        };
        copy.forget_code();
        copy
    }
}

impl Clone for Memory {
    /// Copies every byte; [`snapshot`](Memory::snapshot) shares them instead.
    fn clone(&self) -> Self {
        Memory {
            readable: page::fast_table(),
            writable: page::fast_table(),
            frames: self.frames.clone(),
            free: self.free.clone(),
            directory: self.directory.clone(),
            end: self.end,
            stale: self.stale.clone(),
            code_pages: self.code_pages.clone(),
            watch: self.watch.clone(),
            pool: self.pool.clone(),
        }
    }
}
