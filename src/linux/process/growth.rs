//! Regions that grow downwards: when a program touches what is below them (mmap(2), MAP_GROWSDOWN), and the stack
//! when its limit changes. All of the stack that the limit allows is mapped; what it uses of it takes memory.

use crate::memory::Memory;

use super::space::{PAGE, Space, TASK_SIZE, is_stack};

/// What stays free between such a region and another one below it (`stack_guard_gap`).
const GUARD: u64 = 256 * PAGE;

impl Space {
    /// Lets the region above an address that is not mapped grow down to it, if it is one that grows, and if it
    /// takes no more than `most` bytes then. Whether it did.
    pub fn grow_down(&mut self, memory: &mut Memory, address: u32, most: u64) -> bool {
        let Some(above) = memory.regions(address, u32::MAX - address).next().cloned() else { return false };
        let [first, end] = [above.pages.start, above.pages.end].map(|page| u64::from(page) * PAGE);
        let start = u64::from(address) / PAGE * PAGE;
        if !above.mapping.grows_down || start >= first || end - start > most {
            return false;
        }
        start >= memory.mapped_below(address) + GUARD
            && self.map_from(memory, start, first - start, above.mapping).is_ok()
    }

    /// The stack may take `most` bytes (setrlimit(2), RLIMIT_STACK): it is mapped as far down as that allows and there
    /// is room. What it has used stays.
    pub fn limit_stack(&mut self, memory: &mut Memory, most: u64) {
        let Some(stack) = memory.regions(0, u32::MAX).find(|region| is_stack(&region.mapping)).cloned() else { return };
        let bottom = u64::from(stack.pages.start) * PAGE;
        let wanted = TASK_SIZE - most.min(TASK_SIZE) / PAGE * PAGE;
        if wanted < bottom {
            let start = wanted.max(memory.mapped_below(bottom as u32) + GUARD);
            if start < bottom {
                // Without memory for all of it, it stays as it is.
                let _ = self.map_from(memory, start, bottom - start, stack.mapping);
            }
        } else {
            let used = (stack.pages.start..stack.pages.end).find(|page| memory.is_resident(page << 12));
            let end = wanted.min(u64::from(used.unwrap_or(stack.pages.end)) * PAGE);
            if bottom < end {
                // A range of whole pages.
                let _ = self.unmap(memory, bottom, end - bottom);
            }
        }
    }
}
