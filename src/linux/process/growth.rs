//! Regions that grow downwards when a program touches what is below them (mmap(2), MAP_GROWSDOWN).

use crate::memory::Memory;

use super::space::{PAGE, Space};

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
        let below = memory.regions_below(address).next().map_or(0, |region| u64::from(region.pages.end) * PAGE);
        start >= below + GUARD && self.map_from(memory, start, first - start, above.mapping).is_ok()
    }
}
