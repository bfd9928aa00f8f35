//! Contents that are bytes in the host's memory.

use std::sync::Arc;

use super::frames::FramePool;
use super::page::{FrameNumber, PAGE_SIZE, PageBytes};
use super::source::{PageSource, SourceFault};

/// ByteSource to map privately: every page that is touched gets a frame of its own.
#[derive(Clone, Debug)]
pub struct ByteSource(pub Arc<Vec<u8>>);

impl ByteSource {
    /// A page, with zeros after the last byte; `None` past the end.
    fn page(&self, page: u64) -> Option<PageBytes> {
        let start = usize::try_from(page).ok()?.checked_mul(PAGE_SIZE)?;
        let rest = self.0.get(start..).filter(|rest| !rest.is_empty())?;
        let mut frame = [0; PAGE_SIZE];
        let count = rest.len().min(PAGE_SIZE);
        frame[..count].copy_from_slice(&rest[..count]);
        Some(frame)
    }
}

impl PageSource for ByteSource {
    fn frame(&self, page: u64, _: bool, pool: &mut FramePool) -> Result<FrameNumber, SourceFault> {
        let bytes = self.page(page).ok_or(SourceFault::Past)?;
        let frame = pool.allocate()?;
        *pool.bytes_mut(frame) = bytes;
        Ok(frame)
    }

    fn resident(&self, _: u64) -> Option<FrameNumber> {
        None
    }

    fn peek(&self, page: u64, _: &FramePool) -> PageBytes {
        self.page(page).unwrap_or([0; PAGE_SIZE])
    }
}
