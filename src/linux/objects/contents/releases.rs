//! Frames of contents that nobody has any more.
//!
//! Contents go when their last user drops them, wherever that is; the pool of frames is not at hand
//! there. What is to be done with their frames is noted here, and done by [`Releases::sweep`], which
//! the kernel calls after each system call, before anybody can look.

use std::sync::Mutex;

use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::sync::lock;
use crate::memory::{FrameNumber, FramePool};

use super::writer::Writer;

/// A frame without contents.
#[derive(Clone, Debug)]
pub struct ReleasedFrame {
    /// Its number.
    pub frame: FrameNumber,
    /// Where its first bytes must be written before: file, position, how many.
    pub write: Option<(Writer, u64, usize)>,
}

/// The frames that wait to be released.
#[derive(Default, Debug)]
pub struct Releases(Mutex<Vec<ReleasedFrame>>);

impl Releases {
    /// Notes a frame.
    pub fn push(&self, frame: ReleasedFrame) {
        lock(&self.0).push(frame);
    }

    /// Writes what must be written, and releases all noted frames. Errors of the host are not reported
    /// to anybody, as under Linux.
    pub fn sweep(&self, pool: &mut FramePool) {
        let mut noted = lock(&self.0);
        if noted.is_empty() {
            return;
        }
        let noted = std::mem::take(&mut *noted);
        for ReleasedFrame { frame, write } in noted {
            if let Some((file, at, count)) = write {
                let _ = file.write_all_at(&pool.bytes(frame)[..count], at);
            }
            pool.release(frame);
        }
    }
}

impl Duplicate for Releases {
    fn duplicate(&self, _: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Releases(Mutex::new(lock(&self.0).clone())))
    }
}
