//! Memory of any process, whatever its permissions are.

use std::ops::RangeInclusive;

use crate::instructions::Machine;
use crate::linux::kernel::Kernel;
use crate::memory::Memory;

impl Kernel {
    /// The bytes from an address on up to the first that is not mapped.
    pub(crate) fn peek(&self, m: &Machine, pid: u32, address: u32, length: u32) -> Vec<u8> {
        let space = self.space_of(m, pid).and_then(|space| self.space(m, space));
        let look = || space.map(|space| space.mapped_bytes(m.memory.pool(), address, length));
        // What nobody has touched yet may lie in a file of the host.
        self.world.host.aside(look).unwrap_or_default()
    }

    /// Writes bytes up to the first that is not mapped, and says how many.
    pub(crate) fn poke(&mut self, m: &mut Machine, pid: u32, address: u32, bytes: &[u8]) -> usize {
        self.with_memory(m, pid, |memory| memory.overwrite(address, bytes)).unwrap_or(0)
    }

    /// Records the accesses of a process to these ranges of addresses, and no others.
    pub(crate) fn watch(&mut self, m: &mut Machine, pid: u32, ranges: Vec<RangeInclusive<u32>>) {
        self.with_memory(m, pid, |memory| memory.watch_ranges(ranges));
    }

    fn with_memory<T>(&mut self, m: &mut Machine, pid: u32, work: impl FnOnce(&mut Memory) -> T) -> Option<T> {
        let space = self.space_of(m, pid)?;
        self.with_space(m, space, work)
    }

    /// The number of the address space of a process. What the first process leaves in memory can still be looked at.
    fn space_of(&self, m: &Machine, pid: u32) -> Option<u64> {
        if pid == self.process.pid {
            return Some(m.memory.layout().0);
        }
        self.find_process(pid).filter(|process| process.is_alive()).map(|process| process.space_number)
    }
}
