//! Sets of open files that are watched together (epoll(7)). What is ready in one is found by
//! [`readiness`](crate::linux::calls), which knows the state of every object, and asks only for those that are marked:
//! that have changed since they were last found to have nothing to report.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use crate::linux::copy::{Opaque, copied};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{MarkKey, Marks, QueueWatch, WaitQueue};

/// An open file as a set knows it: something that can be gone. Open files themselves know sets.
pub type WatchedFile = dyn Opaque;

/// What is watched of an open file, and what its watcher wants to be told.
#[derive(Clone, Debug)]
pub struct Interest {
    /// The open file; an interest ends with it.
    pub open: Weak<WatchedFile>,
    /// Events that count, and how they are reported.
    pub events: u32,
    /// What the program wants back with them.
    pub data: u64,
    /// The changes of the object that were reported last; `None` before the first report.
    pub seen: Option<[u64; 2]>,
    /// Whether it is silent until it is changed (EPOLLONESHOT).
    pub spent: bool,
    /// While the interest lasts, the queue of the object marks it.
    _watch: Option<Arc<QueueWatch>>,
}

/// Interests by descriptor and a number of their own: a descriptor can be closed, its open file live on, and
/// the descriptor be used again.
pub type Interests = BTreeMap<MarkKey, Interest>;

/// A set of watched open files.
#[derive(Debug)]
pub struct Epoll {
    set: Mutex<WatchedSet>,
    /// The interests that may have something to report.
    marks: Arc<Marks>,
}

/// The interests, and where the next report begins, so that each gets its turn.
#[derive(Default, Debug)]
pub struct WatchedSet {
    /// All of them.
    pub interests: Interests,
    /// The one that was reported last.
    pub last: MarkKey,
    next: u64,
}

impl Epoll {
    /// An empty set; threads wait at a queue for it to change.
    pub fn new(queue: WaitQueue) -> Epoll {
        Epoll { set: Mutex::default(), marks: Arc::new(Marks::new(queue)) }
    }

    /// The set.
    pub fn set(&self) -> MutexGuard<'_, WatchedSet> {
        lock(&self.set)
    }

    /// The interests that may have something to report.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Watches an open file by a descriptor; EEXIST if it is watched. What changes of it is told by a queue, if it has
    /// one.
    pub fn add(
        &self,
        fd: u32,
        (open, queue): (&Arc<WatchedFile>, Option<&WaitQueue>),
        events: u32,
        data: u64,
    ) -> Result<(), Errno> {
        let mut set = self.set();
        if set.find(fd, open).is_some() {
            return Err(Errno::EEXIST);
        }
        set.forget_closed();
        set.next += 1;
        let key = (fd, set.next);
        let watch = queue.map(|queue| QueueWatch::begin(queue, &self.marks, key));
        let interest = Interest { open: Arc::downgrade(open), events, data, seen: None, spent: false, _watch: watch };
        set.interests.insert(key, interest);
        self.marks.mark(key);
        Ok(())
    }

    /// Changes what is watched; ENOENT if it is not, EINVAL if it wakes one watcher only.
    pub fn modify(
        &self,
        fd: u32,
        open: &Arc<WatchedFile>,
        [events, exclusive]: [u32; 2],
        data: u64,
    ) -> Result<(), Errno> {
        let mut set = self.set();
        let key = set.find(fd, open).ok_or(Errno::ENOENT)?;
        let Some(interest) = set.interests.get_mut(&key) else { return Err(Errno::ENOENT) };
        if interest.events & exclusive != 0 {
            return Err(Errno::EINVAL);
        }
        *interest = Interest { events, data, seen: None, spent: false, ..interest.clone() };
        self.marks.mark(key);
        Ok(())
    }

    /// Watches it no longer; ENOENT if it was not watched.
    pub fn remove(&self, fd: u32, open: &Arc<WatchedFile>) -> Result<(), Errno> {
        let mut set = self.set();
        let key = set.find(fd, open).ok_or(Errno::ENOENT)?;
        set.interests.remove(&key);
        Ok(())
    }
}

impl WatchedSet {
    fn find(&self, fd: u32, open: &Arc<WatchedFile>) -> Option<MarkKey> {
        let of_fd = self.interests.range((fd, 0)..=(fd, u64::MAX));
        of_fd
            .into_iter()
            .find(|(_, interest)| std::ptr::addr_eq(interest.open.as_ptr(), Arc::as_ptr(open)))
            .map(|(key, _)| *key)
    }

    /// Forgets the interests in what is closed, now and then.
    fn forget_closed(&mut self) {
        if self.interests.len().is_power_of_two() {
            self.interests.retain(|_, interest| interest.open.strong_count() > 0);
        }
    }
}

copied!(Epoll: clone {} duplicate { set, marks });
copied!(WatchedSet: clone { last, next } duplicate { interests });
copied!(Interest: clone { events, data, seen, spent } duplicate { open, _watch });
