//! What has been typed and not yet read: a queue of bytes, some of which end a line.

use std::collections::VecDeque;

/// Bytes that fit in (`N_TTY_BUF_SIZE`, less one).
const CAPACITY: usize = 4095;

/// A byte, and whether it ends a line.
#[derive(Clone, Copy, Debug)]
struct Typed {
    byte: u8,
    ends: bool,
}

impl Typed {
    /// Whether it is an end of file, which nobody reads: a zero that ends a line.
    fn is_end_of_file(self) -> bool {
        self.ends && self.byte == 0
    }
}

/// The queue. In canonical mode its front are complete lines, its back a line that can still be edited.
#[derive(Clone, Default, Debug)]
pub struct InputQueue {
    bytes: VecDeque<Typed>,
    /// How many bytes at the front belong to complete lines.
    complete: usize,
}

impl InputQueue {
    /// Appends a byte.
    pub fn push(&mut self, byte: u8) {
        self.bytes.push_back(Typed { byte, ends: false });
    }

    /// Appends a byte that ends a line; zero is an end of file.
    pub fn push_end(&mut self, byte: u8) {
        self.bytes.push_back(Typed { byte, ends: true });
        self.complete = self.bytes.len();
    }

    /// Makes room for one more byte, in canonical mode in place of the last one of a line that is too long;
    /// false if somebody has to read first.
    pub fn make_room(&mut self, canonical: bool) -> bool {
        let endless = canonical && self.complete == 0;
        if endless && self.bytes.len() > CAPACITY {
            self.bytes.pop_back();
        }
        endless || self.bytes.len() < CAPACITY
    }

    /// The line that can still be edited.
    pub fn editable(&self) -> impl DoubleEndedIterator<Item = u8> + '_ {
        self.bytes.range(self.complete..).map(|typed| typed.byte)
    }

    /// Whether the line that can still be edited is empty.
    pub fn is_at_start(&self) -> bool {
        self.bytes.len() == self.complete
    }

    /// Takes the last bytes of the line that can still be edited.
    pub fn erase(&mut self, count: usize) {
        self.bytes.truncate(self.bytes.len().saturating_sub(count).max(self.complete));
    }

    /// Takes all of that line.
    pub fn erase_line(&mut self) {
        self.bytes.truncate(self.complete);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = InputQueue::default();
    }

    /// Goes to canonical mode, where all that there is becomes a line, or from it: then lines do not count.
    pub fn set_canonical(&mut self, canonical: bool) {
        self.bytes.iter_mut().for_each(|typed| typed.ends = false);
        self.complete = if canonical { self.bytes.len() } else { 0 };
        if let Some(last) = self.bytes.back_mut().filter(|_| canonical) {
            last.ends = true;
        }
    }

    /// Bytes that a read can get.
    pub fn available(&self, canonical: bool) -> usize {
        if canonical {
            self.bytes.range(..self.complete).filter(|typed| !typed.is_end_of_file()).count()
        } else {
            self.bytes.len()
        }
    }

    /// Whether there is a complete line.
    pub fn has_line(&self) -> bool {
        self.complete > 0
    }

    /// Reads from the first line. An end of file right after what fills the buffer belongs to it
    /// (`canon_skip_eof`).
    pub fn read_line(&mut self, bytes: &mut [u8]) -> usize {
        let mut count = 0;
        while count < bytes.len() {
            let Some(typed) = self.pop() else { return count };
            if typed.is_end_of_file() {
                return count;
            }
            bytes[count] = typed.byte;
            count += 1;
            if typed.ends {
                return count;
            }
        }
        if count > 0 && self.complete > 0 && self.bytes.front().is_some_and(|typed| typed.is_end_of_file()) {
            self.pop();
        }
        count
    }

    /// Takes the first byte of the complete lines.
    fn pop(&mut self) -> Option<Typed> {
        self.complete = self.complete.checked_sub(1)?;
        self.bytes.pop_front()
    }

    /// Reads whatever there is.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        let count = bytes.len().min(self.bytes.len());
        bytes.iter_mut().zip(self.bytes.drain(..count)).for_each(|(byte, typed)| *byte = typed.byte);
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(lines: &[&[u8]], rest: &[u8]) -> InputQueue {
        let mut queue = InputQueue::default();
        for line in lines {
            let (last, front) = line.split_last().unwrap();
            front.iter().for_each(|byte| queue.push(*byte));
            queue.push_end(*last);
        }
        rest.iter().for_each(|byte| queue.push(*byte));
        queue
    }

    fn line(queue: &mut InputQueue, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        let count = queue.read_line(&mut bytes);
        bytes[..count].to_vec()
    }

    #[test]
    fn a_read_gets_one_line_or_a_part_of_it() {
        let mut queue = queue(&[b"one\n", b"two\n"], b"three");
        assert_eq!((line(&mut queue, 2), line(&mut queue, 9)), (b"on".to_vec(), b"e\n".to_vec()));
        assert_eq!((queue.available(true), line(&mut queue, 9)), (4, b"two\n".to_vec()));
        assert!(!queue.has_line() && queue.editable().eq(*b"three"));
    }

    #[test]
    fn an_end_of_file_ends_a_line_and_is_not_read() {
        let mut queue = queue(&[b"abc\0", b"\0", b"de\0"], b"");
        assert_eq!((queue.available(true), line(&mut queue, 9), line(&mut queue, 9)), (5, b"abc".to_vec(), vec![]));
        assert_eq!((line(&mut queue, 2), queue.has_line()), (b"de".to_vec(), false), "it belongs to a full buffer");
    }

    #[test]
    fn a_line_without_an_end_loses_its_last_byte_to_the_next() {
        let mut queue = InputQueue::default();
        for byte in std::iter::repeat_n(b'x', CAPACITY).chain([b'a', b'b']) {
            assert!(queue.make_room(true));
            queue.push(byte);
        }
        assert!(queue.make_room(true));
        queue.push_end(b'\n');
        assert_eq!((queue.available(true), queue.make_room(true)), (CAPACITY + 1, false));
    }

    #[test]
    fn changing_the_mode_keeps_the_bytes() {
        let mut queue = queue(&[b"one\n"], b"tw");
        queue.set_canonical(false);
        assert_eq!((queue.available(false), queue.has_line()), (6, false));
        queue.set_canonical(true);
        assert_eq!(line(&mut queue, 9), b"one\ntw", "what there was is a line");
    }
}
