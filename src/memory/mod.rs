//! Guest memory: 4 KiB pages with permissions, snapshots that copy what was written, bounds to the byte.
//!
//! Here live linear addresses and bytes, nothing else: segmentation is in `instructions/segment`,
//! the meaning of a fault is the processor's business (SDM Vol. 3A, "Paging").
//!
//! A table indexed by page number holds the frames of the pages that may be read without further question, each with
//! the right to write; every other access (page crossing, first touch, a store to a page that holds
//! translated code, a watched or partial page, no permission) takes the one slow path in
//! [`checked`](Memory::load). No host address space is reserved, and untouched memory costs nothing.
//!
//! *Regions* say what is mapped, *pages* what has been touched of it, and the bytes lie in the *frames* of
//! a pool, in which a frame can have several users: that is how processes share memory with each other and
//! with files. The table belongs to the pool: it is that of the [`AddressSpace`] that runs. When another one runs, the
//! frames in it go back, and return one by one as they are accessed.
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
mod lent;
mod mapping;
mod outside;
mod page;
mod regions;
mod saved;
mod scalar;
mod snapshot;
mod source;
mod space;
mod touch;
mod translated;
mod watch;

pub use bulk::{Direction, Run};
pub use bytes::ByteSource;
pub use fault::{Access, PageFault};
pub use frames::{FramePool, OutOfFrames};
pub use page::{FrameNumber, PAGE_SIZE, PAGES, Perm};
pub use regions::{Label, MappedRegion, Mapping};
pub use scalar::{Scalar, U128, U256};
pub use snapshot::MemorySnapshot;
pub use source::{PageSource, SourceFault};
pub use space::AddressSpace;
pub use watch::Watch;

use std::ops::Deref;

use page::PageBytes;

/// The memory of a guest: the address space that runs, and the frames of its world.
///
/// What can be asked about an address space is asked here through [`Deref`].
#[derive(Debug)]
pub struct Memory {
    space: AddressSpace,
    /// The frames of the world, some of them lent to pages of the address space.
    pool: FramePool,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Memory {
    type Target = AddressSpace;
    fn deref(&self) -> &AddressSpace {
        &self.space
    }
}

impl Memory {
    /// An address space of 4 GiB in which nothing is mapped.
    #[must_use]
    pub fn new() -> Self {
        Memory { space: AddressSpace::default(), pool: FramePool::default() }
    }

    /// Reads without leaving the fast path: `None` unless the bytes lie in one page that may be
    /// read without further question.
    #[inline(always)]
    #[must_use]
    pub fn fast_load<T: Scalar>(&self, address: u32) -> Option<T> {
        T::read(&self.pool.lent.at(address)?.bytes, address)
    }

    /// Writes without leaving the fast path: `None` (and nothing written) unless the bytes lie in
    /// one page that may be written without further question.
    #[inline(always)]
    pub fn fast_store<T: Scalar>(&mut self, address: u32, value: T) -> Option<()> {
        value.write(self.writable_bytes(address)?, address)
    }

    /// Replaces a value in place on the fast path: one look-up for the read and the write.
    ///
    /// `change` gives the new value and whatever its caller wants to know. It is called only if
    /// the write is certain to succeed.
    #[inline(always)]
    pub fn fast_update<T: Scalar, R>(&mut self, address: u32, change: impl FnOnce(T) -> (T, R)) -> Option<R> {
        let bytes = self.writable_bytes(address)?;
        let (value, answer) = change(T::read(bytes, address)?);
        value.write(bytes, address)?;
        Some(answer)
    }

    /// The page of an address, if it may be written without further question.
    #[inline(always)]
    fn writable_bytes(&mut self, address: u32) -> Option<&mut PageBytes> {
        let frame = self.pool.lent.at_mut(address)?;
        if frame.writable { Some(&mut frame.bytes) } else { None }
    }
}
