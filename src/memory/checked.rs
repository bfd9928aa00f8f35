//! The slow path: every access that the fast path does not answer.

use super::{Access, FrameNumber, Memory, PAGE_SIZE, PageFault, Scalar};

impl Memory {
    /// Reads a number anywhere; wraps at 4 GiB.
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn load<T: Scalar>(&mut self, address: u32) -> Result<T, PageFault> {
        if let Some(value) = self.fast_load(address) {
            return Ok(value);
        }
        self.open(address, Access::Read);
        if let Some(value) = self.fast_load(address) {
            return Ok(value);
        }
        let mut bytes = [0; 32];
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
        self.open(address, Access::Write);
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

    /// Reads bytes as the guest would, behind those that are there.
    ///
    /// # Errors
    /// The first byte that may not be read; how many were appended is unspecified then.
    pub(crate) fn append(&mut self, address: u32, length: usize, bytes: &mut Vec<u8>) -> Result<(), PageFault> {
        self.observe(address, length, Access::Read);
        bytes.reserve(length);
        for (at, range) in chunks(address, length) {
            let frame = self.accessible(at, range.len() as u32, Access::Read)?;
            let start = at as usize % PAGE_SIZE;
            bytes.extend_from_slice(&self.pool.bytes(frame)[start..start + range.len()]);
        }
        Ok(())
    }

    /// Reads instruction bytes, as many as are executable: the answer says how many.
    pub fn fetch(&mut self, address: u32, bytes: &mut [u8]) -> usize {
        match self.copy_out(address, bytes, Access::Fetch) {
            Ok(()) => bytes.len(),
            Err(fault) => {
                let count = fault.address.wrapping_sub(address) as usize;
                // A part of a page, up to the end of memory, is copied whole or not at all.
                let _ = self.copy_out(address, &mut bytes[..count], Access::Fetch);
                count
            }
        }
    }

    /// Writes bytes as the guest would. Nothing is written if any byte may not be.
    ///
    /// # Errors
    /// The first byte that may not be written.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), PageFault> {
        if self.space.watch.is_none() && self.write_to_page(address, bytes).is_some() {
            return Ok(());
        }
        self.check(address, bytes.len() as u32, Access::Write)?;
        self.observe(address, bytes.len(), Access::Write);
        self.copy_in(address, bytes);
        Ok(())
    }

    /// The same of bytes that lie in one page that may be written without further question.
    fn write_to_page(&mut self, address: u32, bytes: &[u8]) -> Option<()> {
        let frame = self.known(address >> 12, Access::Write)?;
        let start = address as usize % PAGE_SIZE;
        self.pool.own_bytes(frame).get_mut(start..start + bytes.len())?.copy_from_slice(bytes);
        Some(())
    }

    /// Writes bytes whatever the permissions are: for loaders. Unmapped bytes are skipped.
    pub fn copy_in(&mut self, address: u32, bytes: &[u8]) {
        for (at, range) in chunks(address, bytes.len()) {
            if let Ok(frame) = self.touch(at >> 12, true) {
                let start = at as usize % PAGE_SIZE;
                self.note_code_write(at, range.len() as u32);
                self.pool.own_bytes(frame)[start..start + range.len()].copy_from_slice(&bytes[range]);
            }
        }
    }

    /// Whether every byte of the range allows `access`; its pages get their frames by it.
    ///
    /// # Errors
    /// The first byte that does not.
    pub fn check(&mut self, address: u32, length: u32, access: Access) -> Result<(), PageFault> {
        chunks(address, length as usize).try_for_each(|(at, range)| {
            self.accessible(at, range.len() as u32, access)?;
            Ok(())
        })
    }

    /// How many bytes from `address` on, within one page, may be accessed without any question.
    ///
    /// For work that is done a page at a time (repeated string instructions, system calls).
    pub fn run_of(&mut self, address: u32, access: Access) -> Result<u32, PageFault> {
        self.accessible(address, 1, access)?;
        let page_end = (u64::from(address) | 0xfff) + 1;
        Ok((page_end.min(self.space.end) - u64::from(address)) as u32)
    }

    /// The bytes of one page from `address` on, for reading; the permissions were checked before.
    pub fn page_bytes(&mut self, address: u32, length: u32) -> &[u8] {
        self.observe(address, length as usize, Access::Read);
        let start = address as usize % PAGE_SIZE;
        match self.touch(address >> 12, false) {
            Ok(frame) => &self.pool.bytes(frame)[start..start + length as usize],
            Err(_) => &[],
        }
    }

    fn copy_out(&mut self, address: u32, bytes: &mut [u8], access: Access) -> Result<(), PageFault> {
        for (at, range) in chunks(address, bytes.len()) {
            let length = range.len();
            let frame = self.accessible(at, length as u32, access)?;
            let start = at as usize % PAGE_SIZE;
            bytes[range].copy_from_slice(&self.pool.bytes(frame)[start..start + length]);
        }
        Ok(())
    }

    /// Puts the page of an address on the fast path for such accesses, if it may be there.
    fn open(&mut self, address: u32, access: Access) {
        if self.accessible(address, 1, access).is_ok() && self.pool.lent.at(address).is_none() {
            self.lend(address >> 12);
        }
    }

    /// The frame for one page's part of an access. A page whose contents cannot be had (it lies past
    /// the end of its file, or there are no frames) counts as not present.
    fn accessible(&mut self, address: u32, length: u32, access: Access) -> Result<FrameNumber, PageFault> {
        if let Some(frame) = self.known(address >> 12, access) {
            return Ok(frame);
        }
        self.space.check_page(address, length, access)?;
        let touched = self.touch(address >> 12, access == Access::Write);
        touched.map_err(|_| PageFault { address, access, present: false })
    }
}

/// A range cut at page boundaries: the address of each part, and which of the bytes it is.
pub(super) fn chunks(address: u32, length: usize) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = address.wrapping_add(done as u32);
        let part = (PAGE_SIZE - at as usize % PAGE_SIZE).min(length - done);
        let range = done..done + part;
        done += part;
        (part > 0).then_some((at, range))
    })
}
