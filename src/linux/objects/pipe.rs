//! Pipes: bytes that one end writes and the other reads (pipe(7)).

use std::sync::{Arc, Weak};

use crate::linux::config::Buffer;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

/// Capacity of a pipe, in bytes.
const PIPE_SIZE: usize = 65_536;

/// One end of a pipe.
#[derive(Debug)]
pub struct PipeEnd {
    /// The bytes that were written and not yet read.
    pub bytes: Buffer,
    /// Dropped when this end is closed, which the other end notices.
    _life: Arc<()>,
    other: Weak<()>,
}

impl PipeEnd {
    /// Both ends of a new pipe.
    pub fn pair() -> [PipeEnd; 2] {
        let bytes = Buffer::default();
        let [first, second] = [Arc::new(()), Arc::new(())];
        let [to_first, to_second] = [&first, &second].map(Arc::downgrade);
        let end = |life, other| PipeEnd { bytes: Arc::clone(&bytes), _life: life, other };
        [end(first, to_second), end(second, to_first)]
    }

    /// Whether the other end is still open.
    pub fn is_connected(&self) -> bool {
        self.other.strong_count() > 0
    }

    /// Whether a read would have to wait: the pipe is empty, and its writing end open.
    pub fn must_wait(&self) -> bool {
        self.is_connected() && lock(&self.bytes).is_empty()
    }

    /// Writes as many bytes as there is room for; EAGAIN if there is none.
    pub fn push(&self, bytes: &[u8]) -> Result<usize, Errno> {
        let mut pipe = lock(&self.bytes);
        match PIPE_SIZE - pipe.len().min(PIPE_SIZE) {
            0 if !bytes.is_empty() => Err(Errno::EAGAIN),
            room => {
                let count = room.min(bytes.len());
                pipe.extend(&bytes[..count]);
                Ok(count)
            }
        }
    }
}
