//! Pipes and FIFOs: bytes that some write and others read (pipe(7)). How the ends of a FIFO find each other is in
//! `fifo`.

mod copy;
mod packets;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::linux::abi::poll::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{Charge, KernelMemory, WaitQueue};

use super::channel::Channel;
use super::fifo::{Meeting, OpeningsHandle};
use packets::Packets;

/// Capacity of a new pipe, in bytes.
const CAPACITY: usize = 65_536;

/// Capacity where memory for more is used up (pipe(7), "/proc/sys/fs/pipe-user-pages-soft").
const LEAST_CAPACITY: usize = 8192;

/// Writes of at most this many bytes are not split (PIPE_BUF).
const ATOMIC: usize = 4096;

/// The bytes under way, and how many open files hold each end.
#[derive(Debug)]
pub struct Pipe {
    bytes: VecDeque<u8>,
    packets: Packets,
    capacity: usize,
    readers: usize,
    writers: usize,
    openings: OpeningsHandle,
    queue: WaitQueue,
    charge: Charge,
}

/// A pipe that its ends and its name share.
pub type PipeHandle = Arc<Mutex<Pipe>>;

impl Pipe {
    /// A pipe whose ends are closed; threads wait for it at a queue. ENFILE if there is no memory for it.
    pub fn create(queue: WaitQueue, memory: &KernelMemory) -> Result<PipeHandle, Errno> {
        let of = |capacity: usize| memory.charge(capacity as u64).map(|charge| (capacity, charge));
        let (capacity, charge) = of(CAPACITY).or_else(|_| of(LEAST_CAPACITY)).map_err(|_| Errno::ENFILE)?;
        Ok(Arc::new(Mutex::new(Pipe {
            bytes: VecDeque::new(),
            packets: Packets::default(),
            capacity,
            readers: 0,
            writers: 0,
            openings: OpeningsHandle::default(),
            queue,
            charge,
        })))
    }

    /// Whether a thread that opens one end of a FIFO finds the other one open, or somebody who is about to
    /// open it; if not, the thread is expected to ask again (fifo(7)).
    pub fn meets(&mut self, thread: u32, writes: bool) -> bool {
        let open = if writes { self.readers } else { self.writers } > 0;
        let meeting = lock(&self.openings).meet(thread, writes, open);
        // Who asks in vain, again, is no news to those who wait: it is one of them.
        if meeting != Meeting::Awaited {
            self.queue.notify();
        }
        meeting == Meeting::Met
    }

    /// Whether the reading end is open, or a thread is about to open it that waits for the writing end.
    pub fn has_readers(&self) -> bool {
        self.readers > 0 || lock(&self.openings).expects(true)
    }

    /// Whether the writing end is open, or a thread is about to open it that waits for the reading end.
    fn has_writers(&self) -> bool {
        self.writers > 0 || lock(&self.openings).expects(false)
    }

    /// Where threads wait for it.
    pub fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    /// Who waits for an end to be opened.
    pub fn openings(&self) -> &OpeningsHandle {
        &self.openings
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
    /// Whether what is written to it stays apart.
    apart: bool,
    /// Where threads wait for the other end.
    queue: WaitQueue,
}

impl PipeEnd {
    /// Opens an end.
    pub fn open(pipe: &PipeHandle, reads: bool, writes: bool) -> PipeEnd {
        let mut shared = lock(pipe);
        shared.readers += usize::from(reads);
        shared.writers += usize::from(writes);
        let opened = [(reads, false), (writes, true)].into_iter().filter(|(is, _)| *is);
        opened.for_each(|(_, end)| lock(&shared.openings).count(end));
        shared.queue.notify();
        PipeEnd { pipe: Arc::clone(pipe), reads, writes, apart: false, queue: shared.queue.clone() }
    }

    /// The same end, where writes stay apart or do not (O_DIRECT).
    pub fn apart(self, apart: bool) -> PipeEnd {
        let mut end = self;
        end.apart = apart;
        end
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
        let mut bytes = vec![0; most.min(pipe.bytes.len())];
        copy_first(&pipe.bytes, &mut bytes);
        Ok(bytes)
    }

    /// Takes away what was looked at.
    pub fn consume(&self, count: usize) {
        let mut pipe = lock(&self.pipe);
        let count = count.min(pipe.bytes.len());
        pipe.bytes.drain(..count);
        pipe.packets.skip(count);
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

    /// Changes how many bytes fit in (F_SETPIPE_SZ); EBUSY if more are in it, EPERM if there is no
    /// memory for so many.
    pub fn set_capacity(&self, size: usize) -> Result<usize, Errno> {
        let mut pipe = lock(&self.pipe);
        let size = size.max(ATOMIC).next_power_of_two();
        if size < pipe.bytes.len() {
            return Err(Errno::EBUSY);
        }
        if size > pipe.capacity {
            pipe.charge = pipe.charge.account().charge(size as u64).map_err(|_| Errno::EPERM)?;
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
        let count = pipe.packets.limit(bytes.len().min(pipe.bytes.len()));
        copy_first(&pipe.bytes, &mut bytes[..count]);
        let gone = pipe.packets.read(count);
        pipe.bytes.drain(..gone);
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
        if self.apart {
            let behind = pipe.bytes.len();
            pipe.packets.add(behind, count, ATOMIC);
        }
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
        if pipe.readers + pipe.writers == 0 && lock(&pipe.openings).is_settled() {
            // What nobody read is gone when the last end is closed, also in a FIFO.
            pipe.bytes.clear();
            pipe.packets = Packets::default();
        }
        self.queue.notify();
    }
}

/// Copies the first bytes of those under way, of which there are enough.
fn copy_first(from: &VecDeque<u8>, to: &mut [u8]) {
    let (front, back) = from.as_slices();
    let (first, second) = to.split_at_mut(front.len().min(to.len()));
    first.copy_from_slice(&front[..first.len()]);
    second.copy_from_slice(&back[..second.len()]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    fn pair() -> [PipeEnd; 2] {
        let pipe = Pipe::create(WaitQueues::default().create(), &KernelMemory::new(1 << 20)).unwrap();
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
    fn who_meets_somebody_about_to_open_can_read_and_write_at_once() {
        let pipe = Pipe::create(WaitQueues::default().create(), &KernelMemory::new(1 << 20)).unwrap();
        assert!(!lock(&pipe).meets(1, false) && lock(&pipe).meets(2, true));
        let writer = PipeEnd::open(&pipe, false, true);
        assert_eq!(writer.write(b"x"), Ok(1), "the reader has not come back from its open yet");
    }
}
