//! Whole stretches of pages on the fast path: for repeated string instructions.
//!
//! Each of these answers only for pages that may be accessed without further question; the caller
//! falls back to single accesses where they do not, so that permissions, watchpoints and writes to
//! translated code are dealt with in one place.

use super::Memory;
use super::page::{Frame, PAGE_SIZE};

impl Memory {
    /// The bytes from `address` to the end of its page, for reading.
    #[inline]
    pub fn fast_page(&self, address: u32) -> Option<&[u8]> {
        let frame = self.readable[(address >> 12) as usize] as usize;
        Some(&self.pool.frames.get(frame.wrapping_sub(1))?[offset(address)..])
    }

    /// The bytes from `address` to the end of its page, for writing.
    #[inline]
    pub fn fast_page_mut(&mut self, address: u32) -> Option<&mut [u8]> {
        let frame = self.writable[(address >> 12) as usize] as usize;
        Some(&mut self.pool.frames.get_mut(frame.wrapping_sub(1))?[offset(address)..])
    }

    /// Copies up to `most` bytes upwards, in elements of `size` bytes each of which is read and then
    /// written, as many as lie in one page on both sides. Gives the number of bytes copied; `None`
    /// if a page cannot be accessed.
    pub fn fast_copy(&mut self, from: u32, to: u32, size: usize, most: usize) -> Option<usize> {
        let source = (self.readable[(from >> 12) as usize] as usize).wrapping_sub(1);
        let target = (self.writable[(to >> 12) as usize] as usize).wrapping_sub(1);
        let (from, to) = (offset(from), offset(to));
        let room = most.min(PAGE_SIZE - from).min(PAGE_SIZE - to);
        let length = room - room % size;
        if source == target {
            return Some(copy_upwards(self.pool.frames.get_mut(source)?, from, to, size, length));
        }
        let (source, target) = both(&mut self.pool.frames, source, target)?;
        target[to..to + length].copy_from_slice(&source[from..from + length]);
        Some(length)
    }
}

/// Two different frames at once; `None` if either does not exist.
fn both(frames: &mut [Frame], first: usize, second: usize) -> Option<(&mut Frame, &mut Frame)> {
    let (below, above) = frames.split_at_mut_checked(first.max(second))?;
    let (low, high) = (below.get_mut(first.min(second))?, above.first_mut()?);
    Some(if first < second { (low, high) } else { (high, low) })
}

fn offset(address: u32) -> usize {
    address as usize % PAGE_SIZE
}

/// Copies within a page, element by element: a copy onto what is still to be read repeats the bytes
/// between the two addresses.
fn copy_upwards(frame: &mut Frame, from: usize, to: usize, size: usize, length: usize) -> usize {
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
