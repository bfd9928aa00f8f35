//! Open files whose owners are told by a signal when something can be done with them (fcntl(2), O_ASYNC), and open
//! directories, when something happens in them (F_NOTIFY).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use crate::linux::abi::files::{
    DN_ACCESS, DN_ATTRIB, DN_CREATE, DN_DELETE, DN_MODIFY, DN_MULTISHOT, DN_RENAME, O_ASYNC,
};
use crate::linux::abi::inotify::{IN_ACCESS, IN_ATTRIB, IN_CREATE, IN_DELETE, IN_MODIFY, IN_MOVED_FROM, IN_MOVED_TO};
use crate::linux::copy::{Copier, Duplicate, Uncopied, copied};
use crate::linux::objects::{Channel, Inotify, OpenFile, OpenFileHandle};
use crate::linux::sync::lock;

use super::queue::WaitQueue;

/// An open file as it is remembered, and the descriptor by which it was asked for.
type Watched = (u32, Weak<Mutex<OpenFile>>);

/// A directory, and what is to be told of it.
#[derive(Debug)]
struct WatchedDirectory {
    watched: Watched,
    /// What has happened there.
    events: Inotify,
    /// What counts (DN_CREATE, …), and whether not only the first event is told (DN_MULTISHOT).
    wanted: u32,
}

/// What counts in a directory, and the events of inotify(7) that it is. That a name changes within it is two.
pub const DIRECTORY_EVENTS: [(u32, u32); 6] = [
    (DN_ACCESS, IN_ACCESS),
    (DN_MODIFY, IN_MODIFY),
    (DN_CREATE, IN_CREATE | IN_MOVED_TO),
    (DN_DELETE, IN_DELETE | IN_MOVED_FROM),
    (DN_ATTRIB, IN_ATTRIB),
    (DN_RENAME, IN_MOVED_FROM | IN_MOVED_TO),
];

/// The open files, by the queues that are notified when they change, or when something happens.
#[derive(Default, Debug)]
pub struct AsynchronousFiles {
    files: BTreeMap<u64, Vec<Watched>>,
    directories: BTreeMap<u64, WatchedDirectory>,
}

impl AsynchronousFiles {
    /// Remembers an open file whose flags say that its owner wants a signal.
    pub fn add(&mut self, fd: u32, open: &OpenFileHandle) {
        let queue = lock(open).queue().map(WaitQueue::number);
        let Some(queue) = queue else { return };
        let watched = self.files.entry(queue).or_default();
        watched.retain(|(_, known)| known.strong_count() > 0 && !known.ptr_eq(&Arc::downgrade(open)));
        watched.push((fd, Arc::downgrade(open)));
    }

    /// Whether nobody wants signals.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.directories.is_empty()
    }

    /// The open files that a queue was notified of; those that want no signals any more are forgotten.
    pub fn at(&mut self, queue: u64) -> Vec<(u32, OpenFileHandle)> {
        let Some(watched) = self.files.get_mut(&queue) else { return Vec::new() };
        watched.retain(|(_, open)| open.upgrade().is_some_and(|open| wants_signals(&lock(&open))));
        let found = watched.iter().filter_map(|(fd, open)| Some((*fd, open.upgrade()?))).collect();
        if watched.is_empty() {
            self.files.remove(&queue);
        }
        found
    }

    /// What counts of an open directory already.
    pub fn wanted_of(&self, open: &OpenFileHandle) -> u32 {
        self.directories.values().find(|own| own.is_of(open)).map_or(0, |own| own.wanted)
    }

    /// Nothing is told of an open directory any more.
    pub fn forget_directory(&mut self, open: &OpenFileHandle) {
        self.directories.retain(|_, own| !own.is_of(open) && own.watched.1.strong_count() > 0);
    }

    /// Remembers an open directory, and where it is seen what happens there.
    pub fn add_directory(&mut self, fd: u32, open: &OpenFileHandle, events: Inotify, wanted: u32) {
        let (queue, watched) = (events.queue().number(), (fd, Arc::downgrade(open)));
        self.directories.insert(queue, WatchedDirectory { watched, events, wanted });
    }

    /// The open directory that a queue was notified of, and how often something has happened there.
    pub fn happened(&mut self, queue: u64) -> Option<(u32, OpenFileHandle, usize)> {
        let own = self.directories.get(&queue)?;
        let (fd, found, again) = (own.watched.0, own.watched.1.upgrade(), own.wanted & DN_MULTISHOT != 0);
        let count = own.told(&own.events.drain());
        if count > 0 && !again || found.is_none() {
            self.directories.remove(&queue);
        }
        Some((fd, found?, if again { count } else { count.min(1) }))
    }
}

impl WatchedDirectory {
    /// How often something has happened that counts.
    fn told(&self, events: &[[u32; 2]]) -> usize {
        let counts =
            |(bit, events): &(u32, u32), mask| *bit != DN_RENAME && self.wanted & bit != 0 && mask & events != 0;
        let single = events.iter().filter(|[mask, _]| DIRECTORY_EVENTS.iter().any(|event| counts(event, *mask)));
        let left = |cookie: u32| events.iter().any(|[mask, own]| mask & IN_MOVED_FROM != 0 && *own == cookie);
        let renamed = events.iter().filter(|[mask, cookie]| mask & IN_MOVED_TO != 0 && left(*cookie));
        single.count() + if self.wanted & DN_RENAME != 0 { renamed.count() } else { 0 }
    }

    fn is_of(&self, open: &OpenFileHandle) -> bool {
        self.watched.1.ptr_eq(&Arc::downgrade(open))
    }
}

/// Whether a signal may be sent for an open file: it is asynchronous, or has an owner who hears of urgent bytes.
fn wants_signals(open: &OpenFile) -> bool {
    open.flags & O_ASYNC != 0 || open.owner != 0
}

impl Duplicate for AsynchronousFiles {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        let AsynchronousFiles { files, directories } = self;
        Ok(AsynchronousFiles { files: files.duplicate(copier)?, directories: directories.duplicate(copier)? })
    }
}

copied!(WatchedDirectory: clone { wanted } duplicate { watched, events });
