//! Which pages exist, what they allow, and how they get their frames.

use std::ops::Range;

use super::page::Backing;
use super::regions::{MappedRegion, Mapping};
use super::source::SourceFault;
use super::{FrameNumber, Memory, PAGE_SIZE, Perm};

impl Memory {
    /// Maps `length` bytes from `address` (both rounded outwards to pages) as zero-filled memory,
    /// in place of whatever was mapped there.
    pub fn map(&mut self, address: u32, length: u32, perm: Perm) {
        self.map_from(address, length, Mapping { perm, ..Mapping::default() });
    }

    /// Maps `length` bytes from `address` from something, in place of whatever was mapped there.
    pub fn map_from(&mut self, address: u32, length: u32, mapping: Mapping) {
        let pages = pages(address, length);
        self.drop_pages(pages.clone());
        self.space.layout.note(mapping.perm.has(Perm::EXECUTE));
        self.space.regions.insert(pages, mapping);
    }

    /// Forgets the pages that `length` bytes from `address` touch.
    pub fn unmap(&mut self, address: u32, length: u32) {
        let pages = pages(address, length);
        self.drop_pages(pages.clone());
        self.space.regions.remove(pages);
    }

    /// Changes the permissions of the mapped pages that `length` bytes from `address` touch, and
    /// says whether all of them were mapped.
    pub fn protect(&mut self, address: u32, length: u32, perm: Perm) -> bool {
        let range = pages(address, length);
        let parts = self.space.regions.remove(range.clone());
        let count: usize = parts.iter().map(|part| part.pages.len()).sum();
        let executable = perm.has(Perm::EXECUTE) || parts.iter().any(|part| part.mapping.perm.has(Perm::EXECUTE));
        self.space.layout.note(executable);
        for MappedRegion { pages, mapping } in parts {
            self.space.regions.insert(pages, Mapping { perm, ..mapping });
        }
        self.space.pages.numbers(range.clone()).into_iter().for_each(|number| self.forget_rights(number));
        count == range.len()
    }

    /// Moves what is mapped at `length` bytes from `from` on to `to`, in place of whatever was mapped
    /// there. The two ranges must not overlap.
    pub fn relocate(&mut self, from: u32, to: u32, length: u32) {
        let (source, target) = (pages(from, length), pages(to, length));
        self.drop_pages(target.clone());
        self.space.regions.remove(target.clone());
        for MappedRegion { pages, mapping } in self.space.regions.remove(source.clone()) {
            let moved = |page: u32| page - source.start + target.start;
            self.space.layout.note(mapping.perm.has(Perm::EXECUTE));
            self.space.regions.insert(moved(pages.start)..moved(pages.end), mapping);
        }
        for (number, backing) in self.space.pages.take(source.clone()) {
            self.pool.reclaim(number);
            self.space.pages.set(number - source.start + target.start, backing);
        }
    }

    /// Drops what has been written to private pages of a range, so that they are again what they were
    /// mapped from.
    pub fn discard(&mut self, address: u32, length: u32) {
        self.drop_pages(pages(address, length));
    }

    /// The frame of the page at an address, which gets one if it has none; `None` if it cannot.
    pub fn frame_of(&mut self, address: u32) -> Option<FrameNumber> {
        self.touch(address >> 12, false).ok()
    }

    /// Whether an address is mapped, but to what is past the end of its source (mmap(2): SIGBUS).
    pub fn is_past_source(&mut self, address: u32) -> bool {
        self.space.regions.at(address >> 12).is_some_and(|region| region.mapping.source.is_some())
            && self.touch(address >> 12, false) == Err(SourceFault::Past)
    }

    /// Caps the address space: bytes from `end` on do not exist, to the byte.
    pub fn set_end(&mut self, end: u64) {
        self.space.end = end;
        if let Ok(end) = u32::try_from(end) {
            self.forget_rights(end >> 12);
        }
    }

    /// Releases the frames of a range.
    fn drop_pages(&mut self, range: Range<u32>) {
        if self.space.regions.within(range.clone()).any(|region| region.mapping.perm.has(Perm::EXECUTE)) {
            self.space.layout.note(true);
        }
        for (number, backing) in self.space.pages.take(range) {
            self.forget_rights(number);
            if let Backing::Frame(frame, _) = backing {
                self.space.layout.note(self.pool.has_code(frame));
                self.pool.release(frame);
            }
        }
    }
}

/// The numbers of the pages that a range touches, up to the end of the address space.
pub(super) fn pages(address: u32, length: u32) -> Range<u32> {
    let last = u64::from(address) + u64::from(length);
    address >> 12..last.div_ceil(PAGE_SIZE as u64).min(1 << 20) as u32
}
