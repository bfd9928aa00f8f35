//! The address space of a process: which ranges are taken, where there is room, how much is mapped
//! in all. The pages themselves are in [`Memory`].

use crate::linux::errno::Errno;
use crate::memory::{Memory, Perm};

use super::ranges::Ranges;

/// Bytes in a page.
pub const PAGE: u64 = 4096;

/// One past the last address that a program may use: that of a 32-bit program on 64-bit Linux.
pub const TASK_SIZE: u64 = 0xffff_e000;

/// The lowest address that the kernel chooses for a mapping.
const LOWEST: u64 = 0x1_0000;

/// Most separate ranges that a program may have.
const MAX_RANGES: usize = 65_530;

/// The mapped ranges of a process.
#[derive(Clone, Debug)]
pub struct Space {
    mapped: Ranges,
    /// Mapped pages that lie wholly past the end of their file: an access raises SIGBUS (mmap(2)).
    /// Memory has no pages there.
    past_file_end: Ranges,
    limit: u64,
    /// Mappings without an address of their own go below this one.
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
            mapped: Ranges::default(),
            past_file_end: Ranges::default(),
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
        self.mapped.size()
    }

    /// Maps zeroed pages in place of whatever was in the range.
    pub fn map(&mut self, memory: &mut Memory, start: u64, size: u64, perm: Perm) -> Result<(), Errno> {
        let end = self.reserve(start, size)?;
        memory.map(start as u32, (end - start) as u32, self.effective(perm));
        Ok(())
    }

    /// Maps a file's bytes from its page at `start` on, in place of whatever was in the range. The
    /// last page that has any is filled up with zeros; pages after it are past the file's end.
    pub fn map_file(
        &mut self,
        memory: &mut Memory,
        start: u64,
        size: u64,
        perm: Perm,
        bytes: &[u8],
    ) -> Result<(), Errno> {
        let end = self.reserve(start, size)?;
        let file_end = end.min(start + (bytes.len() as u64).next_multiple_of(PAGE));
        memory.map(start as u32, (file_end - start) as u32, self.effective(perm));
        memory.unmap(file_end as u32, (end - file_end) as u32);
        memory.copy_in(start as u32, &bytes[..bytes.len().min((end - start) as usize)]);
        self.past_file_end.insert(file_end, end);
        Ok(())
    }

    /// Unmaps a range.
    pub fn unmap(&mut self, memory: &mut Memory, start: u64, size: u64) -> Result<(), Errno> {
        let end = page_range(start, size)?;
        for (from, to) in self.within(start, end) {
            memory.unmap(from as u32, (to - from) as u32);
        }
        self.mapped.remove(start, end);
        self.past_file_end.remove(start, end);
        Ok(())
    }

    /// Changes permissions; ENOMEM if part of the range is not mapped.
    pub fn protect(&mut self, memory: &mut Memory, start: u64, size: u64, perm: Perm) -> Result<(), Errno> {
        let end = page_range(start, size)?;
        for (from, to) in self.within(start, end) {
            memory.protect(from as u32, (to - from) as u32, self.effective(perm));
        }
        if self.mapped.overlap(start, end) == end - start { Ok(()) } else { Err(Errno::ENOMEM) }
    }

    /// Whether nothing in the range is mapped.
    pub fn is_free(&self, start: u64, size: u64) -> bool {
        self.mapped.overlap(start, start.saturating_add(size)) == 0
    }

    /// Whether every byte of the range is mapped.
    pub fn is_mapped(&self, start: u64, size: u64) -> bool {
        self.mapped.overlap(start, start.saturating_add(size)) == size
    }

    /// Whether an address belongs to a mapping, but past the end of its file.
    pub fn is_past_file_end(&self, address: u64) -> bool {
        self.past_file_end.overlap(address, address + 1) == 1
    }

    /// The highest free place of `size` bytes below the ceiling.
    pub fn find(&self, size: u64) -> Result<u64, Errno> {
        let mut end = self.ceiling;
        for (from, to) in self.mapped.below(end) {
            if end.saturating_sub(to) >= size {
                break;
            }
            end = from;
        }
        end.checked_sub(size).filter(|start| *start >= LOWEST).ok_or(Errno::ENOMEM)
    }

    /// The mapped parts of a range, in order.
    pub fn within(&self, start: u64, end: u64) -> Vec<(u64, u64)> {
        self.mapped.within(start, end)
    }

    fn effective(&self, perm: Perm) -> Perm {
        if self.read_implies_execute && perm.has(Perm::READ) { perm | Perm::EXECUTE } else { perm }
    }

    /// Takes a range, whatever was there, and gives its end; ENOMEM if there would be too much.
    fn reserve(&mut self, start: u64, size: u64) -> Result<u64, Errno> {
        let end = page_range(start, size)?;
        let replaced = self.mapped.overlap(start, end);
        if self.mapped.size() - replaced + (end - start) > self.limit || self.mapped.count() >= MAX_RANGES {
            return Err(Errno::ENOMEM);
        }
        self.mapped.insert(start, end);
        self.past_file_end.remove(start, end);
        Ok(end)
    }
}

/// What a processor with paging enforces of the rights that a mapping asks for: a page that can be
/// written or executed can also be read (SDM Vol. 3A, "Access Rights").
pub fn permissions(readable: bool, writable: bool, executable: bool) -> Perm {
    let wanted =
        [(readable, Perm::READ), (writable, Perm::READ | Perm::WRITE), (executable, Perm::READ | Perm::EXECUTE)];
    wanted.iter().filter(|(wanted, _)| *wanted).fold(Perm::NONE, |all, (_, perm)| all | *perm)
}

/// Where a range ends, rounded to pages; EINVAL or ENOMEM if there cannot be such a range.
fn page_range(start: u64, size: u64) -> Result<u64, Errno> {
    if start % PAGE != 0 || size == 0 {
        return Err(Errno::EINVAL);
    }
    let end = start.checked_add(size).and_then(|end| end.checked_next_multiple_of(PAGE));
    end.filter(|end| *end <= TASK_SIZE).ok_or(Errno::ENOMEM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmapping_splits() {
        let (mut space, mut memory) = (Space::new(1 << 30), Memory::new());
        space.map(&mut memory, 0x10_0000, 0x4000, Perm::READ).unwrap();
        space.unmap(&mut memory, 0x10_1000, 0x2000).unwrap();
        assert_eq!(space.within(0, TASK_SIZE), [(0x10_0000, 0x10_1000), (0x10_3000, 0x10_4000)]);
        assert!(space.is_free(0x10_1000, 0x2000) && !space.is_free(0x10_0000, 0x2000));
        assert_eq!((memory.perm(0x10_1000), memory.perm(0x10_3000)), (None, Some(Perm::READ)));
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

    #[test]
    fn pages_past_the_end_of_a_file_are_taken_but_not_there() {
        let (mut space, mut memory) = (Space::new(1 << 30), Memory::new());
        space.map_file(&mut memory, 0x10_0000, 0x3000, Perm::READ, &[7; 10]).unwrap();
        assert_eq!(memory.load::<u32>(0x10_0008).unwrap(), 0x0707, "zeros up to the end of the page");
        assert!(memory.load::<u8>(0x10_1000).is_err() && space.is_mapped(0x10_0000, 0x3000));
        assert!(!space.is_past_file_end(0x10_0fff) && space.is_past_file_end(0x10_1000));
        space.map(&mut memory, 0x10_1000, 0x1000, Perm::READ).unwrap();
        assert!(!space.is_past_file_end(0x10_1000) && space.is_past_file_end(0x10_2000));
    }
}
