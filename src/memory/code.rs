//! Which bytes of which frames have been translated, and which of them have changed since.

use std::ops::Range;

use super::page::{FrameNumber, PAGE_SIZE};

/// One bit for each byte of a frame.
type Bits = [u64; PAGE_SIZE / 64];

/// Marks on the bytes that translated code was made from.
#[derive(Clone, Default, Debug)]
pub struct CodeMarks {
    /// By the numbers of the frames: whoever writes to memory asks.
    marks: Vec<Option<Box<Bits>>>,
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
        let index = frame as usize;
        if index >= self.marks.len() {
            self.marks.resize(index + 1, None);
        }
        let first = self.marks[index].is_none();
        let bits = self.marks[index].get_or_insert_with(|| Box::new([0; PAGE_SIZE / 64]));
        for (word, mask) in words(bytes) {
            bits[word] |= mask;
        }
        first
    }

    /// Whether a frame has marks.
    pub fn has(&self, frame: FrameNumber) -> bool {
        self.of(frame).is_some()
    }

    fn of(&self, frame: FrameNumber) -> Option<&Bits> {
        self.marks.get(frame as usize)?.as_deref()
    }

    /// Bytes of a frame have been written: if any is marked, the frame is stale.
    pub fn written(&mut self, frame: FrameNumber, bytes: Range<usize>) {
        let Some(bits) = self.of(frame) else { return };
        if words(bytes).any(|(word, mask)| bits[word] & mask != 0) {
            self.stale.push(frame);
        }
    }

    /// A frame no longer holds what it held.
    pub fn remove(&mut self, frame: FrameNumber) {
        if self.marks.get_mut(frame as usize).and_then(Option::take).is_some() {
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

/// The words of [`Bits`] that have a range of bytes, each with the bits of those bytes.
fn words(bytes: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    (bytes.start / 64..bytes.end.div_ceil(64)).map(move |word| {
        let first = bytes.start.saturating_sub(word * 64);
        let last = (bytes.end - word * 64 - 1).min(63);
        (word, u64::MAX << first & u64::MAX >> (63 - last))
    })
}
