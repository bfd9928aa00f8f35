//! Contexts of asynchronous operations (io_setup(2)). Operations are over when they are submitted: a context is
//! a queue of their ends.

use std::collections::VecDeque;

use crate::linux::abi::aio::IoEvent;
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::world::WaitQueue;

/// A context.
#[derive(Clone, Debug)]
pub struct AioContext {
    /// Most operations whose ends nobody has fetched.
    pub room: u32,
    /// Ends that nobody has fetched, in order.
    pub ended: VecDeque<IoEvent>,
    /// Where threads wait for ends.
    pub queue: WaitQueue,
}

impl AioContext {
    /// A context without operations.
    pub fn new(room: u32, queue: WaitQueue) -> AioContext {
        AioContext { room, ended: VecDeque::new(), queue }
    }

    /// EAGAIN if there is no room for another operation.
    pub fn has_room(&self) -> Result<(), Errno> {
        if self.ended.len() < self.room as usize { Ok(()) } else { Err(Errno::EAGAIN) }
    }

    /// An operation is over.
    pub fn end(&mut self, event: IoEvent) {
        self.ended.push_back(event);
        self.queue.notify();
    }
}

copied!(AioContext: clone { room, ended } duplicate { queue });
