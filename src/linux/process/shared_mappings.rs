//! Shared mappings of files. The pages are a copy of the file; what the guest stores there is
//! written back to the file by `msync` and `munmap`, and when the process ends (mmap(2)).

use crate::linux::objects::OpenFileHandle;
use crate::linux::sync::lock;
use crate::memory::Memory;

use super::space::{PAGE, TASK_SIZE};

/// A writable shared mapping of a part of a file.
#[derive(Clone, Debug)]
pub struct SharedMapping {
    /// First address.
    pub start: u64,
    /// One past the last address.
    pub end: u64,
    /// The file.
    pub open: OpenFileHandle,
    /// The position in the file of the first byte.
    pub offset: u64,
}

/// The writable shared mappings of a process.
#[derive(Clone, Default, Debug)]
pub struct SharedMappings(Vec<SharedMapping>);

impl SharedMappings {
    /// Adds a mapping.
    pub fn insert(&mut self, mapping: SharedMapping) {
        self.0.push(mapping);
    }

    /// Writes the part of each mapping that lies in a range to its file. The file does not grow.
    /// Errors are not reported to anybody, as under Linux.
    pub fn write_back(&self, memory: &mut Memory, start: u64, end: u64) {
        for mapping in &self.0 {
            let (from, to) = (mapping.start.max(start), mapping.end.min(end));
            let open = lock(&mapping.open);
            let Ok(contents) = open.contents() else { continue };
            let size = contents.size().unwrap_or_default();
            for page in (from..to).step_by(PAGE as usize) {
                let at = mapping.offset + (page - mapping.start);
                let count = size.saturating_sub(at).min(PAGE) as usize;
                let bytes = memory.page_bytes(page as u32, PAGE as u32).to_vec();
                let _ = contents.write(memory.pool_mut(), bytes.get(..count).unwrap_or_default(), at, (0, 0));
            }
        }
    }

    /// Writes every mapping to its file.
    pub fn write_back_all(&self, memory: &mut Memory) {
        self.write_back(memory, 0, TASK_SIZE);
    }

    /// Removes a range of addresses from the mappings.
    pub fn remove(&mut self, start: u64, end: u64) {
        let cut = |mapping: SharedMapping| {
            let before = SharedMapping { end: mapping.end.min(start), ..mapping.clone() };
            let from = mapping.start.max(end);
            let after = SharedMapping { start: from, offset: mapping.offset + (from - mapping.start), ..mapping };
            [before, after].into_iter().filter(|part| part.start < part.end)
        };
        self.0 = std::mem::take(&mut self.0).into_iter().flat_map(cut).collect();
    }

    /// Moves the mapping that starts at `from` to `to`, with a new size.
    pub fn relocate(&mut self, from: u64, to: u64, size: u64) {
        for mapping in self.0.iter_mut().filter(|mapping| mapping.start == from) {
            (mapping.start, mapping.end) = (to, to + size);
        }
    }
}
