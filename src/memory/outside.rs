//! Access from outside the guest: whole ranges at once, with the guest's permissions, and without
//! leaving a trace in what watches the guest.

use super::regions::Mapping;
use super::{Access, Memory, PAGE_SIZE, PageFault, Perm};

impl Memory {
    /// `length` bytes from `address`.
    ///
    /// # Errors
    /// The first byte that may not be read.
    pub fn get(&self, address: u32, length: u32) -> Result<Vec<u8>, PageFault> {
        // Checked first, so that an absurd length allocates nothing.
        self.allows(address, length, Access::Read)?;
        let mut bytes = vec![0; length as usize];
        self.space.copy_mapped(&self.pool, address, &mut bytes);
        Ok(bytes)
    }

    /// Writes bytes from `address` on up to the first that is not mapped, or that is shared and must not be
    /// written, whatever the permissions of private ones are. Says how many were written.
    pub fn overwrite(&mut self, address: u32, bytes: &[u8]) -> usize {
        let writes = |mapping: &Mapping| !mapping.shared || mapping.perm.has(Perm::WRITE);
        let count = self.mapped_run(address, bytes.len() as u32, writes) as usize;
        self.copy_in(address, &bytes[..count]);
        count
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
}
