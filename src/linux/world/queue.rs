//! Queues at which threads wait for objects to change.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::linux::sync::lock;

/// The queues that were notified since the scheduler last looked.
type Notices = Arc<Mutex<Vec<u64>>>;

/// Makes queues. Clones make queues of the same world.
#[derive(Clone, Default, Debug)]
pub struct WaitQueues {
    last: Arc<AtomicU64>,
    notices: Notices,
}

impl WaitQueues {
    /// A queue of its own.
    pub fn create(&self) -> WaitQueue {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        WaitQueue { number, notices: Arc::clone(&self.notices) }
    }

    /// Takes the numbers of the queues that were notified.
    pub fn take_notices(&self) -> Vec<u64> {
        std::mem::take(&mut *lock(&self.notices))
    }
}

/// Where threads wait for an object to change: whoever changes it notifies all of them, and they look again
/// (the kernel's wait queues).
#[derive(Clone, Debug)]
pub struct WaitQueue {
    number: u64,
    notices: Notices,
}

impl WaitQueue {
    /// Lets the waiting threads look again.
    pub fn notify(&self) {
        let mut notices = lock(&self.notices);
        if notices.last() != Some(&self.number) {
            notices.push(self.number);
        }
    }

    /// Its number in its world.
    pub fn number(&self) -> u64 {
        self.number
    }
}
