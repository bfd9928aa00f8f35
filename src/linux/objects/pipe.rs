//! Pipes and FIFOs: bytes that some write and others read (pipe(7), fifo(7)).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::channel::Channel;

/// Capacity of a new pipe, in bytes.
const CAPACITY: usize = 65_536;

/// Writes of at most this many bytes are not split (PIPE_BUF).
const ATOMIC: usize = 4096;

/// The bytes under way, and how many open files hold each end.
#[derive(Debug)]
pub struct Pipe {
    bytes: VecDeque<u8>,
    capacity: usize,
    readers: usize,
    writers: usize,
    /// How often the reading and the writing end was opened.
    opened: [u64; 2],
    /// Threads that wait for the other end of a FIFO (whether that is the writing one), and how often it had
    /// been opened when they began.
    expecting: BTreeMap<(bool, u32), u64>,
    queue: WaitQueue,
}

/// A pipe that its ends and its name share.
pub type PipeHandle = Arc<Mutex<Pipe>>;

impl Pipe {
    /// A pipe whose ends are closed; threads wait for it at a queue.
    pub fn create(queue: WaitQueue) -> PipeHandle {
        Arc::new(Mutex::new(Pipe {
            bytes: VecDeque::new(),
            capacity: CAPACITY,
            readers: 0,
            writers: 0,
            opened: [0; 2],
            expecting: BTreeMap::new(),
            queue,
        }))
    }

    /// Whether a thread that opens one end of a FIFO finds the other one open, or somebody who is about to
    /// open it; if not, the thread is expected to ask again (fifo(7)).
    pub fn meets(&mut self, thread: u32, writes: bool) -> bool {
        let wanted = !writes;
        let open = if wanted { self.writers } else { self.readers } > 0;
        let opened = self.opened[usize::from(wanted)];
        let seen = *self.expecting.entry((wanted, thread)).or_insert(opened);
        let expected = self.expecting.keys().any(|(other, _)| *other == writes);
        let met = open || opened != seen || expected;
        if met {
            self.expecting.remove(&(wanted, thread));
        }
        self.queue.notify();
        met
    }

    /// Whether the reading end is open, or a thread is about to open it that waits for the writing end.
    pub fn has_readers(&self) -> bool {
        self.readers > 0 || self.expecting.keys().any(|(writing, _)| *writing)
    }

    /// Whether the writing end is open, or a thread is about to open it that waits for the reading end.
    fn has_writers(&self) -> bool {
        self.writers > 0 || self.expecting.keys().any(|(writing, _)| !*writing)
    }

    /// Where threads wait for it.
    pub fn queue(&self) -> &WaitQueue {
        &self.queue
    }
}

/// A thread waits for the other end of a FIFO: nobody expects it any more when this is dropped.
#[derive(Debug)]
pub struct FifoOpening {
    pipe: PipeHandle,
    waits_for: (bool, u32),
}

impl FifoOpening {
    /// Of a thread that opens one end, after [`Pipe::meets`] has said no.
    pub fn new(pipe: &PipeHandle, thread: u32, writes: bool) -> FifoOpening {
        FifoOpening { pipe: Arc::clone(pipe), waits_for: (!writes, thread) }
    }
}

impl Drop for FifoOpening {
    fn drop(&mut self) {
        lock(&self.pipe).expecting.remove(&self.waits_for);
    }
}

/// One end of a pipe, as an open file has it; of a FIFO that was opened for both, both ends.
#[derive(Debug)]
pub struct PipeEnd {
    pipe: PipeHandle,
    /// Whether it can be read.
    pub reads: bool,
    /// Whether it can be written to.
    pub writes: bool,
    /// Where threads wait for the other end.
    queue: WaitQueue,
}

impl PipeEnd {
    /// Opens an end.
    pub fn open(pipe: &PipeHandle, reads: bool, writes: bool) -> PipeEnd {
        let mut shared = lock(pipe);
        shared.readers += usize::from(reads);
        shared.writers += usize::from(writes);
        shared.opened[0] += u64::from(reads);
        shared.opened[1] += u64::from(writes);
        shared.queue.notify();
        PipeEnd { pipe: Arc::clone(pipe), reads, writes, queue: shared.queue.clone() }
    }

    fn has_room(&self) -> bool {
        let pipe = lock(&self.pipe);
        !pipe.has_readers() || pipe.bytes.len() + ATOMIC <= pipe.capacity
    }

    /// Whether the other end is closed.
    fn is_hung_up(&self) -> bool {
        let pipe = lock(&self.pipe);
        if self.reads { !pipe.has_writers() } else { !pipe.has_readers() }
    }

    /// The number of bytes under way.
    pub fn len(&self) -> usize {
        lock(&self.pipe).bytes.len()
    }

    /// Whether no bytes are under way.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both are ends of one pipe.
    pub fn is_same(&self, other: &PipeEnd) -> bool {
        Arc::ptr_eq(&self.pipe, &other.pipe)
    }

    /// Looks at the first bytes under way, at most `most`; EAGAIN if there are none and somebody could
    /// still write.
    pub fn peek(&self, most: usize) -> Result<Vec<u8>, Errno> {
        let pipe = lock(&self.pipe);
        if pipe.bytes.is_empty() && pipe.has_writers() {
            return Err(Errno::EAGAIN);
        }
        Ok(pipe.bytes.iter().take(most).copied().collect())
    }

    /// Takes away what was looked at.
    pub fn consume(&self, count: usize) {
        let mut pipe = lock(&self.pipe);
        let count = count.min(pipe.bytes.len());
        pipe.bytes.drain(..count);
        self.queue.notify_writable();
    }

    /// How many bytes can be written now; EAGAIN if none, EPIPE if nobody could read them.
    pub fn room(&self) -> Result<usize, Errno> {
        let pipe = lock(&self.pipe);
        match pipe.capacity.saturating_sub(pipe.bytes.len()) {
            _ if !pipe.has_readers() => Err(Errno::EPIPE),
            0 => Err(Errno::EAGAIN),
            room => Ok(room),
        }
    }

    /// Writes bytes of which it is known that there is room for them.
    pub fn append(&self, bytes: &[u8]) {
        lock(&self.pipe).bytes.extend(bytes);
        self.queue.notify_readable();
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
        self.queue.notify();
        Ok(size)
    }
}

impl Channel for PipeEnd {
    fn read(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        if !self.reads {
            return Err(Errno::EBADF);
        }
        let mut pipe = lock(&self.pipe);
        if pipe.bytes.is_empty() && pipe.has_writers() && !bytes.is_empty() {
            return Err(Errno::EAGAIN);
        }
        let count = bytes.len().min(pipe.bytes.len());
        bytes.iter_mut().zip(pipe.bytes.drain(..count)).for_each(|(byte, from)| *byte = from);
        self.queue.notify_writable();
        Ok(count)
    }

    /// Small writes are whole or not at all.
    fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        if !self.writes {
            return Err(Errno::EBADF);
        }
        let mut pipe = lock(&self.pipe);
        if !pipe.has_readers() {
            return Err(Errno::EPIPE);
        }
        let room = pipe.capacity.saturating_sub(pipe.bytes.len());
        if room == 0 && !bytes.is_empty() || bytes.len() <= ATOMIC && room < bytes.len() {
            return Err(Errno::EAGAIN);
        }
        let count = room.min(bytes.len());
        pipe.bytes.extend(&bytes[..count]);
        self.queue.notify_readable();
        Ok(count)
    }

    fn state(&self) -> u32 {
        let states = [
            (self.reads && !self.is_empty(), POLLIN | POLLRDNORM),
            (self.reads && self.is_hung_up(), POLLHUP),
            (self.writes && self.has_room(), POLLOUT | POLLWRNORM),
            (self.writes && !self.reads && self.is_hung_up(), POLLERR),
        ];
        states.iter().filter(|(is, _)| *is).fold(0, |all, (_, bits)| all | bits)
    }

    fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    fn waiting(&self) -> Result<u32, Errno> {
        Ok(self.len() as u32)
    }
}

impl Drop for PipeEnd {
    /// The other end notices.
    fn drop(&mut self) {
        let mut pipe = lock(&self.pipe);
        pipe.readers -= usize::from(self.reads);
        pipe.writers -= usize::from(self.writes);
        if pipe.readers + pipe.writers == 0 && pipe.expecting.is_empty() {
            // What nobody read is gone when the last end is closed, also in a FIFO.
            pipe.bytes.clear();
        }
        self.queue.notify();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    fn pair() -> [PipeEnd; 2] {
        let pipe = Pipe::create(WaitQueues::default().create());
        [PipeEnd::open(&pipe, true, false), PipeEnd::open(&pipe, false, true)]
    }

    #[test]
    fn small_writes_are_whole_or_not_at_all() {
        let [reader, writer] = pair();
        assert_eq!(writer.write(&[1; CAPACITY - 10]), Ok(CAPACITY - 10));
        assert_eq!((writer.write(&[2; 11]), writer.write(&[2; ATOMIC + 1])), (Err(Errno::EAGAIN), Ok(10)));
        assert_eq!((writer.has_room(), reader.len()), (false, CAPACITY));
    }

    #[test]
    fn an_end_knows_whether_the_other_is_open() {
        let [reader, writer] = pair();
        writer.write(b"x").unwrap();
        let mut bytes = [0; 2];
        assert_eq!(reader.read(&mut bytes), Ok(1));
        assert_eq!(reader.read(&mut bytes), Err(Errno::EAGAIN));
        drop(writer);
        assert_eq!(reader.read(&mut bytes), Ok(0));
        let [reader, writer] = pair();
        drop(reader);
        assert_eq!(writer.write(b"x"), Err(Errno::EPIPE));
    }

    #[test]
    fn who_opens_a_fifo_meets_the_other_even_if_that_is_gone_again() {
        let pipe = Pipe::create(WaitQueues::default().create());
        assert!(!lock(&pipe).meets(1, false), "nobody writes");
        assert!(lock(&pipe).meets(2, true), "somebody waits to read");
        let writer = PipeEnd::open(&pipe, false, true);
        drop(writer);
        assert!(lock(&pipe).meets(1, false));
    }

    #[test]
    fn who_meets_somebody_about_to_open_can_read_and_write_at_once() {
        let pipe = Pipe::create(WaitQueues::default().create());
        assert!(!lock(&pipe).meets(1, false) && lock(&pipe).meets(2, true));
        let writer = PipeEnd::open(&pipe, false, true);
        assert_eq!(writer.write(b"x"), Ok(1), "the reader has not come back from its open yet");
    }
}
