//! The address space as the kernel sees it: which ranges are taken, where there is room, how much
//! is mapped in all. The pages themselves are in [`Memory`].

use std::collections::BTreeMap;

use crate::memory::{Memory, Perm};

use crate::linux::errno::Errno;

/// Bytes in a page.
pub const PAGE: u64 = 4096;

/// One past the last address that a program may use.
pub const TASK_SIZE: u64 = 0xc000_0000;

/// Most separate ranges that a program may have.
const MAX_RANGES: usize = 65_530;

/// The mapped ranges of a process.
#[derive(Clone, Debug)]
pub struct Space {
    /// First address to one past the last; neighbours are merged.
    ranges: BTreeMap<u64, u64>,
    mapped: u64,
    limit: u64,
    /// Mappings without a wish of their own go below this address.
    pub ceiling: u64,
    /// Where the heap starts, and one past its last byte.
    pub heap: (u64, u64),
    /// Whether readable mappings are executable too (`READ_IMPLIES_EXEC`).
    pub read_implies_execute: bool,
}

impl Space {
    /// Nothing mapped; at most `limit` bytes may ever be at once.
    pub fn new(limit: u64) -> Space {
        Space {
            ranges: BTreeMap::new(),
            mapped: 0,
            limit: limit.min(TASK_SIZE),
            ceiling: TASK_SIZE,
            heap: (0, 0),
            read_implies_execute: false,
        }
    }

    /// Most bytes that may be mapped.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Bytes that are mapped.
    pub fn mapped(&self) -> u64 {
        self.mapped
    }

    /// Maps zeroed pages in place of whatever was in the range.
    pub fn map(&mut self, memory: &mut Memory, start: u64, size: u64, perm: Perm) -> Result<(), Errno> {
        let end = self.page_range(start, size)?;
        let replaced = self.overlap(start, end);
        if self.mapped - replaced + (end - start) > self.limit || self.ranges.len() >= MAX_RANGES {
            return Err(Errno::ENOMEM);
        }
        memory.map(start as u32, (end - start) as u32, self.effective(perm));
        self.forget(start, end);
        self.insert(start, end);
        Ok(())
    }

    /// Unmaps a range.
    pub fn unmap(&mut self, memory: &mut Memory, start: u64, size: u64) -> Result<(), Errno> {
        let end = self.page_range(start, size)?;
        for (from, to) in self.within(start, end) {
            memory.unmap(from as u32, (to - from) as u32);
        }
        self.forget(start, end);
        Ok(())
    }

    /// Changes permissions; ENOMEM if part of the range is not mapped.
    pub fn protect(&mut self, memory: &mut Memory, start: u64, size: u64, perm: Perm) -> Result<(), Errno> {
        let end = self.page_range(start, size)?;
        for (from, to) in self.within(start, end) {
            memory.protect(from as u32, (to - from) as u32, self.effective(perm));
        }
        if self.overlap(start, end) == end - start { Ok(()) } else { Err(Errno::ENOMEM) }
    }

    /// Whether nothing in the range is mapped.
    pub fn is_free(&self, start: u64, size: u64) -> bool {
        self.overlap(start, start.saturating_add(size)) == 0
    }

    /// Whether every byte of the range is mapped.
    pub fn is_mapped(&self, start: u64, size: u64) -> bool {
        self.overlap(start, start.saturating_add(size)) == size
    }

    /// The highest free place of `size` bytes below the ceiling.
    pub fn find(&self, size: u64) -> Result<u64, Errno> {
        let mut end = self.ceiling;
        for (from, to) in self.ranges.range(..end).rev() {
            if end.saturating_sub(*to) >= size {
                break;
            }
            end = *from;
        }
        // The lowest 64 KiB stay free, as Linux keeps them, so that null pointers fault.
        end.checked_sub(size).filter(|start| *start >= 0x1_0000).ok_or(Errno::ENOMEM)
    }

    /// The mapped parts of a range, in order.
    pub fn within(&self, start: u64, end: u64) -> Vec<(u64, u64)> {
        let before = self.ranges.range(..start).next_back().filter(|(_, to)| **to > start);
        let parts = before.into_iter().chain(self.ranges.range(start..end));
        parts.map(|(from, to)| ((*from).max(start), (*to).min(end))).collect()
    }

    fn effective(&self, perm: Perm) -> Perm {
        if self.read_implies_execute && perm.has(Perm::READ) { perm | Perm::EXECUTE } else { perm }
    }

    /// Where a range ends, rounded to pages; EINVAL or ENOMEM if there cannot be such a range.
    fn page_range(&self, start: u64, size: u64) -> Result<u64, Errno> {
        if start % PAGE != 0 || size == 0 {
            return Err(Errno::EINVAL);
        }
        let end = start.checked_add(size).and_then(|end| end.checked_next_multiple_of(PAGE));
        end.filter(|end| *end <= TASK_SIZE).ok_or(Errno::ENOMEM)
    }

    fn overlap(&self, start: u64, end: u64) -> u64 {
        self.within(start, end).iter().map(|(from, to)| to - from).sum()
    }

    fn forget(&mut self, start: u64, end: u64) {
        for (from, to) in self.within(start, end) {
            let Some((&first, &last)) = self.ranges.range(..=from).next_back() else { continue };
            self.ranges.remove(&first);
            if first < from {
                self.ranges.insert(first, from);
            }
            if to < last {
                self.ranges.insert(to, last);
            }
            self.mapped -= to - from;
        }
    }

    fn insert(&mut self, mut start: u64, mut end: u64) {
        self.mapped += end - start;
        let before = self.ranges.range(..start).next_back().map(|(&first, &last)| (first, last));
        if let Some((first, _)) = before.filter(|&(_, last)| last == start) {
            self.ranges.remove(&first);
            start = first;
        }
        if let Some(last) = self.ranges.remove(&end) {
            end = last;
        }
        self.ranges.insert(start, end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_split_and_merge() {
        let (mut space, mut memory) = (Space::new(1 << 30), Memory::new());
        space.map(&mut memory, 0x10_0000, 0x4000, Perm::READ).unwrap();
        space.map(&mut memory, 0x10_4000, 0x1000, Perm::READ).unwrap();
        assert_eq!(space.within(0, TASK_SIZE), [(0x10_0000, 0x10_5000)]);
        space.unmap(&mut memory, 0x10_1000, 0x2000).unwrap();
        assert_eq!(space.within(0, TASK_SIZE), [(0x10_0000, 0x10_1000), (0x10_3000, 0x10_5000)]);
        assert_eq!(space.mapped(), 0x3000);
        assert!(space.is_free(0x10_1000, 0x2000) && !space.is_free(0x10_0000, 0x2000));
        assert_eq!(memory.perm(0x10_1000), None);
        assert_eq!(memory.perm(0x10_3000), Some(Perm::READ));
    }

    #[test]
    fn limits_hold() {
        let (mut space, mut memory) = (Space::new(0x3000), Memory::new());
        space.map(&mut memory, 0x10_0000, 0x2000, Perm::READ).unwrap();
        assert_eq!(space.map(&mut memory, 0x20_0000, 0x2000, Perm::READ), Err(Errno::ENOMEM));
        space.map(&mut memory, 0x10_0000, 0x3000, Perm::READ).unwrap();
        assert_eq!(space.map(&mut memory, !0xfff, 0x2000, Perm::READ), Err(Errno::ENOMEM));
        assert_eq!(space.find(0x1000), Ok(TASK_SIZE - 0x1000));
        assert_eq!(space.find(TASK_SIZE), Err(Errno::ENOMEM));
    }
}
