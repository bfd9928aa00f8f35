//! The address space of a process: its limits, its heap, and where there is room. What is mapped is in the
//! regions of [`Memory`].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::linux::abi::process::READ_IMPLIES_EXEC;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::signals::Trampolines;
use crate::memory::{Label, Mapping, Memory, Perm};

use super::aio::AioContext;
use super::policies::Policies;
use super::ranges::Ranges;

/// Bytes in a page.
pub const PAGE: u64 = 4096;

/// One past the last address that a program may use: that of a 32-bit program on 64-bit Linux.
pub const TASK_SIZE: u64 = 0xffff_e000;

/// The lowest address that the kernel chooses for a mapping.
pub const LOWEST: u64 = 0x1_0000;

/// Most regions that a process may have (`vm.max_map_count`).
const MAX_REGIONS: usize = 65_530;

/// What the loader put at the top of the stack: first and last address of each.
#[derive(Clone, Default, Debug)]
pub struct InitialStack {
    /// The first address that was used.
    pub start: u32,
    /// The arguments.
    pub arguments: (u32, u32),
    /// The environment.
    pub environment: (u32, u32),
    /// The auxiliary vector.
    pub auxiliary: Vec<u8>,
}

/// What is known of an address space beyond its regions.
#[derive(Clone, Debug)]
pub struct Space {
    /// Most bytes that may be mapped.
    limit: u64,
    /// Most bytes that the process lets itself map (RLIMIT_AS).
    pub most: u64,
    /// Most of them that may be data: private and writable (RLIMIT_DATA).
    pub most_data: u64,
    /// Mappings without an address of their own go below this one.
    pub ceiling: u64,
    /// Where the heap starts, and one past its last byte.
    pub heap: (u64, u64),
    /// What the program was started with.
    pub initial_stack: InitialStack,
    /// First and last address of the program's code.
    pub code: (u32, u32),
    /// Whether readable mappings are executable too (`READ_IMPLIES_EXEC`).
    pub read_implies_execute: bool,
    /// What is locked into memory (mlock(2)).
    pub locked: Ranges,
    /// Whether new mappings are locked too (`MCL_FUTURE`).
    pub locks_future: bool,
    /// What a child finds empty (MADV_WIPEONFORK).
    pub wiped_on_fork: Ranges,
    /// What a child does not get (MADV_DONTFORK).
    pub left_on_fork: Ranges,
    /// Where ranges are to lie (mbind(2)).
    pub policies: Policies,
    /// Contexts of asynchronous operations, by the addresses of their pages (io_setup(2)).
    pub aio: BTreeMap<u32, AioContext>,
    /// For which commands of membarrier(2) the process has registered.
    pub barriers: u32,
    /// Where handlers of signals return to: in the vDSO, if there is one.
    pub trampolines: Option<Trampolines>,
}

impl Space {
    /// For an address space in which nothing is mapped; at most `limit` bytes may ever be at once.
    pub fn new(limit: u64) -> Space {
        let limit = limit.min(TASK_SIZE);
        Space {
            limit,
            most: u64::MAX,
            most_data: u64::MAX,
            ceiling: TASK_SIZE,
            heap: (0, 0),
            initial_stack: InitialStack::default(),
            code: (0, 0),
            read_implies_execute: false,
            locked: Ranges::default(),
            locks_future: false,
            wiped_on_fork: Ranges::default(),
            left_on_fork: Ranges::default(),
            policies: Policies::default(),
            aio: BTreeMap::new(),
            barriers: 0,
            trampolines: None,
        }
    }

    /// What a child has: the same, but nothing is locked, and no operation is its own (fork(2)).
    pub fn forked(&self) -> Space {
        let mut child = self.clone();
        child.unlock();
        child.aio.clear();
        child
    }

    /// The pages that handlers of signals return to may have moved; whether they have.
    pub fn follow(&mut self, moved: impl Fn(u32) -> Option<u32>) -> bool {
        let Some(Trampolines { sigreturn, rt_sigreturn }) = self.trampolines else { return false };
        let (Some(sigreturn), Some(rt_sigreturn)) = (moved(sigreturn), moved(rt_sigreturn)) else { return false };
        self.trampolines = Some(Trampolines { sigreturn, rt_sigreturn });
        true
    }

    /// Nothing is locked any more.
    pub fn unlock(&mut self) {
        (self.locked, self.locks_future) = (Ranges::default(), false);
    }

    /// Most bytes that may be mapped.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// The flags of the personality that have an effect (personality(2)).
    pub fn personality(&self) -> u32 {
        if self.read_implies_execute { READ_IMPLIES_EXEC } else { 0 }
    }

    /// Maps zeroed pages in place of whatever was in the range.
    pub fn map(&mut self, memory: &mut Memory, start: u64, size: u64, perm: Perm) -> Result<(), Errno> {
        self.map_from(memory, start, size, Mapping { perm, ..Mapping::default() })
    }

    /// Maps zeroed pages that people see under a name.
    pub fn map_named(
        &mut self,
        memory: &mut Memory,
        [start, size]: [u64; 2],
        perm: Perm,
        name: &str,
    ) -> Result<(), Errno> {
        let label = Label { name: name.into(), ..Label::default() };
        self.map_from(memory, start, size, Mapping { perm, label: Some(Arc::new(label)), ..Mapping::default() })
    }

    /// Maps something in place of whatever was in the range; ENOMEM if there would be too much.
    pub fn map_from(&mut self, memory: &mut Memory, start: u64, size: u64, mapping: Mapping) -> Result<(), Errno> {
        let end = page_range(start, size)?;
        let replaced = mapped_within(memory, start, end);
        let mapped = memory.mapped_pages() * PAGE - replaced + (end - start);
        if mapped > self.limit.min(self.most) || memory.region_count() >= MAX_REGIONS {
            return Err(Errno::ENOMEM);
        }
        if is_data(&mapping) && end - start > self.room_for_data(memory) {
            return Err(Errno::ENOMEM);
        }
        let perm = self.effective(mapping.perm);
        memory.map_from(start as u32, (end - start) as u32, Mapping { perm, ..mapping });
        self.forget(start, end);
        if self.locks_future {
            self.locked.insert(start, end);
        }
        Ok(())
    }

    /// How much more data may be mapped.
    fn room_for_data(&self, memory: &Memory) -> u64 {
        if self.most_data == u64::MAX {
            return u64::MAX;
        }
        let data = memory.regions(0, u32::MAX).filter(|region| is_data(&region.mapping));
        let mapped: u64 = data.map(|region| u64::from(region.pages.end - region.pages.start) * PAGE).sum();
        self.most_data.saturating_sub(mapped)
    }

    /// Unmaps a range.
    pub fn unmap(&mut self, memory: &mut Memory, start: u64, size: u64) -> Result<(), Errno> {
        let end = page_range(start, size)?;
        memory.unmap(start as u32, (end - start) as u32);
        self.forget(start, end);
        Ok(())
    }

    /// What was there is gone, and with it what was said of it.
    fn forget(&mut self, start: u64, end: u64) {
        for ranges in [&mut self.locked, &mut self.wiped_on_fork, &mut self.left_on_fork] {
            ranges.remove(start, end);
        }
        self.policies.remove(start, end);
    }

    /// Changes permissions; ENOMEM if part of the range is not mapped, EACCES if part of it must not become
    /// writable (mprotect(2)).
    pub fn protect(&self, memory: &mut Memory, start: u64, size: u64, perm: Perm) -> Result<(), Errno> {
        let end = page_range(start, size)?;
        let mut parts = memory.regions(start as u32, (end - start) as u32);
        let forbidden = parts.any(|region| region.mapping.never_writable);
        drop(parts);
        if perm.has(Perm::WRITE) && forbidden {
            return Err(Errno::EACCES);
        }
        let all = memory.protect(start as u32, (end - start) as u32, self.effective(perm));
        if all { Ok(()) } else { Err(Errno::ENOMEM) }
    }

    /// The highest free place of `size` bytes below the ceiling.
    pub fn find(&self, memory: &Memory, size: u64) -> Result<u64, Errno> {
        memory.highest_gap(size, self.ceiling).filter(|start| *start >= LOWEST).ok_or(Errno::ENOMEM)
    }

    fn effective(&self, perm: Perm) -> Perm {
        if self.read_implies_execute && perm.has(Perm::READ) { perm | Perm::EXECUTE } else { perm }
    }
}

/// Whether a mapping counts as data.
pub fn is_data(mapping: &Mapping) -> bool {
    mapping.perm.has(Perm::WRITE) && !mapping.shared && !is_stack(mapping)
}

/// Whether a mapping is a part of the stack that a program was started with.
pub fn is_stack(mapping: &Mapping) -> bool {
    mapping.label.as_ref().is_some_and(|label| label.name == b"[stack]")
}

/// How many bytes of a range are mapped.
fn mapped_within(memory: &Memory, start: u64, end: u64) -> u64 {
    let (first, last) = (start / PAGE, end / PAGE);
    let regions = memory.regions(start as u32, (end - start).min(u64::from(u32::MAX)) as u32);
    let inside = |from: u32, to: u32| u64::from(to).min(last).saturating_sub(u64::from(from).max(first));
    regions.map(|region| inside(region.pages.start, region.pages.end) * PAGE).sum()
}

/// Whether nothing in the range is mapped.
pub fn is_free(memory: &Memory, start: u64, size: u64) -> bool {
    mapped_within(memory, start, start.saturating_add(size).min(1 << 32)) == 0
}

/// Whether every byte of the range is mapped.
pub fn is_mapped(memory: &Memory, start: u64, size: u64) -> bool {
    start.checked_add(size).is_some_and(|end| end <= 1 << 32 && mapped_within(memory, start, end) == size)
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

copied!(Space: clone {
    limit, most, most_data, ceiling, heap, initial_stack, code, read_implies_execute, locked, locks_future,
    wiped_on_fork, left_on_fork, policies, barriers, trampolines,
} duplicate { aio });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold() {
        let (mut space, mut memory) = (Space::new(0x3000), Memory::new());
        space.map(&mut memory, 0x10_0000, 0x2000, Perm::READ).unwrap();
        assert_eq!(space.map(&mut memory, 0x20_0000, 0x2000, Perm::READ), Err(Errno::ENOMEM));
        space.map(&mut memory, 0x10_0000, 0x3000, Perm::READ).unwrap();
        assert_eq!(space.map(&mut memory, !0xfff, 0x2000, Perm::READ), Err(Errno::ENOMEM));
        assert_eq!(space.find(&memory, 0x1000), Ok(TASK_SIZE - 0x1000));
        assert_eq!(space.find(&memory, TASK_SIZE), Err(Errno::ENOMEM));
        assert!(is_mapped(&memory, 0x10_0000, 0x3000) && !is_mapped(&memory, 0x10_0000, 0x4000));
        assert!(is_free(&memory, 0x10_3000, 0x1000) && !is_free(&memory, 0x10_2000, 0x2000));
    }
}
