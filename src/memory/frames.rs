//! The pool of page frames: where every byte that a guest stored lies.
//!
//! All address spaces of a world take their frames from one pool, which the address space that runs
//! has in hand. A frame has a count of its users: the pages of address spaces, and the contents of
//! files. Two pages that share a frame are one memory (a shared mapping), or copy it when either is
//! written (copy-on-write). Frames are lent to pages of the address space that runs (see `lent`), wherever
//! they are, their bytes are had by their numbers.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::code::CodeMarks;
use super::lent::{Frame, LentFrames};
use super::page::{FrameNumber, PAGE_SIZE, PageBytes};

/// The pool has as many frames in use as it may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfFrames;

/// What is known of a frame.
pub(super) struct Slot {
    /// The frame, unless it is lent.
    pub frame: Option<Box<Frame>>,
    /// The page that it is lent to.
    page: u32,
    /// How many pages and files use it; 0 if it is free.
    pub users: u32,
    /// Its bytes, as a snapshot has them; gone as soon as it may be written.
    pub saved: Option<Arc<PageBytes>>,
}

impl Slot {
    /// One that has a frame, and no users yet.
    pub fn new(frame: Box<Frame>) -> Slot {
        Slot { frame: Some(frame), page: 0, users: 0, saved: None }
    }
}

/// Page frames with counts of their users.
pub struct FramePool {
    pub(super) slots: Vec<Slot>,
    /// The frames that the address space that runs has on its fast path.
    pub(super) lent: LentFrames,
    pub(super) free: Vec<FrameNumber>,
    pub(super) limit: usize,
    /// Frames without a number, left over when a snapshot with fewer was restored.
    pub(super) spare: Vec<Box<Frame>>,
    /// Which bytes of the frames have been translated.
    pub(super) code: CodeMarks,
    /// How often a page has got a frame, or a copy of one, but for pages of code.
    pub(super) faults: u64,
    /// Frames that somebody can store to through a shared mapping.
    pub(super) shared_writable: BTreeSet<FrameNumber>,
}

impl Default for FramePool {
    /// A pool without a limit but that of frame numbers.
    fn default() -> Self {
        FramePool {
            slots: Vec::new(),
            lent: LentFrames::default(),
            free: Vec::new(),
            limit: (u32::MAX - 1) as usize,
            spare: Vec::new(),
            code: CodeMarks::default(),
            faults: 0,
            shared_writable: BTreeSet::new(),
        }
    }
}

impl FramePool {
    /// How many frames are in use.
    #[must_use]
    pub fn used(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// How often a page of an address space has got a frame, or a copy of one that others use as well; pages of
    /// code do not count.
    #[must_use]
    pub(crate) fn faults(&self) -> u64 {
        self.faults
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
        let used_before = !self.free.is_empty() || !self.spare.is_empty();
        let number = self.take()?;
        if used_before {
            self.frame_mut(number).bytes.fill(0);
        }
        Ok(number)
    }

    /// Takes a frame for one user, and copies another one to it.
    ///
    /// # Errors
    /// [`OutOfFrames`] at the limit.
    pub fn duplicate(&mut self, source: FrameNumber) -> Result<FrameNumber, OutOfFrames> {
        let number = self.take()?;
        if let Some(mut frame) = self.slots[number as usize].frame.take() {
            frame.bytes.copy_from_slice(self.bytes(source));
            self.slots[number as usize].frame = Some(frame);
        }
        Ok(number)
    }

    /// Counts one more user of a frame.
    pub fn share(&mut self, number: FrameNumber) {
        self.slots[number as usize].users += 1;
    }

    /// Counts one user less; without any, the frame is free.
    pub fn release(&mut self, number: FrameNumber) {
        let users = &mut self.slots[number as usize].users;
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
        self.slots[number as usize].users
    }

    /// The bytes of a frame.
    #[must_use]
    pub fn bytes(&self, number: FrameNumber) -> &[u8; PAGE_SIZE] {
        let slot = &self.slots[number as usize];
        let frame = slot.frame.as_deref().or_else(|| self.lent.at(slot.page << 12));
        &frame.expect("a frame is here or lent").bytes
    }

    /// The bytes of a frame, to be changed.
    #[must_use]
    pub fn bytes_mut(&mut self, number: FrameNumber) -> &mut [u8; PAGE_SIZE] {
        self.code.written(number, 0..PAGE_SIZE);
        self.own_bytes(number)
    }

    /// The bytes of a frame, to be changed where it has been dealt with that code was translated from them.
    pub(super) fn own_bytes(&mut self, number: FrameNumber) -> &mut PageBytes {
        &mut self.frame_mut(number).bytes
    }

    /// Lends a frame to a page that has none, and takes it back from the page that has it.
    pub(super) fn lend(&mut self, number: FrameNumber, page: u32, writable: bool) {
        if self.slots[number as usize].frame.is_none() {
            self.reclaim(self.slots[number as usize].page);
        }
        let slot = &mut self.slots[number as usize];
        if let Some(frame) = slot.frame.take() {
            slot.page = page;
            if writable {
                slot.saved = None;
            }
            self.lent.put(page, frame, writable);
        }
    }

    /// Sets whether a page may be written without further question, if a frame is lent to it.
    pub(super) fn set_writable(&mut self, page: u32, writable: bool) {
        if let Some(frame) = self.lent.at_mut(page << 12) {
            frame.writable = writable;
            if writable {
                self.slots[frame.number as usize].saved = None;
            }
        }
    }

    /// Takes back what is lent to a page.
    pub(super) fn reclaim(&mut self, page: u32) {
        if let Some(frame) = self.lent.take(page) {
            self.put_back(frame);
        }
    }

    /// Takes back all that is lent.
    pub(super) fn reclaim_all(&mut self) {
        while let Some(frame) = self.lent.take_any() {
            self.put_back(frame);
        }
    }

    fn put_back(&mut self, frame: Box<Frame>) {
        let number = frame.number as usize;
        self.slots[number].frame = Some(frame);
    }

    fn frame_mut(&mut self, number: FrameNumber) -> &mut Frame {
        let slot = &mut self.slots[number as usize];
        slot.saved = None;
        let frame = slot.frame.as_deref_mut().or_else(|| self.lent.at_mut(slot.page << 12));
        frame.expect("a frame is here or lent")
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
            let number = self.slots.len() as FrameNumber;
            let frame = self.spare.pop().map(|mut frame| {
                frame.number = number;
                frame
            });
            self.slots.push(Slot::new(frame.unwrap_or_else(|| Frame::new(number))));
            number
        });
        let slot = &mut self.slots[number as usize];
        (slot.users, slot.saved) = (1, None);
        Ok(number)
    }
}

impl Clone for FramePool {
    /// A copy in which nothing is lent.
    fn clone(&self) -> Self {
        let copy = |(slot, number): (&Slot, FrameNumber)| {
            let mut frame = Frame::new(number);
            frame.bytes = *self.bytes(number);
            Slot { users: slot.users, saved: slot.saved.clone(), ..Slot::new(frame) }
        };
        FramePool {
            slots: self.slots.iter().zip(0..).map(copy).collect(),
            lent: LentFrames::default(),
            free: self.free.clone(),
            limit: self.limit,
            spare: Vec::new(),
            code: self.code.clone(),
            faults: self.faults,
            shared_writable: self.shared_writable.clone(),
        }
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
