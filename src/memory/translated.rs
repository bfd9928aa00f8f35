//! What the engine asks about the code that it translates.

use super::checked::chunks;
use super::page::{Backing, FrameNumber, PAGE_SIZE};
use super::{Memory, Perm, Watch};

impl Memory {
    /// Remembers that `length` bytes from `address` were translated: writing to them is reported
    /// by [`take_stale`](Self::take_stale).
    pub fn mark_code(&mut self, address: u32, length: u32) {
        for (at, range) in chunks(address, length as usize) {
            let Ok(frame) = self.touch(at >> 12, false) else { continue };
            let start = at as usize % PAGE_SIZE;
            let first = self.pool.code.mark(frame, start..start + range.len());
            self.forget_writable(at >> 12);
            if first && self.pool.is_shared_writable(frame) {
                self.pool.code.epoch += 1;
                self.forget_all_writable();
            }
        }
    }

    /// Whether somebody wants control before the next instruction: translated code was written to, or is gone, or
    /// an access was recorded that is watched.
    pub fn calls_back(&self) -> bool {
        self.has_stale() || self.space.watch.as_ref().is_some_and(Watch::has_events)
    }

    /// Whether translated code was written to, or is gone.
    pub fn has_stale(&self) -> bool {
        self.pool.code.has_stale()
    }

    /// The frames whose translated code was written to, or is gone.
    pub fn take_stale(&mut self) -> Vec<FrameNumber> {
        self.pool.code.take_stale()
    }

    /// Forgets which bytes were translated: the engine has thrown its translations away.
    pub fn forget_code(&mut self) {
        self.pool.code.clear();
    }

    /// The frame of a page that may be executed; `None` if it may not.
    pub fn code_frame(&mut self, page: u32) -> Option<FrameNumber> {
        let executable = self.space.regions.at(page)?.mapping.perm.has(Perm::EXECUTE);
        if executable { self.touch(page, false).ok() } else { None }
    }

    /// Whether a page that may be executed lies in a file from which it has not been read: touching it asks the host.
    /// That is to happen when an instruction there is executed, whatever blocks there are, for a replay asks again.
    pub fn is_unread_code(&self, page: u32) -> bool {
        let Some(region) = self.space.regions.at(page).filter(|region| region.mapping.perm.has(Perm::EXECUTE)) else {
            return false;
        };
        let untouched = matches!(self.space.pages.get(page), Backing::Untouched);
        untouched && region.source(page).is_some_and(|(source, page)| source.resident(page).is_none())
    }

    pub(super) fn note_code_write(&mut self, address: u32, length: u32) {
        if let Backing::Frame(frame, _) = self.space.pages.get(address >> 12) {
            let start = address as usize % PAGE_SIZE;
            self.pool.code.written(*frame, start..start + length as usize);
        }
    }
}
