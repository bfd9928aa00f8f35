//! The POSIX queues of the world, by their names (mq_open(3), mq_unlink(3)). One lives as long as it has a
//! name, or somebody has it open.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::posix_queue::{PosixQueue, PosixQueueHandle};

/// The longest name.
const NAME_MAX: usize = 255;

/// Queues by their names.
#[derive(Default, Debug)]
pub struct PosixQueues {
    names: BTreeMap<Vec<u8>, PosixQueueHandle>,
    /// Those of all namespaces, for what a user has of them.
    all: Arc<Mutex<Vec<Weak<Mutex<PosixQueue>>>>>,
}

impl PosixQueues {
    /// No queues, beside these.
    pub fn beside(&self) -> PosixQueues {
        PosixQueues { names: BTreeMap::new(), all: Arc::clone(&self.all) }
    }

    /// The queue with a name, if there is one; an error for what cannot be a name.
    pub fn find(&self, name: &[u8]) -> Result<Option<PosixQueueHandle>, Errno> {
        match name {
            b"" => Err(Errno::ENOENT),
            b"." | b".." => Err(Errno::EACCES),
            name if name.contains(&b'/') => Err(Errno::EACCES),
            name if name.len() > NAME_MAX => Err(Errno::ENAMETOOLONG),
            name => Ok(self.names.get(name).cloned()),
        }
    }

    /// Adds a queue under a name that is free. ENOSPC if there are too many queues, EMFILE if those of its user
    /// may not take so many bytes in all.
    pub fn add(&mut self, name: &[u8], queue: PosixQueue, most: u64, queues: u32) -> Result<PosixQueueHandle, Errno> {
        let mut all = lock(&self.all);
        all.retain(|queue| queue.strong_count() > 0);
        if all.len() >= queues as usize {
            return Err(Errno::ENOSPC);
        }
        drop(all);
        let own = self.live().filter(|other| lock(other).creator == queue.creator);
        let used: u64 = own.map(|other| PosixQueue::cost(lock(&other).limits)).sum();
        if used + PosixQueue::cost(queue.limits) > most {
            return Err(Errno::EMFILE);
        }
        let queue = Arc::new(Mutex::new(queue));
        lock(&self.all).push(Arc::downgrade(&queue));
        self.names.insert(name.to_vec(), Arc::clone(&queue));
        Ok(queue)
    }

    /// Takes a name away.
    pub fn unlink(&mut self, name: &[u8]) {
        self.names.remove(name);
    }

    /// A thread no longer waits at any queue.
    pub fn forget(&self, tid: u32) {
        self.live().for_each(|queue| lock(&queue).forget(tid));
    }

    /// A process has ended, or executes a program: it is not told of messages any more.
    pub fn unregister(&self, pid: u32) {
        self.live().for_each(|queue| lock(&queue).unregister(pid));
    }

    fn live(&self) -> impl Iterator<Item = PosixQueueHandle> {
        lock(&self.all).clone().into_iter().filter_map(|queue| queue.upgrade())
    }
}

copied!(PosixQueues: clone {} duplicate { names, all });
