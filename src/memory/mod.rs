//! Guest memory: 4 KiB pages with permissions, copy-on-touch snapshots, bounds to the byte.
//!
//! Here live linear addresses and bytes, nothing else: segmentation is in `instructions/segment`,
//! the meaning of a fault is the processor's business (SDM Vol. 3A, "Paging").
//!
//! Two arrays indexed by page number give the frame of a page that may be read, or written,
//! without further question; every other access (page crossing, first touch, a page that holds
//! translated code, a watched or partial page, no permission) takes the one slow path in
//! [`checked`](Memory::load). No host address space is reserved, and untouched memory costs nothing.
//!
//! *Regions* say what is mapped, *pages* what has been touched of it, and the bytes lie in the *frames* of
//! a pool, in which a frame can have several users: that is how processes share memory with each other and
//! with files.
//!
//! ```
//! use tab86::memory::{Memory, Perm};
//! let mut memory = Memory::new();
//! memory.map(0x1000, 0x1000, Perm::READ | Perm::WRITE);
//! memory.store(0x1ffc, 0x1234_5678_u32).unwrap();
//! assert_eq!(memory.load::<u16>(0x1ffe).unwrap(), 0x1234);
//! assert!(memory.load::<u32>(0x1ffd).is_err()); // runs past the mapped page
//! ```

mod bulk;
mod bytes;
mod checked;
mod code;
mod fault;
mod frames;
mod gaps;
mod identity;
mod mapping;
mod outside;
mod page;
mod regions;
mod scalar;
mod snapshot;
mod source;
mod translated;
mod watch;

pub use bytes::ByteSource;
pub use fault::{Access, PageFault};
pub use frames::{FramePool, OutOfFrames};
pub use page::{FrameNumber, PAGE_SIZE, PAGES, Perm};
pub use regions::{Label, MappedRegion, Mapping};
pub use scalar::{Scalar, U256};
pub use source::{PageSource, SourceFault};
pub use watch::Watch;

use identity::SpaceIdentity;
use page::{FastTable, PageTable};
use regions::Regions;

/// The linear address space of a guest.
#[derive(Debug)]
pub struct Memory {
    readable: FastTable,
    writable: FastTable,
    /// The frames of the world, while this address space runs.
    pool: FramePool,
    /// What is mapped.
    regions: Regions,
    /// What has been touched of it.
    pages: PageTable,
    /// One past the last byte that exists (2^32 unless capped).
    end: u64,
    layout: SpaceIdentity,
    /// The pool's count of code in shared frames when the fast tables were last checked against it.
    seen_epoch: u64,
    watch: Option<Watch>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// An address space of 4 GiB in which nothing is mapped.
    #[must_use]
    pub fn new() -> Self {
        Memory::with_tables([page::fast_table(), page::fast_table()])
    }

    /// One with fast tables that are all zero.
    fn with_tables([readable, writable]: [FastTable; 2]) -> Self {
        Memory {
            readable,
            writable,
            pool: FramePool::default(),
            regions: Regions::default(),
            pages: PageTable::default(),
            end: 1 << 32,
            layout: SpaceIdentity::default(),
            seen_epoch: 0,
            watch: None,
        }
    }

    /// Reads without leaving the fast path: `None` unless the bytes lie in one page that may be
    /// read without further question.
    #[inline(always)]
    #[must_use]
    pub fn fast_load<T: Scalar>(&self, address: u32) -> Option<T> {
        let frame = self.readable[(address >> 12) as usize] as usize;
        T::read(self.pool.frames.get(frame.wrapping_sub(1))?, address)
    }

    /// Writes without leaving the fast path: `None` (and nothing written) unless the bytes lie in
    /// one page that may be written without further question.
    #[inline(always)]
    pub fn fast_store<T: Scalar>(&mut self, address: u32, value: T) -> Option<()> {
        let frame = self.writable[(address >> 12) as usize] as usize;
        value.write(self.pool.frames.get_mut(frame.wrapping_sub(1))?, address)
    }

    /// Replaces a value in place on the fast path: one look-up for the read and the write.
    ///
    /// `change` gives the new value and whatever its caller wants to know. It is called only if
    /// the write is certain to succeed.
    #[inline(always)]
    pub fn fast_update<T: Scalar, R>(&mut self, address: u32, change: impl FnOnce(T) -> (T, R)) -> Option<R> {
        let frame = self.writable[(address >> 12) as usize] as usize;
        let frame = self.pool.frames.get_mut(frame.wrapping_sub(1))?;
        let (value, answer) = change(T::read(frame, address)?);
        value.write(frame, address)?;
        Some(answer)
    }
}
