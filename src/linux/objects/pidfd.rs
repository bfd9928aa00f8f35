//! Descriptors that refer to a process (pidfd_open(2)).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::linux::abi::poll::{POLLIN, POLLRDNORM};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::WaitQueue;

use super::channel::Channel;

/// Whether a process has ended, and where threads wait for that. It outlives the process.
#[derive(Debug)]
pub struct ProcessEnd {
    ended: AtomicBool,
    queue: WaitQueue,
}

impl ProcessEnd {
    /// Of a process that runs; threads wait at a queue.
    pub fn new(queue: WaitQueue) -> ProcessEnd {
        ProcessEnd { ended: AtomicBool::new(false), queue }
    }

    /// The process ends.
    pub fn set(&self) {
        self.ended.store(true, Ordering::Relaxed);
        self.queue.notify();
    }
}

/// What such a descriptor gives access to.
#[derive(Debug)]
pub struct Pidfd {
    /// The number of the process.
    pub pid: u32,
    end: Arc<ProcessEnd>,
}

impl Pidfd {
    /// For a process.
    pub fn new(pid: u32, end: &Arc<ProcessEnd>) -> Pidfd {
        Pidfd { pid, end: Arc::clone(end) }
    }

    /// Whether this is the process that it was made for, and not another that got its number later.
    pub fn refers_to(&self, end: &Arc<ProcessEnd>) -> bool {
        Arc::ptr_eq(&self.end, end)
    }

    /// Whether the process has ended.
    pub fn has_ended(&self) -> bool {
        self.end.ended.load(Ordering::Relaxed)
    }
}

impl Channel for Pidfd {
    fn read(&self, _: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn write(&self, _: &[u8]) -> Result<usize, Errno> {
        Err(Errno::EINVAL)
    }

    fn blocks(&self) -> bool {
        false
    }

    /// It can be read, but not by read(2), when the process has ended.
    fn state(&self) -> u32 {
        if self.has_ended() { POLLIN | POLLRDNORM } else { 0 }
    }

    fn is_stream(&self) -> bool {
        false
    }

    fn queue(&self) -> &WaitQueue {
        &self.end.queue
    }
}

copied!(ProcessEnd: clone {} duplicate { ended, queue });
copied!(Pidfd: clone { pid } duplicate { end });
