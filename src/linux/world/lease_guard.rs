//! What an open file keeps of its lease (fcntl(2), "Leases").

use crate::linux::copy::copied;

use super::queue::WaitQueue;

/// An open file has had a lease: who waits for that looks again when it is closed.
#[derive(Debug)]
pub struct LeaseGuard {
    queue: WaitQueue,
}

impl LeaseGuard {
    /// Of an open file; threads wait at a queue.
    pub fn new(queue: &WaitQueue) -> LeaseGuard {
        LeaseGuard { queue: queue.clone() }
    }
}

impl Drop for LeaseGuard {
    fn drop(&mut self) {
        self.queue.notify();
    }
}

copied!(LeaseGuard: clone {} duplicate { queue });
