//! Watching many queues without asking each: a queue that is notified marks the key under which its watcher knows it,
//! and wakes the threads that wait for the watcher.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::sync::lock;

use super::queue::{WaitQueue, Watcher};

/// What a watcher knows a queue by: of those marked, the lowest comes first.
pub type MarkKey = (u32, u64);

/// The keys of queues that were notified, or that their watcher has marked itself.
#[derive(Debug)]
pub struct Marks {
    marked: Mutex<BTreeSet<MarkKey>>,
    queue: WaitQueue,
}

impl Marks {
    /// No marks; threads wait for some at a queue.
    pub fn new(queue: WaitQueue) -> Marks {
        Marks { marked: Mutex::default(), queue }
    }

    /// Where threads wait.
    pub fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    /// Marks a key.
    pub fn mark(&self, key: MarkKey) {
        lock(&self.marked).insert(key);
        self.queue.notify_readable();
    }

    /// Takes the mark of a key away.
    pub fn unmark(&self, key: MarkKey) {
        lock(&self.marked).remove(&key);
    }

    /// All that are marked, those after a key first.
    pub fn after(&self, key: MarkKey) -> Vec<MarkKey> {
        let marked = lock(&self.marked);
        let later = marked.iter().filter(|marked| **marked > key);
        later.chain(marked.range(..=key)).copied().collect()
    }
}

/// A queue marks a key, until this is dropped.
#[derive(Debug)]
pub struct QueueWatch {
    marks: Arc<Marks>,
    key: MarkKey,
}

impl QueueWatch {
    /// Lets a queue mark a key.
    pub fn begin(queue: &WaitQueue, marks: &Arc<Marks>, key: MarkKey) -> Arc<QueueWatch> {
        let watch = Arc::new(QueueWatch { marks: Arc::clone(marks), key });
        let watcher: Arc<dyn Watcher> = Arc::<QueueWatch>::clone(&watch);
        queue.add_watcher(Arc::downgrade(&watcher));
        watch
    }
}

impl Watcher for QueueWatch {
    fn notified(&self) {
        self.marks.mark(self.key);
    }

    fn copied_watcher(self: Arc<Self>, copier: &mut Copier) -> Result<Arc<dyn Watcher>, Uncopied> {
        Ok(self.duplicate(copier)?)
    }
}

copied!(QueueWatch: clone { key } duplicate { marks });

impl Duplicate for Marks {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Marks { marked, queue } = self;
        Ok(Marks { marked: Mutex::new(lock(marked).clone()), queue: queue.duplicate(copier)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    #[test]
    fn a_notified_queue_marks_what_it_is_known_by() {
        let queues = WaitQueues::default();
        let marks = Arc::new(Marks::new(queues.create()));
        let watched: Vec<WaitQueue> = (0..4).map(|_| queues.create()).collect();
        let watches: Vec<_> =
            watched.iter().zip(0..).map(|(queue, number)| QueueWatch::begin(queue, &marks, (number, 0))).collect();
        [3, 1, 2, 1].iter().for_each(|number: &usize| watched[*number].notify());
        assert_eq!(marks.after((1, 0)), [(2, 0), (3, 0), (1, 0)], "each once, and in turn");
        assert!(queues.take_notices().contains(&marks.queue().number()));
        marks.unmark((1, 0));
        drop(watches);
        watched[1].notify();
        assert_eq!(marks.after((0, 0)), [(2, 0), (3, 0)], "nobody watches any more");
    }
}
