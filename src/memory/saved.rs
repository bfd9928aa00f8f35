//! What a snapshot keeps of the pool: the bytes of every frame in use, shared with the pool until a frame may be
//! written, and who uses it.
//!
//! A frame remembers the copy that a snapshot has of it, and forgets it when it is lent to be written or its bytes are
//! asked for to be changed. So the next snapshot copies what has been written since, and going back copies what differs.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::FramePool;
use super::frames::Slot;
use super::lent::Frame;
use super::page::{FrameNumber, PAGE_SIZE, PageBytes};

/// A frame as it was.
#[derive(Clone, Debug)]
struct SavedFrame {
    users: u32,
    /// Its bytes; none if it was free.
    bytes: Option<Arc<PageBytes>>,
}

/// The pool as it was.
#[derive(Clone, Debug)]
pub struct SavedPool {
    frames: Vec<SavedFrame>,
    free: Vec<FrameNumber>,
    limit: usize,
    faults: u64,
    shared_writable: BTreeSet<FrameNumber>,
}

impl SavedPool {
    /// How many bytes of frames it keeps that another one does not keep in the same places.
    pub(super) fn bytes_beside(&self, other: Option<&SavedPool>) -> u64 {
        let others = other.map(|other| other.frames.as_slice()).unwrap_or_default();
        let is_shared = |(number, bytes): &(usize, &Arc<PageBytes>)| {
            others.get(*number).and_then(|other| other.bytes.as_ref()).is_some_and(|other| Arc::ptr_eq(other, bytes))
        };
        let kept = self.frames.iter().enumerate().filter_map(|(number, frame)| Some((number, frame.bytes.as_ref()?)));
        kept.filter(|frame| !is_shared(frame)).count() as u64 * PAGE_SIZE as u64
    }
}

impl FramePool {
    /// The pool as it is. Whoever has the right to write to a page must ask for it again: the caller sees to it that
    /// the pages know.
    pub(super) fn save(&mut self) -> SavedPool {
        self.lent.forbid_writing();
        let numbers = 0..self.slots.len() as FrameNumber;
        SavedPool {
            frames: numbers.map(|number| self.save_frame(number)).collect(),
            free: self.free.clone(),
            limit: self.limit,
            faults: self.faults,
            shared_writable: self.shared_writable.clone(),
        }
    }

    fn save_frame(&mut self, number: FrameNumber) -> SavedFrame {
        let slot = &self.slots[number as usize];
        let users = slot.users;
        if users == 0 {
            return SavedFrame { users, bytes: None };
        }
        let bytes = slot.saved.clone().unwrap_or_else(|| Arc::new(*self.bytes(number)));
        self.slots[number as usize].saved = Some(Arc::clone(&bytes));
        SavedFrame { users, bytes: Some(bytes) }
    }

    /// Makes the pool what it was. Code that was translated from frames is stale where their bytes have changed.
    pub(super) fn restore(&mut self, saved: &SavedPool) {
        self.reclaim_all();
        while self.slots.len() > saved.frames.len() {
            self.code.remove(self.slots.len() as FrameNumber - 1);
            self.spare.extend(self.slots.pop().and_then(|slot| slot.frame));
        }
        while self.slots.len() < saved.frames.len() {
            self.slots.push(Slot::new(Frame::new(self.slots.len() as FrameNumber)));
        }
        for (number, frame) in (0..).zip(&saved.frames) {
            self.restore_frame(number, frame);
        }
        self.free.clone_from(&saved.free);
        (self.limit, self.faults) = (saved.limit, saved.faults);
        self.shared_writable.clone_from(&saved.shared_writable);
    }

    fn restore_frame(&mut self, number: FrameNumber, saved: &SavedFrame) {
        let slot = &mut self.slots[number as usize];
        slot.users = saved.users;
        let Some(bytes) = &saved.bytes else { return self.code.remove(number) };
        if slot.saved.as_ref().is_some_and(|known| Arc::ptr_eq(known, bytes)) {
            return;
        }
        if let Some(frame) = slot.frame.as_deref_mut() {
            frame.bytes.copy_from_slice(&**bytes);
        }
        slot.saved = Some(Arc::clone(bytes));
        self.code.written(number, 0..PAGE_SIZE);
    }
}
