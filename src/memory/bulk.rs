//! Whole stretches of pages on the fast path: for repeated string instructions.
//!
//! Each of these answers only for pages that may be accessed without further question; the caller
//! falls back to single accesses where they do not, so that permissions, watchpoints and writes to
//! translated code are dealt with in one place.

use super::Memory;
use super::page::{PAGE_SIZE, PageBytes};

impl Memory {
    /// The bytes from `address` to the end of its page, for reading.
    #[inline]
    pub fn fast_page(&self, address: u32) -> Option<&[u8]> {
        Some(&self.pool.lent.at(address)?.bytes[offset(address)..])
    }

    /// The bytes from `address` to the end of its page, for writing.
    #[inline]
    pub fn fast_page_mut(&mut self, address: u32) -> Option<&mut [u8]> {
        Some(&mut self.writable_bytes(address)?[offset(address)..])
    }

    /// Copies up to `most` bytes upwards, in elements of `size` bytes each of which is read and then
    /// written, as many as lie in one page on both sides. Gives the number of bytes copied; `None`
    /// if a page cannot be accessed.
    pub fn fast_copy(&mut self, from: u32, to: u32, size: usize, most: usize) -> Option<usize> {
        let (at, onto) = (offset(from), offset(to));
        let room = most.min(PAGE_SIZE - at).min(PAGE_SIZE - onto);
        let length = room - room % size;
        if from >> 12 == to >> 12 {
            return Some(copy_upwards(self.writable_bytes(to)?, at, onto, size, length));
        }
        let (source, target) = self.pool.lent.both(from, to)?;
        if !target.writable {
            return None;
        }
        target.bytes[onto..onto + length].copy_from_slice(&source.bytes[at..at + length]);
        Some(length)
    }
}

fn offset(address: u32) -> usize {
    address as usize % PAGE_SIZE
}

/// Copies within a page, element by element: a copy onto what is still to be read repeats the bytes
/// between the two addresses.
fn copy_upwards(frame: &mut PageBytes, from: usize, to: usize, size: usize, length: usize) -> usize {
    let distance = to.wrapping_sub(from);
    if distance == 0 || distance >= length {
        frame.copy_within(from..from + length, to);
        return length;
    }
    if distance < size {
        // Elements that overlap their own copy: one at a time.
        frame.copy_within(from..from + size, to);
        return size;
    }
    (0..length).for_each(|at| frame[to + at] = frame[from + at]);
    length
}
