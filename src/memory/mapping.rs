//! Which pages exist, what they allow, and how they get their frames.

use super::page::{Backing, Page};
use super::{Memory, PAGE_SIZE, Perm};

impl Memory {
    /// Maps `length` bytes from `address` (both rounded outwards to pages) as zero-filled memory,
    /// in place of whatever was mapped there.
    pub fn map(&mut self, address: u32, length: u32, perm: Perm) {
        for number in pages(address, length) {
            self.unmap_page(number);
            self.directory.insert(number, Page { perm, ..Page::default() });
        }
    }

    /// Forgets the pages that `length` bytes from `address` touch.
    pub fn unmap(&mut self, address: u32, length: u32) {
        pages(address, length).for_each(|number| self.unmap_page(number));
    }

    /// Changes the permissions of the mapped pages that `length` bytes from `address` touch, and
    /// says whether all of them were mapped.
    pub fn protect(&mut self, address: u32, length: u32, perm: Perm) -> bool {
        let mut all = true;
        for number in pages(address, length) {
            self.code_changed(number);
            self.forget_fast(number);
            match self.directory.get_mut(number) {
                Some(page) => page.perm = perm,
                None => all = false,
            }
        }
        all
    }

    /// The permissions of the page at `address`; `None` if it is not mapped.
    #[must_use]
    pub fn perm(&self, address: u32) -> Option<Perm> {
        Some(self.directory.get(address >> 12)?.perm)
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

    pub(super) fn unmap_page(&mut self, number: u32) {
        self.code_changed(number);
        self.forget_fast(number);
        if let Some(Page { backing: Backing::Own(frame), .. }) = self.directory.remove(number) {
            self.free.push(frame);
        }
    }

    /// Gives a mapped page a frame of its own and enters it in the fast tables.
    pub(super) fn touch(&mut self, number: u32) -> Option<usize> {
        let page = self.directory.get_mut(number)?;
        let frame = match &page.backing {
            Backing::Own(frame) => *frame as usize,
            backing => {
                let bytes = match backing {
                    Backing::Shared(frames, frame) => frames[*frame as usize],
                    _ => [0; PAGE_SIZE],
                };
                let frame = match self.free.pop() {
                    Some(frame) => frame as usize,
                    None => self.frames.len(),
                };
                match self.frames.get_mut(frame) {
                    Some(old) => *old = bytes,
                    None => self.frames.push(bytes),
                }
                page.backing = Backing::Own(frame as u32);
                frame
            }
        };
        let whole = u64::from(number) << 12 | 0xfff;
        if self.watch.is_none() && whole < self.end {
            let allowed = |allow: bool| if allow { frame as u32 + 1 } else { 0 };
            self.readable[number as usize] = allowed(page.perm.has(Perm::READ));
            self.writable[number as usize] = allowed(page.perm.has(Perm::WRITE) && page.code.is_none());
        }
        Some(frame)
    }

    /// Sends every access to the slow path once.
    pub(super) fn forget_all_fast(&mut self) {
        for (number, _) in self.directory.iter_mut() {
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
fn pages(address: u32, length: u32) -> std::ops::Range<u32> {
    let last = u64::from(address) + u64::from(length);
    address >> 12..last.div_ceil(PAGE_SIZE as u64).min(1 << 20) as u32
}
