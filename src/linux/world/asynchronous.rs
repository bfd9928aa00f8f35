//! Open files whose owners are told by a signal when something can be done with them (fcntl(2), O_ASYNC).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use crate::linux::abi::files::O_ASYNC;
use crate::linux::copy::{Copier, Duplicate, Uncopied};
use crate::linux::objects::{OpenFile, OpenFileHandle};
use crate::linux::sync::lock;

use super::queue::WaitQueue;

/// An open file as it is remembered, and the descriptor by which it was asked for.
type Watched = (u32, Weak<Mutex<OpenFile>>);

/// The open files, by the queues that are notified when they change.
#[derive(Default, Debug)]
pub struct AsynchronousFiles(BTreeMap<u64, Vec<Watched>>);

impl AsynchronousFiles {
    /// Remembers an open file whose flags say that its owner wants a signal.
    pub fn add(&mut self, fd: u32, open: &OpenFileHandle) {
        let queue = lock(open).queue().map(WaitQueue::number);
        let Some(queue) = queue else { return };
        let watched = self.0.entry(queue).or_default();
        watched.retain(|(_, known)| known.strong_count() > 0 && !known.ptr_eq(&Arc::downgrade(open)));
        watched.push((fd, Arc::downgrade(open)));
    }

    /// Whether nobody wants signals.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The open files that a queue was notified of; those that want no signals any more are forgotten.
    pub fn at(&mut self, queue: u64) -> Vec<(u32, OpenFileHandle)> {
        let Some(watched) = self.0.get_mut(&queue) else { return Vec::new() };
        watched.retain(|(_, open)| open.upgrade().is_some_and(|open| wants_signals(&lock(&open))));
        let found = watched.iter().filter_map(|(fd, open)| Some((*fd, open.upgrade()?))).collect();
        if watched.is_empty() {
            self.0.remove(&queue);
        }
        found
    }
}

/// Whether a signal may be sent for an open file: it is asynchronous, or has an owner who hears of urgent bytes.
fn wants_signals(open: &OpenFile) -> bool {
    open.flags & O_ASYNC != 0 || open.owner != 0
}

impl Duplicate for AsynchronousFiles {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(AsynchronousFiles(self.0.duplicate(copier)?))
    }
}
