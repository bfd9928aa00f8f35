//! Pipes: bytes that one end writes and the other reads (pipe(7)).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

/// Capacity of a pipe, in bytes.
const PIPE_SIZE: usize = 65_536;

/// Writes of at most this many bytes are not split (PIPE_BUF).
const ATOMIC: usize = 4096;

/// The bytes under way, and how many open files hold each end.
#[derive(Debug)]
struct Pipe {
    bytes: VecDeque<u8>,
    readers: usize,
    writers: usize,
}

/// One end of a pipe.
#[derive(Debug)]
pub struct PipeEnd {
    pipe: Arc<Mutex<Pipe>>,
    writes: bool,
    /// Where threads wait for the other end.
    pub queue: WaitQueue,
}

impl PipeEnd {
    /// The reading and the writing end of a new pipe.
    pub fn pair(queue: &WaitQueue) -> [PipeEnd; 2] {
        let pipe = Arc::new(Mutex::new(Pipe { bytes: VecDeque::new(), readers: 1, writers: 1 }));
        [false, true].map(|writes| PipeEnd { pipe: Arc::clone(&pipe), writes, queue: queue.clone() })
    }

    /// Whether a read gives something, if only the end, or a write finds room.
    pub fn is_ready(&self) -> bool {
        let pipe = lock(&self.pipe);
        match self.writes {
            true => pipe.readers == 0 || pipe.bytes.len() + ATOMIC <= PIPE_SIZE,
            false => pipe.writers == 0 || !pipe.bytes.is_empty(),
        }
    }

    /// Whether the other end is closed.
    pub fn is_hung_up(&self) -> bool {
        let pipe = lock(&self.pipe);
        if self.writes { pipe.readers == 0 } else { pipe.writers == 0 }
    }

    /// Bytes that can be read.
    pub fn waiting(&self) -> usize {
        lock(&self.pipe).bytes.len()
    }

    /// Reads what there is; EAGAIN if that is nothing and somebody could still write.
    pub fn pull(&self, bytes: &mut [u8]) -> Result<usize, Errno> {
        let mut pipe = lock(&self.pipe);
        if pipe.bytes.is_empty() && pipe.writers > 0 && !bytes.is_empty() {
            return Err(Errno::EAGAIN);
        }
        let count = bytes.len().min(pipe.bytes.len());
        bytes.iter_mut().zip(pipe.bytes.drain(..count)).for_each(|(byte, from)| *byte = from);
        self.queue.notify();
        Ok(count)
    }

    /// Writes as many bytes as there is room for, small writes wholly; EAGAIN if there is no room.
    pub fn push(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let mut pipe = lock(&self.pipe);
        if pipe.readers == 0 {
            return Err(Errno::EPIPE);
        }
        let room = PIPE_SIZE - pipe.bytes.len().min(PIPE_SIZE);
        if room == 0 && !bytes.is_empty() || bytes.len() <= ATOMIC && room < bytes.len() {
            return Err(Errno::EAGAIN);
        }
        let count = room.min(bytes.len());
        pipe.bytes.extend(&bytes[..count]);
        self.queue.notify();
        Ok(count)
    }
}

impl Drop for PipeEnd {
    /// The other end notices.
    fn drop(&mut self) {
        let mut pipe = lock(&self.pipe);
        *if self.writes { &mut pipe.writers } else { &mut pipe.readers } -= 1;
        self.queue.notify();
    }
}
