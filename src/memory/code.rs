//! Which bytes of which frames have been translated, and which of them have changed since.

use std::collections::BTreeMap;
use std::ops::Range;

use super::page::{FrameNumber, PAGE_SIZE};

/// One bit for each byte of a frame.
type Bits = [u64; PAGE_SIZE / 64];

/// Marks on the bytes that translated code was made from.
#[derive(Clone, Default, Debug)]
pub struct CodeMarks {
    marks: BTreeMap<FrameNumber, Box<Bits>>,
    stale: Vec<FrameNumber>,
    /// Whether a page got another frame in place of one with marks.
    replaced: bool,
    /// Counts the frames that got their first mark while they could be stored to through a shared
    /// mapping, which other address spaces must notice.
    pub epoch: u64,
}

impl CodeMarks {
    /// Marks bytes of a frame, and says whether they are its first.
    pub fn mark(&mut self, frame: FrameNumber, bytes: Range<usize>) -> bool {
        let first = !self.marks.contains_key(&frame);
        let bits = self.marks.entry(frame).or_insert_with(|| Box::new([0; PAGE_SIZE / 64]));
        bytes.for_each(|byte| bits[byte / 64] |= 1 << (byte % 64));
        first
    }

    /// Whether a frame has marks.
    pub fn has(&self, frame: FrameNumber) -> bool {
        self.marks.contains_key(&frame)
    }

    /// Bytes of a frame have been written: if any is marked, the frame is stale.
    pub fn written(&mut self, frame: FrameNumber, mut bytes: Range<usize>) {
        let Some(bits) = self.marks.get(&frame) else { return };
        if bytes.any(|byte| bits[byte / 64] >> (byte % 64) & 1 != 0) {
            self.stale.push(frame);
        }
    }

    /// A frame no longer holds what it held.
    pub fn remove(&mut self, frame: FrameNumber) {
        if self.marks.remove(&frame).is_some() {
            self.stale.push(frame);
        }
    }

    /// A page has another frame now, with a copy of a frame with marks that is about to be written.
    pub fn replaced(&mut self) {
        self.replaced = true;
    }

    /// Whether any marked byte has changed.
    pub fn has_stale(&self) -> bool {
        !self.stale.is_empty() || self.replaced
    }

    /// The frames of which marked bytes have changed since the last call.
    pub fn take_stale(&mut self) -> Vec<FrameNumber> {
        self.replaced = false;
        std::mem::take(&mut self.stale)
    }

    /// Removes every mark.
    pub fn clear(&mut self) {
        self.marks.clear();
        self.take_stale();
    }
}
