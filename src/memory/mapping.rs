//! Which pages exist, what they allow, and how they get their frames.

use std::ops::Range;

use super::page::{Backing, PAGES};
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
        self.layout.note(mapping.perm.has(Perm::EXECUTE));
        self.regions.insert(pages, mapping);
    }

    /// Forgets the pages that `length` bytes from `address` touch.
    pub fn unmap(&mut self, address: u32, length: u32) {
        let pages = pages(address, length);
        self.drop_pages(pages.clone());
        self.regions.remove(pages);
    }

    /// Changes the permissions of the mapped pages that `length` bytes from `address` touch, and
    /// says whether all of them were mapped.
    pub fn protect(&mut self, address: u32, length: u32, perm: Perm) -> bool {
        let range = pages(address, length);
        let parts = self.regions.remove(range.clone());
        let count: usize = parts.iter().map(|part| part.pages.len()).sum();
        let executable = perm.has(Perm::EXECUTE) || parts.iter().any(|part| part.mapping.perm.has(Perm::EXECUTE));
        self.layout.note(executable);
        for MappedRegion { pages, mapping } in parts {
            self.regions.insert(pages, Mapping { perm, ..mapping });
        }
        self.pages.numbers(range.clone()).into_iter().for_each(|number| self.forget_fast(number));
        count == range.len()
    }

    /// Moves what is mapped at `length` bytes from `from` on to `to`, in place of whatever was mapped
    /// there. The two ranges must not overlap.
    pub fn relocate(&mut self, from: u32, to: u32, length: u32) {
        let (source, target) = (pages(from, length), pages(to, length));
        self.drop_pages(target.clone());
        self.regions.remove(target.clone());
        for MappedRegion { pages, mapping } in self.regions.remove(source.clone()) {
            let moved = |page: u32| page - source.start + target.start;
            self.layout.note(mapping.perm.has(Perm::EXECUTE));
            self.regions.insert(moved(pages.start)..moved(pages.end), mapping);
        }
        for (number, backing) in self.pages.take(source.clone()) {
            self.forget_fast(number);
            self.pages.set(number - source.start + target.start, backing);
        }
    }

    /// Drops what has been written to private pages of a range, so that they are again what they were
    /// mapped from.
    pub fn discard(&mut self, address: u32, length: u32) {
        self.drop_pages(pages(address, length));
    }

    /// The regions that have pages in the range of `length` bytes from `address` on, in order.
    pub fn regions(&self, address: u32, length: u32) -> impl Iterator<Item = &MappedRegion> {
        self.regions.within(pages(address, length))
    }

    /// One past the last mapped byte below an address that is not mapped; 0 if there is none.
    #[must_use]
    pub fn mapped_below(&self, address: u32) -> u64 {
        u64::from(self.regions.end_below(address >> 12)) << 12
    }

    /// Where the highest `length` bytes start that are not mapped and lie below `ceiling`, both in whole pages.
    #[must_use]
    pub fn highest_gap(&self, length: u64, ceiling: u64) -> Option<u64> {
        let [count, ceiling] = [length.div_ceil(PAGE_SIZE as u64), ceiling / PAGE_SIZE as u64];
        let ceiling = u32::try_from(ceiling).unwrap_or(u32::MAX);
        self.regions.highest_gap(u32::try_from(count).ok()?, ceiling).map(|page| u64::from(page) << 12)
    }

    /// The region that an address belongs to.
    #[must_use]
    pub fn region(&self, address: u32) -> Option<&MappedRegion> {
        self.regions.at(address >> 12)
    }

    /// How many pages are mapped.
    #[must_use]
    pub fn mapped_pages(&self) -> u64 {
        self.regions.pages()
    }

    /// How many regions there are.
    #[must_use]
    pub fn region_count(&self) -> usize {
        self.regions.count()
    }

    /// The frame of the page at an address, which gets one if it has none; `None` if it cannot.
    pub fn frame_of(&mut self, address: u32) -> Option<FrameNumber> {
        self.touch(address >> 12, false).ok()
    }

    /// Whether a page has a frame of its own, or one that it shares.
    #[must_use]
    pub fn is_resident(&self, address: u32) -> bool {
        !matches!(self.pages.get(address >> 12), Backing::Untouched)
    }

    /// How many pages have a frame of their own, or one that they share.
    #[must_use]
    pub fn resident_pages(&self) -> u64 {
        self.pages.resident(0..PAGES as u32)
    }

    /// The same of the range of `length` bytes from `address` on.
    #[must_use]
    pub fn resident_in(&self, address: u32, length: u32) -> u64 {
        self.pages.resident(pages(address, length))
    }

    /// Whether an address is mapped, but to what is past the end of its source (mmap(2): SIGBUS).
    pub fn is_past_source(&mut self, address: u32) -> bool {
        self.regions.at(address >> 12).is_some_and(|region| region.mapping.source.is_some())
            && self.touch(address >> 12, false) == Err(SourceFault::Past)
    }

    /// The permissions of the page at `address`; `None` if it is not mapped.
    #[must_use]
    pub fn perm(&self, address: u32) -> Option<Perm> {
        Some(self.regions.at(address >> 12)?.mapping.perm)
    }

    /// Caps the address space: bytes from `end` on do not exist, to the byte.
    pub fn set_end(&mut self, end: u64) {
        self.end = end;
        if let Ok(end) = u32::try_from(end) {
            self.forget_fast(end >> 12);
        }
    }

    /// One past the last byte that exists.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Releases the frames of a range.
    fn drop_pages(&mut self, range: Range<u32>) {
        if self.regions.within(range.clone()).any(|region| region.mapping.perm.has(Perm::EXECUTE)) {
            self.layout.note(true);
        }
        for (number, backing) in self.pages.take(range) {
            self.forget_fast(number);
            if let Backing::Frame(frame) = backing {
                self.layout.note(self.pool.has_code(frame));
                self.pool.release(frame);
            }
        }
    }

    /// Gives a mapped page a frame that may be read, or written, and enters it in the fast tables.
    pub(super) fn touch(&mut self, number: u32, write: bool) -> Result<FrameNumber, SourceFault> {
        let region = self.regions.at(number).ok_or(SourceFault::Past)?;
        let (perm, shared) = (region.mapping.perm, region.mapping.shared);
        let known = match self.pages.get(number) {
            Backing::Frame(frame) => Some(*frame),
            _ => None,
        };
        let frame = match known {
            Some(frame) if write && shared => {
                if let Some((source, page)) = region.source(number) {
                    // It counts the caller, which has been counted already.
                    let frame = source.frame(page, true, &mut self.pool)?;
                    self.pool.release(frame);
                }
                frame
            }
            Some(frame) if write && self.pool.users(frame) > 1 => self.own(number, frame)?,
            Some(frame) => frame,
            None => self.first_touch(number, write)?,
        };
        if shared && write {
            self.pool.note_shared_writable(frame);
        }
        let whole = u64::from(number) << 12 | 0xfff;
        if self.watch.is_none() && whole < self.end {
            let entry = |allow: bool| if allow { frame + 1 } else { 0 };
            let alone = if shared { write } else { self.pool.users(frame) == 1 };
            self.readable[number as usize] = entry(perm.has(Perm::READ));
            self.writable[number as usize] = entry(perm.has(Perm::WRITE) && alone && !self.pool.has_code(frame));
        }
        Ok(frame)
    }

    fn first_touch(&mut self, number: u32, write: bool) -> Result<FrameNumber, SourceFault> {
        let region = self.regions.at(number).ok_or(SourceFault::Past)?;
        let frame = match (self.pages.get(number), region.source(number)) {
            (Backing::Snapshot(bytes), _) => {
                let frame = self.pool.allocate()?;
                *self.pool.bytes_mut(frame) = **bytes;
                frame
            }
            (_, None) => self.pool.allocate()?,
            (_, Some((source, page))) => source.frame(page, write && region.mapping.shared, &mut self.pool)?,
        };
        let shared = region.mapping.shared;
        self.pages.set(number, Backing::Frame(frame));
        if write && !shared && self.pool.users(frame) > 1 { self.own(number, frame) } else { Ok(frame) }
    }

    /// Copies a frame that others use as well: copy-on-write.
    fn own(&mut self, number: u32, shared: FrameNumber) -> Result<FrameNumber, SourceFault> {
        let frame = self.pool.duplicate(shared)?;
        if self.pool.has_code(shared) {
            self.layout.note(true);
            self.pool.code.replaced();
        }
        self.pool.release(shared);
        self.pages.set(number, Backing::Frame(frame));
        Ok(frame)
    }

    /// Sends every access to the slow path once.
    pub(super) fn forget_all_fast(&mut self) {
        for (number, _) in self.pages.touched() {
            self.readable[number as usize] = 0;
            self.writable[number as usize] = 0;
        }
    }

    pub(super) fn forget_fast(&mut self, number: u32) {
        self.readable[number as usize] = 0;
        self.writable[number as usize] = 0;
    }
}

/// The numbers of the pages that a range touches, up to the end of the address space.
pub(super) fn pages(address: u32, length: u32) -> Range<u32> {
    let last = u64::from(address) + u64::from(length);
    address >> 12..last.div_ceil(PAGE_SIZE as u64).min(1 << 20) as u32
}
