//! The slow path: every access that the fast tables do not answer, and all mapping.

use std::fmt;

use super::page::{Backing, Page};
use super::{Memory, PAGE_SIZE, Perm, Scalar};

/// What an access wanted to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Read data.
    Read,
    /// Write data (or read data in order to write it).
    Write,
    /// Fetch an instruction.
    Fetch,
}

/// An access that memory refuses (SDM Vol. 3A, "Page-Fault Exceptions").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageFault {
    /// The first linear address that could not be accessed.
    pub address: u32,
    /// What was tried.
    pub access: Access,
    /// Whether the page is mapped, so that a permission was missing.
    pub present: bool,
}

impl PageFault {
    /// The error code that the processor would push: P, W/R, U/S and I/D bits.
    pub fn error_code(&self) -> u32 {
        let access = match self.access {
            Access::Read => 0,
            Access::Write => 2,
            Access::Fetch => 16,
        };
        u32::from(self.present) | access | 4
    }
}

impl fmt::Display for PageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.access {
            Access::Read => "reading",
            Access::Write => "writing",
            Access::Fetch => "executing",
        };
        let why = if self.present { "not allowed there" } else { "nothing is mapped there" };
        write!(f, "#PF {what} {:#010x}: {why}", self.address)
    }
}

impl std::error::Error for PageFault {}

/// A record of accesses, kept while somebody watches memory.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Address, length in bytes and kind of each access since the list was last taken.
    pub events: Vec<(u32, u32, Access)>,
}

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
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Reads a number anywhere; wraps at 4 GiB.
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn load<T: Scalar>(&mut self, address: u32) -> Result<T, PageFault> {
        if let Some(value) = self.fast_load(address) {
            return Ok(value);
        }
        let mut bytes = [0; 16];
        self.read(address, &mut bytes[..T::SIZE as usize])?;
        Ok(T::from_bytes(&bytes))
    }

    /// Writes a number anywhere; wraps at 4 GiB. Nothing is written if any byte may not be.
    ///
    /// # Errors
    /// The first byte that may not be written.
    pub fn store<T: Scalar>(&mut self, address: u32, value: T) -> Result<(), PageFault> {
        if self.fast_store(address, value).is_some() {
            return Ok(());
        }
        self.write(address, &value.to_bytes()[..T::SIZE as usize])
    }

    /// Reads bytes as the guest would.
    ///
    /// # Errors
    /// The first byte that may not be read; `bytes` is unspecified then.
    pub fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), PageFault> {
        self.observe(address, bytes.len(), Access::Read);
        self.copy_out(address, bytes, Access::Read)
    }

    /// Reads instruction bytes, as many as are executable: the answer says how many.
    pub fn fetch(&mut self, address: u32, bytes: &mut [u8]) -> usize {
        match self.copy_out(address, bytes, Access::Fetch) {
            Ok(()) => bytes.len(),
            Err(fault) => fault.address.wrapping_sub(address) as usize,
        }
    }

    /// Writes bytes as the guest would. Nothing is written if any byte may not be.
    ///
    /// # Errors
    /// The first byte that may not be written.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), PageFault> {
        self.check(address, bytes.len() as u32, Access::Write)?;
        self.observe(address, bytes.len(), Access::Write);
        self.copy_in(address, bytes);
        Ok(())
    }

    /// Writes bytes whatever the permissions are: for loaders. Unmapped bytes are skipped.
    pub fn copy_in(&mut self, address: u32, bytes: &[u8]) {
        for (at, range) in chunks(address, bytes.len()) {
            self.note_code_write(at, range.len() as u32);
            if let Some(frame) = self.touch(at >> 12) {
                let start = at as usize % PAGE_SIZE;
                self.frames[frame][start..start + range.len()].copy_from_slice(&bytes[range]);
            }
        }
    }

    /// Whether every byte of the range allows `access`.
    ///
    /// # Errors
    /// The first byte that does not.
    pub fn check(&self, address: u32, length: u32, access: Access) -> Result<(), PageFault> {
        chunks(address, length as usize).try_for_each(|(at, range)| self.check_page(at, range.len() as u32, access))
    }

    /// How many bytes from `address` on, within one page, may be accessed without any question.
    ///
    /// For work that is done a page at a time (repeated string instructions, system calls).
    pub fn run_of(&mut self, address: u32, access: Access) -> Result<u32, PageFault> {
        self.check_page(address, 1, access)?;
        let page_end = (u64::from(address) | 0xfff) + 1;
        Ok((page_end.min(self.end) - u64::from(address)) as u32)
    }

    /// The bytes of one page from `address` on, for reading; the permissions were checked before.
    pub fn page_bytes(&mut self, address: u32, length: u32) -> &[u8] {
        self.observe(address, length as usize, Access::Read);
        let start = address as usize % PAGE_SIZE;
        match self.touch(address >> 12) {
            Some(frame) => &self.frames[frame][start..start + length as usize],
            None => &[],
        }
    }

    /// The bytes of one page from `address` on, for writing; the permissions were checked before.
    pub fn page_bytes_mut(&mut self, address: u32, length: u32) -> &mut [u8] {
        self.observe(address, length as usize, Access::Write);
        self.note_code_write(address, length);
        let start = address as usize % PAGE_SIZE;
        match self.touch(address >> 12) {
            Some(frame) => &mut self.frames[frame][start..start + length as usize],
            None => &mut [],
        }
    }

    /// Remembers that `length` bytes from `address` were translated: writing to them is reported
    /// by [`take_stale`](Self::take_stale).
    pub fn mark_code(&mut self, address: u32, length: u32) {
        for (at, range) in chunks(address, length as usize) {
            self.writable[(at >> 12) as usize] = 0;
            if let Some(page) = self.directory.get_mut(at >> 12) {
                if page.code.is_none() {
                    self.code_pages.push(at >> 12);
                }
                let bits = page.code.get_or_insert_with(|| Box::new([0; PAGE_SIZE / 64]));
                let start = at as usize % PAGE_SIZE;
                (start..start + range.len()).for_each(|byte| bits[byte / 64] |= 1 << (byte % 64));
            }
        }
    }

    /// Whether translated code was written to or remapped.
    pub fn has_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// The ranges (first and last address) of translated code that were written to or remapped.
    pub fn take_stale(&mut self) -> Vec<(u32, u32)> {
        std::mem::take(&mut self.stale)
    }

    /// Forgets which bytes were translated: the engine has thrown its translations away.
    pub fn forget_code(&mut self) {
        for number in std::mem::take(&mut self.code_pages) {
            if let Some(page) = self.directory.get_mut(number) {
                page.code = None;
            }
        }
        self.stale.clear();
    }

    /// Starts or stops recording every access. While it records, every access takes the slow path.
    pub fn set_watch(&mut self, on: bool) {
        self.watch = on.then(Watch::default);
        self.forget_all_fast();
    }

    /// The accesses recorded since the last call.
    pub fn take_events(&mut self) -> Vec<(u32, u32, Access)> {
        self.watch.as_mut().map(|watch| std::mem::take(&mut watch.events)).unwrap_or_default()
    }

    fn copy_out(&mut self, address: u32, bytes: &mut [u8], access: Access) -> Result<(), PageFault> {
        for (at, range) in chunks(address, bytes.len()) {
            self.check_page(at, range.len() as u32, access)?;
            if let Some(frame) = self.touch(at >> 12) {
                let start = at as usize % PAGE_SIZE;
                let length = range.len();
                bytes[range].copy_from_slice(&self.frames[frame][start..start + length]);
            }
        }
        Ok(())
    }

    /// One page's part of an access.
    fn check_page(&self, address: u32, length: u32, access: Access) -> Result<(), PageFault> {
        let wanted = match access {
            Access::Read => Perm::READ,
            Access::Write => Perm::WRITE,
            Access::Fetch => Perm::EXECUTE,
        };
        match self.directory.get(address >> 12) {
            Some(page) if page.perm.has(wanted) => {
                let last = u64::from(address) + u64::from(length);
                let beyond = last > self.end;
                let first = self.end.max(u64::from(address)) as u32;
                if beyond { Err(PageFault { address: first, access, present: false }) } else { Ok(()) }
            }
            page => Err(PageFault { address, access, present: page.is_some() }),
        }
    }

    /// Gives a mapped page a frame of its own and enters it in the fast tables.
    fn touch(&mut self, number: u32) -> Option<usize> {
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

    fn unmap_page(&mut self, number: u32) {
        self.code_changed(number);
        self.forget_fast(number);
        if let Some(Page { backing: Backing::Own(frame), .. }) = self.directory.remove(number) {
            self.free.push(frame);
        }
    }

    /// Sends every access to the slow path once.
    pub(super) fn forget_all_fast(&mut self) {
        for (number, _) in self.directory.iter_mut() {
            self.readable[number as usize] = 0;
            self.writable[number as usize] = 0;
        }
    }

    fn forget_fast(&mut self, number: u32) {
        self.readable[number as usize] = 0;
        self.writable[number as usize] = 0;
    }

    fn observe(&mut self, address: u32, length: usize, access: Access) {
        if let Some(watch) = &mut self.watch {
            watch.events.push((address, length as u32, access));
        }
    }

    /// The whole page is about to change: whatever was translated from it is stale.
    fn code_changed(&mut self, number: u32) {
        if self.directory.get_mut(number).is_some_and(|page| page.code.take().is_some()) {
            self.stale.push((number << 12, number << 12 | 0xfff));
        }
    }

    fn note_code_write(&mut self, address: u32, length: u32) {
        let Some(Page { code: Some(bits), .. }) = self.directory.get(address >> 12) else { return };
        let start = address as usize % PAGE_SIZE;
        if (start..start + length as usize).any(|byte| bits[byte / 64] >> (byte % 64) & 1 != 0) {
            self.stale.push((address, address + (length - 1)));
        }
    }
}

/// The numbers of the pages that a range touches, up to the end of the address space.
fn pages(address: u32, length: u32) -> std::ops::Range<u32> {
    let last = u64::from(address) + u64::from(length);
    address >> 12..last.div_ceil(PAGE_SIZE as u64).min(1 << 20) as u32
}

/// A range cut at page boundaries: the address of each part, and which of the bytes it is.
fn chunks(address: u32, length: usize) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = address.wrapping_add(done as u32);
        let part = (PAGE_SIZE - at as usize % PAGE_SIZE).min(length - done);
        let range = done..done + part;
        done += part;
        (part > 0).then_some((at, range))
    })
}
