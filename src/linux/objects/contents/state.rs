//! Where the bytes of a file are: in frames, and in the store.

use std::collections::BTreeMap;

use crate::linux::abi::files::F_SEAL_SEAL;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::FileTime;
use crate::memory::{FrameNumber, FramePool};

use super::store::Store;

/// Bytes in a page.
pub const PAGE: u64 = 4096;

/// A page of the contents that has a frame.
#[derive(Clone, Copy, Debug)]
pub struct ResidentPage {
    /// Its frame.
    pub frame: FrameNumber,
    /// Whether a mapping may have changed it since the host's file was written.
    pub dirty: bool,
}

/// What changes of the contents.
#[derive(Debug)]
pub struct State {
    /// What has the bytes that are in no frame.
    pub store: Store,
    /// The pages that have frames. Bytes of a frame past the end are zero.
    pub pages: BTreeMap<u64, ResidentPage>,
    /// Bytes; of a file of the host, the host knows it.
    pub size: u64,
    /// When it was last changed in memory.
    pub modified: Option<FileTime>,
    /// What nobody may do any more (F_ADD_SEALS).
    pub seals: u32,
    /// Whether frames may hold other bytes than the store.
    pub changed: bool,
}

impl State {
    /// Contents that the store has, without any frame.
    pub fn new(store: Store, size: u64) -> State {
        State { store, pages: BTreeMap::new(), size, modified: None, seals: F_SEAL_SEAL, changed: false }
    }

    /// Bytes; who else has the file is asked.
    pub fn size(&self) -> Result<u64, Errno> {
        self.store.size().unwrap_or(Ok(self.size))
    }

    /// Puts bytes that were written to the host's file also where frames hold them.
    pub fn patch(&self, pool: &mut FramePool, bytes: &[u8], at: u64) {
        let end = at + bytes.len() as u64;
        for (page, resident) in self.pages.range(at / PAGE..end.div_ceil(PAGE)) {
            let (from, to) = (at.max(page * PAGE), end.min((page + 1) * PAGE));
            let inside = (from - page * PAGE) as usize..(to - page * PAGE) as usize;
            pool.bytes_mut(resident.frame)[inside].copy_from_slice(&bytes[(from - at) as usize..(to - at) as usize]);
        }
    }

    /// Zeroes a range of bytes in the one frame where it begins: what lies past the end there.
    pub fn clear(&self, pool: &mut FramePool, start: u64, end: u64) {
        let Some(resident) = self.pages.get(&(start / PAGE)) else { return };
        let first = (start % PAGE) as usize;
        let last = (end - (start - first as u64)).min(PAGE) as usize;
        pool.bytes_mut(resident.frame)[first..last].fill(0);
    }
}

copied!(State: clone { store, pages, size, modified, seals, changed } duplicate {});
