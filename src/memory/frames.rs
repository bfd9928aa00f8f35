//! The pool of page frames: where every byte that a guest stored lies.
//!
//! All address spaces of a world take their frames from one pool, which the address space that runs
//! has in hand. A frame has a count of its users: the pages of address spaces, and the contents of
//! files. Two pages that share a frame are one memory (a shared mapping), or copy it when either is
//! written (copy-on-write).

use std::collections::BTreeSet;
use std::fmt;

use super::code::CodeMarks;
use super::page::{FastTable, Frame, FrameNumber, PAGE_SIZE};

/// The pool has as many frames in use as it may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfFrames;

/// Page frames with counts of their users.
#[derive(Clone)]
pub struct FramePool {
    pub(super) frames: Vec<Frame>,
    /// How many pages and files use each frame; 0 if it is free.
    users: Vec<u32>,
    free: Vec<FrameNumber>,
    limit: usize,
    /// Which bytes of the frames have been translated.
    pub(super) code: CodeMarks,
    /// Fast tables of address spaces that are gone, all zero: clearing new ones costs more than a short process.
    pub(super) tables: Vec<FastTable>,
    /// Frames that somebody can store to through a shared mapping.
    shared_writable: BTreeSet<FrameNumber>,
}

impl Default for FramePool {
    /// A pool without a limit but that of frame numbers.
    fn default() -> Self {
        FramePool {
            frames: Vec::new(),
            users: Vec::new(),
            free: Vec::new(),
            limit: (u32::MAX - 1) as usize,
            code: CodeMarks::default(),
            tables: Vec::new(),
            shared_writable: BTreeSet::new(),
        }
    }
}

impl FramePool {
    /// How many frames are in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.frames.len() - self.free.len()
    }

    /// Most frames that may be in use.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Sets how many frames may be in use.
    pub fn set_limit(&mut self, frames: usize) {
        self.limit = frames.min((u32::MAX - 1) as usize);
    }

    /// Takes a frame, filled with zeros, for one user.
    ///
    /// # Errors
    /// [`OutOfFrames`] at the limit.
    pub fn allocate(&mut self) -> Result<FrameNumber, OutOfFrames> {
        let number = self.take()?;
        self.frames[number as usize].fill(0);
        Ok(number)
    }

    /// Takes a frame for one user, and copies another one to it.
    ///
    /// # Errors
    /// [`OutOfFrames`] at the limit.
    pub fn duplicate(&mut self, source: FrameNumber) -> Result<FrameNumber, OutOfFrames> {
        let number = self.take()?;
        self.frames.copy_within(source as usize..=source as usize, number as usize);
        Ok(number)
    }

    /// Counts one more user of a frame.
    pub fn share(&mut self, number: FrameNumber) {
        self.users[number as usize] += 1;
    }

    /// Counts one user less; without any, the frame is free.
    pub fn release(&mut self, number: FrameNumber) {
        let users = &mut self.users[number as usize];
        *users -= 1;
        if *users == 0 {
            self.free.push(number);
            self.code.remove(number);
            self.shared_writable.remove(&number);
        }
    }

    /// How many users a frame has.
    #[must_use]
    pub fn users(&self, number: FrameNumber) -> u32 {
        self.users[number as usize]
    }

    /// The bytes of a frame.
    #[must_use]
    pub fn bytes(&self, number: FrameNumber) -> &[u8; PAGE_SIZE] {
        &self.frames[number as usize]
    }

    /// The bytes of a frame, to be changed.
    #[must_use]
    pub fn bytes_mut(&mut self, number: FrameNumber) -> &mut [u8; PAGE_SIZE] {
        self.code.written(number, 0..PAGE_SIZE);
        &mut self.frames[number as usize]
    }

    /// Whether code has been translated from a frame.
    pub(super) fn has_code(&self, number: FrameNumber) -> bool {
        self.code.has(number)
    }

    /// Notes that a frame can be stored to through a shared mapping.
    pub(super) fn note_shared_writable(&mut self, number: FrameNumber) {
        self.shared_writable.insert(number);
    }

    /// Whether a frame can be stored to through a shared mapping.
    pub(super) fn is_shared_writable(&self, number: FrameNumber) -> bool {
        self.shared_writable.contains(&number)
    }

    fn take(&mut self) -> Result<FrameNumber, OutOfFrames> {
        if self.used() >= self.limit {
            return Err(OutOfFrames);
        }
        let number = self.free.pop().unwrap_or_else(|| {
            self.frames.push([0; PAGE_SIZE]);
            self.users.push(0);
            (self.frames.len() - 1) as FrameNumber
        });
        self.users[number as usize] = 1;
        Ok(number)
    }
}

impl fmt::Debug for FramePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FramePool").field("used", &self.used()).field("limit", &self.limit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_free_when_its_last_user_leaves() {
        let mut pool = FramePool::default();
        pool.set_limit(1);
        let frame = pool.allocate().unwrap();
        pool.bytes_mut(frame)[0] = 7;
        pool.share(frame);
        pool.release(frame);
        assert_eq!((pool.allocate(), pool.bytes(frame)[0]), (Err(OutOfFrames), 7));
        pool.release(frame);
        assert_eq!(pool.allocate().map(|again| (again == frame, pool.bytes(again)[0])), Ok((true, 0)));
    }
}
