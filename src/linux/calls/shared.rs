//! Shared mappings of files: a copy in memory, written back when the guest could tell the
//! difference.

use crate::instructions::Machine;
use crate::linux::descriptors::{Shared, lock};
use crate::linux::kernel::Kernel;
use crate::linux::space::{PAGE, TASK_SIZE};
use crate::memory::Memory;

/// A shared mapping of a file that may be written: what the guest changes goes back to the file
/// when it is unmapped or synchronised, and at the end.
#[derive(Clone, Debug)]
pub struct SharedMapping {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) open: Shared,
    pub(super) offset: u64,
}

/// Writes the part of each shared mapping that lies in a range to its file. A file does not grow
/// by it. Errors have nobody to go to, as under Linux.
pub fn write_back(k: &mut Kernel, memory: &mut Memory, start: u64, end: u64) {
    for mapping in &k.shared {
        let (from, to) = (mapping.start.max(start), mapping.end.min(end));
        let mut open = lock(&mapping.open);
        let size = open.status().map_or(0, |status| status.size);
        for page in (from..to).step_by(PAGE as usize) {
            let at = mapping.offset + (page - mapping.start);
            let count = size.saturating_sub(at).min(PAGE) as usize;
            let bytes = memory.page_bytes(page as u32, PAGE as u32).to_vec();
            let _ = open.write(bytes.get(..count).unwrap_or_default(), Some(at));
        }
    }
}

/// Cuts a range out of the shared mappings.
pub fn forget(k: &mut Kernel, start: u64, end: u64) {
    let cut = |mapping: SharedMapping| {
        let before = SharedMapping { end: mapping.end.min(start), ..mapping.clone() };
        let from = mapping.start.max(end);
        let after = SharedMapping { start: from, offset: mapping.offset + (from - mapping.start), ..mapping };
        [before, after].into_iter().filter(|part| part.start < part.end)
    };
    k.shared = std::mem::take(&mut k.shared).into_iter().flat_map(cut).collect();
}

impl Kernel {
    /// What shared mappings changed goes to their files.
    pub(in crate::linux) fn write_back_all(&mut self, m: &mut Machine) {
        write_back(self, &mut m.memory, 0, TASK_SIZE);
    }
}
