//! The page table that the fast path looks into: the frames that are lent to the pages of the address space that
//! runs.
//!
//! An entry holds the frame itself, and the right to write is a byte in the frame, so that an access is one load from
//! the table, a test whether there is a frame, and the access. Nothing but the fast path goes by the table alone: a
//! page without an entry takes the slow path, which lends it its frame if no question remains about such accesses.
//! A frame is lent to one page at a time; another page with the same frame takes it over.

use std::fmt;
use std::mem::ManuallyDrop;

use super::page::{FrameNumber, PAGE_SIZE, PAGES, PageBytes};

/// A page of memory of the host.
#[derive(Clone)]
pub struct Frame {
    pub bytes: PageBytes,
    /// While it is lent: whether it may be written without further question.
    pub writable: bool,
    pub number: FrameNumber,
    /// While it is lent: where its page is in the list of those that have one.
    place: u32,
}

impl Frame {
    /// One filled with zeros.
    pub fn new(number: FrameNumber) -> Box<Frame> {
        Box::new(Frame { bytes: [0; PAGE_SIZE], writable: false, number, place: 0 })
    }
}

/// Which page has which frame. An entry is empty again before the table goes, so that nobody has to walk over all of
/// them then: that takes a millisecond.
pub struct LentFrames {
    table: Box<[ManuallyDrop<Option<Box<Frame>>>; PAGES]>,
    /// The pages that have one.
    pages: Vec<u32>,
}

impl Default for LentFrames {
    /// The table is allocated zeroed: what is not used of it costs the host nothing.
    fn default() -> Self {
        let table = bytemuck::zeroed_slice_box(PAGES).try_into();
        let table = table.unwrap_or_else(|_| unreachable!("the slice was made with this length"));
        LentFrames { table, pages: Vec::new() }
    }
}

impl LentFrames {
    /// The frame lent to the page of an address.
    #[inline(always)]
    pub fn at(&self, address: u32) -> Option<&Frame> {
        self.table[(address >> 12) as usize].as_deref()
    }

    /// The same, to be changed.
    #[inline(always)]
    pub fn at_mut(&mut self, address: u32) -> Option<&mut Frame> {
        self.table[(address >> 12) as usize].as_deref_mut()
    }

    /// The frames lent to the pages of two addresses, the second one to be changed; `None` if they are the same.
    pub fn both(&mut self, first: u32, second: u32) -> Option<(&Frame, &mut Frame)> {
        let [first, second] = [first, second].map(|address| (address >> 12) as usize);
        let (below, above) = self.table.split_at_mut(first.max(second));
        let (low, high) = (below.get_mut(first.min(second))?.as_deref_mut()?, above.first_mut()?.as_deref_mut()?);
        Some(if first < second { (low, high) } else { (high, low) })
    }

    /// Lends a frame to a page that has none.
    pub fn put(&mut self, page: u32, mut frame: Box<Frame>, writable: bool) {
        frame.writable = writable;
        frame.place = self.pages.len() as u32;
        self.pages.push(page);
        *self.table[page as usize] = Some(frame);
    }

    /// Takes a frame back from a page.
    pub fn take(&mut self, page: u32) -> Option<Box<Frame>> {
        let frame = self.table[page as usize].take()?;
        self.pages.swap_remove(frame.place as usize);
        if let Some(&moved) = self.pages.get(frame.place as usize) {
            if let Some(moved) = self.table[moved as usize].as_deref_mut() {
                moved.place = frame.place;
            }
        }
        Some(frame)
    }

    /// Takes any frame back.
    pub fn take_any(&mut self) -> Option<Box<Frame>> {
        let page = self.pages.pop()?;
        self.table[page as usize].take()
    }

    /// No page may be written without question any more.
    pub fn forbid_writing(&mut self) {
        for &page in &self.pages {
            if let Some(frame) = self.table[page as usize].as_deref_mut() {
                frame.writable = false;
            }
        }
    }
}

impl Drop for LentFrames {
    fn drop(&mut self) {
        while self.take_any().is_some() {}
    }
}

impl fmt::Debug for LentFrames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LentFrames").field(&self.pages.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_from_the_pages_they_were_lent_to() {
        let mut lent = LentFrames::default();
        (0..5).for_each(|number| lent.put(10 * number, Frame::new(number), number % 2 == 1));
        let number = |frame: Option<Box<Frame>>| frame.map(|frame| frame.number);
        assert_eq!((number(lent.take(10)), number(lent.take(10)), number(lent.take(11))), (Some(1), None, None));
        assert!(lent.at(30 << 12).is_some_and(|frame| frame.writable) && lent.at(10 << 12).is_none());
        lent.forbid_writing();
        assert!(lent.at(30 << 12).is_some_and(|frame| !frame.writable));
        assert_eq!(number(lent.take(40)), Some(4), "it had taken the place of another in the list");
        let mut rest: Vec<_> = std::iter::from_fn(|| number(lent.take_any())).collect();
        rest.sort_unstable();
        assert_eq!(rest, [0, 2, 3]);
    }

    #[test]
    fn two_frames_are_had_at_once_unless_they_are_one() {
        let mut lent = LentFrames::default();
        (0..2).for_each(|number| lent.put(number, Frame::new(number), true));
        for (first, second) in [(0, 0x1000), (0x1000, 0)] {
            let (a, b) = lent.both(first, second).unwrap();
            assert_eq!((a.number, b.number), (first >> 12, second >> 12));
        }
        assert!(lent.both(0x1000, 0x1004).is_none() && lent.both(0, 0x2000).is_none());
    }
}
