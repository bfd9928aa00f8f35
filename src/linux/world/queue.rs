//! Queues at which threads wait for objects to change.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::sync::lock;

/// Who watches queues among others, and is told of each notification.
pub trait Watcher: Debug + Send + Sync {
    /// A queue was notified.
    fn notified(&self);

    /// The same one in the copy of a world.
    fn copied_watcher(self: Arc<Self>, copier: &mut Copier) -> Result<Arc<dyn Watcher>, Uncopied>;
}

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
        WaitQueue { number, notices: Arc::clone(&self.notices), shared: Arc::default() }
    }

    /// Takes the numbers of the queues that were notified. The room of the list stays.
    pub fn take_notices(&self) -> Vec<u64> {
        let mut notices = lock(&self.notices);
        let taken = notices.clone();
        notices.clear();
        taken
    }
}

/// Where threads wait for an object to change: whoever changes it notifies all of them, and they look again
/// (the kernel's wait queues).
#[derive(Clone, Debug)]
pub struct WaitQueue {
    number: u64,
    notices: Notices,
    shared: Arc<Shared>,
}

/// What the clones of a queue have in common: how often its object has changed, for those who want to hear of changes
/// only (epoll(7), "Level-triggered and edge-triggered"), and who watches it among others.
#[derive(Default, Debug)]
struct Shared {
    readable: AtomicU64,
    writable: AtomicU64,
    watchers: Mutex<Vec<Weak<dyn Watcher>>>,
}

impl WaitQueue {
    /// Lets the waiting threads look again.
    pub fn notify(&self) {
        self.shared.readable.fetch_add(1, Ordering::Relaxed);
        self.shared.writable.fetch_add(1, Ordering::Relaxed);
        self.wake();
    }

    /// The same when there is more to read, or the other side is gone.
    pub fn notify_readable(&self) {
        self.shared.readable.fetch_add(1, Ordering::Relaxed);
        self.wake();
    }

    /// The same when there is more room to write.
    pub fn notify_writable(&self) {
        self.shared.writable.fetch_add(1, Ordering::Relaxed);
        self.wake();
    }

    fn wake(&self) {
        let mut notices = lock(&self.notices);
        if notices.last() != Some(&self.number) {
            notices.push(self.number);
        }
        drop(notices);
        lock(&self.shared.watchers).iter().filter_map(Weak::upgrade).for_each(|watcher| watcher.notified());
    }

    /// Lets it tell one more watcher.
    pub fn add_watcher(&self, watcher: Weak<dyn Watcher>) {
        let mut watchers = lock(&self.shared.watchers);
        if watchers.len().is_power_of_two() {
            watchers.retain(|known| known.strong_count() > 0);
        }
        watchers.push(watcher);
    }

    /// Whether nobody else has it any more.
    pub fn is_abandoned(&self) -> bool {
        Arc::strong_count(&self.shared) == 1
    }

    /// How often it was notified that there is more to read, and more room to write.
    pub fn changes(&self) -> [u64; 2] {
        [&self.shared.readable, &self.shared.writable].map(|count| count.load(Ordering::Relaxed))
    }

    /// Its number in its world.
    pub fn number(&self) -> u64 {
        self.number
    }
}

copied!(WaitQueues: clone {} duplicate { last, notices });
copied!(WaitQueue: clone { number } duplicate { notices, shared });

impl Duplicate for Shared {
    /// Without those who watch, which refer to other queues.
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let Shared { readable, writable, watchers: _ } = self;
        let [readable, writable] = [readable.duplicate(copier)?, writable.duplicate(copier)?];
        Ok(Shared { readable, writable, watchers: Mutex::default() })
    }

    fn duplicate_shared(this: &Arc<Self>, copier: &mut Copier) -> Result<Arc<Self>, Uncopied> {
        let copy = Arc::new(Self::duplicate(this, copier)?);
        let watchers = lock(&this.watchers).clone();
        if !watchers.is_empty() {
            let made = Arc::clone(&copy);
            copier.then(move |copier| {
                for watcher in watchers {
                    // One that is gone is the same in both worlds.
                    let copy = match watcher.upgrade() {
                        Some(watcher) => Arc::downgrade(&watcher.copied_watcher(copier)?),
                        None => watcher,
                    };
                    lock(&made.watchers).push(copy);
                }
                Ok(())
            });
        }
        Ok(copy)
    }
}
