//! Which bytes have been translated, and what has happened to them since.

use super::checked::chunks;
use super::page::Page;
use super::{Memory, PAGE_SIZE};

impl Memory {
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

    /// The whole page is about to change: whatever was translated from it is stale.
    pub(super) fn code_changed(&mut self, number: u32) {
        if self.directory.get_mut(number).is_some_and(|page| page.code.take().is_some()) {
            self.stale.push((number << 12, number << 12 | 0xfff));
        }
    }

    pub(super) fn note_code_write(&mut self, address: u32, length: u32) {
        let Some(Page { code: Some(bits), .. }) = self.directory.get(address >> 12) else { return };
        let start = address as usize % PAGE_SIZE;
        if (start..start + length as usize).any(|byte| bits[byte / 64] >> (byte % 64) & 1 != 0) {
            self.stale.push((address, address + (length - 1)));
        }
    }
}
