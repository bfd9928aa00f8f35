//! Access from outside the guest: whole ranges at once, with the guest's permissions, and without
//! leaving a trace in what watches the guest.

use super::checked::chunks;
use super::page::Backing;
use super::regions::Mapping;
use super::{Access, FramePool, Memory, PAGE_SIZE, PageFault, Perm};

impl Memory {
    /// `length` bytes from `address`.
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn get(&self, address: u32, length: u32) -> Result<Vec<u8>, PageFault> {
        // Checked first, so that an absurd length allocates nothing.
        self.allows(address, length, Access::Read)?;
        let mut bytes = vec![0; length as usize];
        self.copy_mapped(&self.pool, address, &mut bytes);
        Ok(bytes)
    }

    /// The bytes from `address` on up to the first that is not mapped, at most `length`, whatever the
    /// permissions are. The frames are in `pool`: an address space that does not run has none of its own.
    #[must_use]
    pub fn mapped_bytes(&self, pool: &FramePool, address: u32, length: u32) -> Vec<u8> {
        let mut bytes = vec![0; self.mapped_run(address, length, |_| true) as usize];
        self.copy_mapped(pool, address, &mut bytes);
        bytes
    }

    /// Writes bytes from `address` on up to the first that is not mapped, or that is shared and must not be
    /// written, whatever the permissions of private ones are. Says how many were written.
    pub fn overwrite(&mut self, address: u32, bytes: &[u8]) -> usize {
        let writes = |mapping: &Mapping| !mapping.shared || mapping.perm.has(Perm::WRITE);
        let count = self.mapped_run(address, bytes.len() as u32, writes) as usize;
        self.copy_in(address, &bytes[..count]);
        count
    }

    /// How many bytes from `address` on, of at most `length`, are mapped in such a way.
    fn mapped_run(&self, address: u32, length: u32, suits: impl Fn(&Mapping) -> bool) -> u32 {
        let end = (u64::from(address) + u64::from(length)).min(self.end);
        let mut at = u64::from(address);
        while at < end {
            let Some(region) = self.regions.at((at >> 12) as u32).filter(|region| suits(&region.mapping)) else {
                break;
            };
            at = u64::from(region.pages.end) << 12;
        }
        (at.min(end) - u64::from(address)) as u32
    }

    /// Writes bytes from `address` on.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn set(&mut self, address: u32, bytes: &[u8]) -> Result<(), PageFault> {
        self.check(address, u32::try_from(bytes.len()).unwrap_or(u32::MAX), Access::Write)?;
        self.copy_in(address, bytes);
        Ok(())
    }

    /// Writes one byte `length` times from `address` on.
    ///
    /// # Errors
    /// The first byte that may not be written; nothing has changed then.
    pub fn fill(&mut self, address: u32, length: u32, byte: u8) -> Result<(), PageFault> {
        self.check(address, length, Access::Write)?;
        let page = [byte; PAGE_SIZE];
        for at in (0..length).step_by(PAGE_SIZE) {
            let part = (length - at).min(PAGE_SIZE as u32) as usize;
            self.copy_in(address.wrapping_add(at), &page[..part]);
        }
        Ok(())
    }

    /// Copies out what is mapped, whatever its permissions; no page gets a frame by it.
    pub(super) fn copy_mapped(&self, pool: &FramePool, address: u32, bytes: &mut [u8]) {
        for (at, range) in chunks(address, bytes.len()) {
            let number = at >> 12;
            let region = self.regions.at(number);
            let frame = match (self.pages.get(number), region.and_then(|region| region.source(number))) {
                (Backing::Frame(frame), _) => *pool.bytes(*frame),
                (Backing::Snapshot(frame), _) => **frame,
                (Backing::Untouched, Some((source, page))) => source.peek(page, pool),
                (Backing::Untouched, None) => [0; PAGE_SIZE],
            };
            let start = at as usize % PAGE_SIZE;
            let length = range.len();
            bytes[range].copy_from_slice(&frame[start..start + length]);
        }
    }
}
