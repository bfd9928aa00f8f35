//! What an event is about, and the question that some ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::linux::copy::{Opaque, copied};
use crate::linux::world::WaitQueue;

/// A file that something happens to.
#[derive(Clone, Debug)]
pub struct MarkedFile {
    /// Its place, which those who open it know.
    pub place: Arc<dyn Opaque>,
    /// Device and inode.
    pub node: (u64, u64),
    /// Those of the directory that has its name.
    pub directory: Option<(u64, u64)>,
    /// The number of its mount.
    pub mount: u32,
    /// Whether it is a directory.
    pub is_directory: bool,
}

/// Whether a thread may open or read a file: several groups may have been asked, of which each can refuse.
#[derive(Debug)]
pub struct Permission {
    /// How many have not answered.
    open: AtomicUsize,
    refused: AtomicBool,
    /// Where the thread waits for the answers.
    pub queue: WaitQueue,
}

impl Permission {
    /// Nobody has been asked yet.
    pub fn new(queue: WaitQueue) -> Permission {
        Permission { open: AtomicUsize::new(0), refused: AtomicBool::new(false), queue }
    }

    /// One more is asked.
    pub fn ask(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
    }

    /// One has answered.
    pub fn answer(&self, allowed: bool) {
        self.open.fetch_sub(1, Ordering::Relaxed);
        if !allowed {
            self.refused.store(true, Ordering::Relaxed);
        }
        self.queue.notify();
    }

    /// Whether all have allowed it; `None` while somebody has not answered.
    pub fn is_allowed(&self) -> Option<bool> {
        (self.open.load(Ordering::Relaxed) == 0).then(|| !self.refused.load(Ordering::Relaxed))
    }
}

copied!(MarkedFile: clone { node, directory, mount, is_directory } duplicate { place });
copied!(Permission: clone {} duplicate { open, refused, queue });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    #[test]
    fn who_is_asked_last_decides_unless_somebody_has_refused() {
        let permission = Permission::new(WaitQueues::default().create());
        assert_eq!(permission.is_allowed(), Some(true));
        (0..2).for_each(|_| permission.ask());
        permission.answer(false);
        assert_eq!(permission.is_allowed(), None);
        permission.answer(true);
        assert_eq!(permission.is_allowed(), Some(false));
    }
}
