//! Whole stretches of pages on the fast path: for repeated string instructions.
//!
//! Each of these answers only for pages that may be accessed without further question; the caller
//! falls back to single accesses where they do not, so that permissions, watchpoints and writes to
//! translated code are dealt with in one place.

use std::ops::Range;

use super::Memory;
use super::page::{PAGE_SIZE, PageBytes};

/// In which direction elements are accessed, one after the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Towards higher addresses.
    Up,
    /// Towards lower addresses.
    Down,
}

/// Elements of one size: their number, at most, and where they go.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The direction of the second from the first.
    pub direction: Direction,
    /// Bytes of one of them.
    pub size: usize,
    /// How many there may be.
    pub most: usize,
}

impl Run {
    /// As many of them as lie in the page of the first one. Where the size is known, no division is made for it.
    #[inline(always)]
    fn in_page_of(self, first: u32) -> Run {
        let room = PAGE_SIZE - offset(first);
        let most = match self.direction {
            _ if room < self.size => 0,
            Direction::Up => room / self.size,
            Direction::Down => offset(first) / self.size + 1,
        };
        Run { most: most.min(self.most), ..self }
    }

    /// Where they lie in the page of the first one.
    #[inline(always)]
    fn place(self, first: u32) -> Range<usize> {
        let length = self.most * self.size;
        let start = match self.direction {
            Direction::Down if length > 0 => offset(first) + self.size - length,
            _ => offset(first),
        };
        start..start + length
    }
}

impl Memory {
    /// The bytes of elements from the one at `first` on, as many as lie in its page, for reading.
    #[inline(always)]
    pub fn fast_run(&self, first: u32, run: Run) -> Option<&[u8]> {
        Some(&self.pool.lent.at(first)?.bytes[run.in_page_of(first).place(first)])
    }

    /// The same for writing.
    #[inline(always)]
    pub fn fast_run_mut(&mut self, first: u32, run: Run) -> Option<&mut [u8]> {
        Some(&mut self.writable_bytes(first)?[run.in_page_of(first).place(first)])
    }

    /// Copies elements, each of which is read and then written before the next, as many as lie in one page on both
    /// sides. Gives their number; `None` if a page cannot be accessed.
    #[inline(always)]
    pub fn fast_copy(&mut self, from: u32, to: u32, run: Run) -> Option<usize> {
        let run = run.in_page_of(from).in_page_of(to);
        let (source, target) = (run.place(from), run.place(to));
        if from >> 12 == to >> 12 {
            return Some(copy_within(self.writable_bytes(to)?, from, to, run));
        }
        let (from, to) = self.pool.lent.both(from, to)?;
        if !to.writable {
            return None;
        }
        to.bytes[target].copy_from_slice(&from.bytes[source]);
        Some(run.most)
    }
}

fn offset(address: u32) -> usize {
    address as usize % PAGE_SIZE
}

/// Copies within a page, element by element: a copy onto what is still to be read repeats the bytes
/// between the two places.
fn copy_within(frame: &mut PageBytes, from: u32, to: u32, run: Run) -> usize {
    let (source, target) = (run.place(from), run.place(to).start);
    let ahead = match run.direction {
        Direction::Up => to.wrapping_sub(from),
        Direction::Down => from.wrapping_sub(to),
    } as usize;
    if ahead == 0 || ahead >= source.len() {
        frame.copy_within(source, target);
        return run.most;
    }
    if ahead < run.size {
        // Elements that overlap their own copy: one at a time.
        frame.copy_within(offset(from)..offset(from) + run.size, offset(to));
        return 1;
    }
    let mut copy = |at| frame[target + at] = frame[source.start + at];
    match run.direction {
        Direction::Up => (0..source.len()).for_each(&mut copy),
        Direction::Down => (0..source.len()).rev().for_each(&mut copy),
    }
    run.most
}
