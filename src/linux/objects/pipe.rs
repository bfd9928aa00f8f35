//! Pipes and FIFOs: bytes that some write and others read (pipe(7), fifo(7)).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::linux::errno::Errno;
use crate::linux::sync::lock;

/// Capacity of a new pipe, in bytes.
const CAPACITY: usize = 65_536;

/// Writes of at most so many bytes are not torn apart (PIPE_BUF).
pub const ATOMIC: usize = 4096;

/// What a pipe holds, and how many ends are open.
#[derive(Debug)]
pub struct Pipe {
    bytes: VecDeque<u8>,
    capacity: usize,
    readers: usize,
    writers: usize,
}

impl Default for Pipe {
    fn default() -> Self {
        Pipe { bytes: VecDeque::new(), capacity: CAPACITY, readers: 0, writers: 0 }
    }
}

/// A pipe that its ends and its name share.
pub type PipeHandle = Arc<Mutex<Pipe>>;

/// One end of a pipe, as an open file has it; for a FIFO opened for both, both ends.
#[derive(Debug)]
pub struct PipeEnd {
    pipe: PipeHandle,
    reads: bool,
    writes: bool,
}

impl PipeEnd {
    /// Opens an end.
    pub fn open(pipe: &PipeHandle, reads: bool, writes: bool) -> PipeEnd {
        let mut shared = lock(pipe);
        shared.readers += usize::from(reads);
        shared.writers += usize::from(writes);
        PipeEnd { pipe: Arc::clone(pipe), reads, writes }
    }

    /// Whether anybody has the end open that this one needs: writers to read from, or readers.
    pub fn is_connected(&self) -> bool {
        let pipe = lock(&self.pipe);
        if self.reads { pipe.writers > 0 } else { pipe.readers > 0 }
    }

    /// Bytes that can be read.
    pub fn waiting(&self) -> usize {
        lock(&self.pipe).bytes.len()
    }

    /// Bytes that there is room for.
    pub fn room(&self) -> usize {
        let pipe = lock(&self.pipe);
        pipe.capacity.saturating_sub(pipe.bytes.len())
    }

    /// Bytes that fit in.
    pub fn capacity(&self) -> usize {
        lock(&self.pipe).capacity
    }

    /// Changes how many bytes fit in (F_SETPIPE_SZ); EBUSY if more are in it.
    pub fn set_capacity(&self, size: usize) -> Result<usize, Errno> {
        let mut pipe = lock(&self.pipe);
        let size = size.max(ATOMIC).next_power_of_two();
        if size < pipe.bytes.len() {
            return Err(Errno::EBUSY);
        }
        pipe.capacity = size;
        Ok(size)
    }

    /// Whether a read would have to wait: the pipe is empty, and somebody may write.
    pub fn must_wait(&self) -> bool {
        let pipe = lock(&self.pipe);
        pipe.bytes.is_empty() && pipe.writers > 0
    }

    /// Takes bytes out; EAGAIN if there are none, but may be later.
    pub fn pull(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        if !self.reads {
            return Err(Errno::EBADF);
        }
        if self.must_wait() && !bytes.is_empty() {
            return Err(Errno::EAGAIN);
        }
        let mut pipe = lock(&self.pipe);
        let count = bytes.len().min(pipe.bytes.len());
        bytes.iter_mut().zip(pipe.bytes.drain(..count)).for_each(|(to, from)| *to = from);
        Ok(count)
    }

    /// Puts in as many bytes as there is room for, few only all at once; EAGAIN if there is none.
    pub fn push(&self, bytes: &[u8]) -> Result<usize, Errno> {
        if !self.writes {
            return Err(Errno::EBADF);
        }
        let mut pipe = lock(&self.pipe);
        if pipe.readers == 0 {
            return Err(Errno::EPIPE);
        }
        let room = pipe.capacity.saturating_sub(pipe.bytes.len());
        let whole = bytes.len() <= ATOMIC;
        if !bytes.is_empty() && (room == 0 || whole && room < bytes.len()) {
            return Err(Errno::EAGAIN);
        }
        let count = room.min(bytes.len());
        pipe.bytes.extend(&bytes[..count]);
        Ok(count)
    }
}

impl Drop for PipeEnd {
    fn drop(&mut self) {
        let mut pipe = lock(&self.pipe);
        pipe.readers -= usize::from(self.reads);
        pipe.writers -= usize::from(self.writes);
        if pipe.readers + pipe.writers == 0 {
            // What nobody read is gone when the last end is closed, also in a FIFO (fifo(7)).
            pipe.bytes.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> [PipeEnd; 2] {
        let pipe = PipeHandle::default();
        [PipeEnd::open(&pipe, true, false), PipeEnd::open(&pipe, false, true)]
    }

    #[test]
    fn small_writes_are_whole_or_not_at_all() {
        let [reader, writer] = pair();
        assert_eq!(writer.push(&[1; CAPACITY - 10]), Ok(CAPACITY - 10));
        assert_eq!((writer.push(&[2; 11]), writer.push(&[2; ATOMIC + 1])), (Err(Errno::EAGAIN), Ok(10)));
        assert_eq!((writer.room(), reader.waiting()), (0, CAPACITY));
    }

    #[test]
    fn an_end_knows_whether_the_other_is_open() {
        let [reader, writer] = pair();
        writer.push(b"x").unwrap();
        let mut bytes = [0; 2];
        assert_eq!(reader.pull(&mut bytes), Ok(1));
        assert_eq!(reader.pull(&mut bytes), Err(Errno::EAGAIN));
        drop(writer);
        assert_eq!(reader.pull(&mut bytes), Ok(0));
        let [reader, writer] = pair();
        drop(reader);
        assert_eq!(writer.push(b"x"), Err(Errno::EPIPE));
    }
}
