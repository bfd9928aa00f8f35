//! Where pages get their bytes from when they are first touched.

use std::any::Any;
use std::fmt;

use super::frames::{FramePool, OutOfFrames};
use super::page::{FrameNumber, PageBytes};

/// Contents that pages can be mapped from: a file, as it lies in page frames.
///
/// The frame of a page is the contents themselves: whoever maps it shared reads and writes them,
/// whoever maps it privately copies it at the first write.
pub trait PageSource: fmt::Debug + Send + Sync {
    /// The frame that holds a page of the contents (counted in pages from their beginning), filled if
    /// it is not there yet; the caller counts itself as a user. With `write`, the contents will be
    /// changed through it.
    ///
    /// # Errors
    /// [`SourceFault`] says why there is none.
    fn frame(&self, page: u64, write: bool, pool: &mut FramePool) -> Result<FrameNumber, SourceFault>;

    /// The frame, if it is there already; the caller is not counted.
    fn resident(&self, page: u64) -> Option<FrameNumber>;

    /// Contents that belong to a world and are copied with it; `None` if nothing in them ever changes.
    fn as_world_contents(&self) -> Option<&dyn Any> {
        None
    }

    /// The bytes of a page, without giving it a frame; zeros where there are none.
    fn peek(&self, page: u64, pool: &FramePool) -> PageBytes;
}

/// Why contents have no frame for a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceFault {
    /// The page lies past the end of the contents, or cannot be read.
    Past,
    /// There are no more frames.
    OutOfFrames,
}

impl From<OutOfFrames> for SourceFault {
    fn from(_: OutOfFrames) -> Self {
        SourceFault::OutOfFrames
    }
}
