//! Who watches which nodes. What happens to nodes is told here by the files layer (`files/changes.rs`). Changes
//! that others make on the host to what was granted are not seen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::linux::abi::inotify::{
    IN_ALL_EVENTS, IN_DELETE_SELF, IN_EXCL_UNLINK, IN_IGNORED, IN_MASK_ADD, IN_MASK_CREATE, IN_ONESHOT,
    MAX_USER_INSTANCES, MAX_USER_WATCHES,
};
use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::{Charge, KernelMemory};

use super::super::fanotify::FanotifyMarks;
use super::event::FileEvent;
use super::events::EventQueue;

/// Device and inode.
type Identity = (u64, u64);

/// Bytes of the kernel's memory that a watch takes.
const WATCH_SIZE: u64 = 512;

/// How a watcher watches a node.
#[derive(Debug)]
struct Watch {
    watcher: u64,
    wd: i32,
    /// What counts, and IN_EXCL_UNLINK and IN_ONESHOT.
    mask: u32,
    _charge: Charge,
}

/// Who watches, and what.
#[derive(Debug)]
struct Watcher {
    events: Arc<EventQueue>,
    nodes: BTreeMap<i32, Identity>,
    last: i32,
}

#[derive(Default, Debug)]
struct WatchTable {
    by_node: BTreeMap<Identity, Vec<Watch>>,
    watchers: BTreeMap<u64, Watcher>,
    /// How many watches there are.
    count: usize,
    /// What the last move was called.
    cookie: u32,
}

/// The watches of a world.
#[derive(Default, Debug)]
pub struct Watches {
    /// How many there are: a change costs nothing while nobody watches.
    count: AtomicUsize,
    table: Mutex<WatchTable>,
    /// Who watches by marks.
    pub listeners: Arc<FanotifyMarks>,
}

/// Something that happens, before it is told to a watch.
#[derive(Clone, Copy, Default)]
pub struct News<'a> {
    /// What it is: bits of inotify(7).
    pub mask: u32,
    /// A number that both halves of a move have in common.
    pub cookie: u32,
    /// The name that it happens to, in a watched directory.
    pub name: &'a [u8],
    /// Whether it happens to what has lost its name.
    pub removed: bool,
}

impl Watches {
    /// Whether nobody watches anything.
    pub fn is_empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0 && self.listeners.is_empty()
    }

    /// Somebody is going to watch; EMFILE if too many do.
    pub fn add_watcher(&self, number: u64, events: &Arc<EventQueue>) -> Result<(), Errno> {
        let mut table = lock(&self.table);
        if table.watchers.len() >= MAX_USER_INSTANCES as usize {
            return Err(Errno::EMFILE);
        }
        table.watchers.insert(number, Watcher { events: Arc::clone(events), nodes: BTreeMap::new(), last: 0 });
        Ok(())
    }

    /// Somebody watches no longer.
    pub fn remove_watcher(&self, number: u64) {
        let mut table = lock(&self.table);
        let Some(watcher) = table.watchers.remove(&number) else { return };
        watcher.nodes.values().for_each(|node| table.forget(*node, number));
        self.recount(&table);
    }

    /// Watches a node, or changes how it is watched. ENOSPC if there are too many watches.
    pub fn add(&self, watcher: u64, node: Identity, mask: u32, memory: &KernelMemory) -> Result<i32, Errno> {
        let mut table = lock(&self.table);
        let known = table.by_node.get_mut(&node).and_then(|all| all.iter_mut().find(|watch| watch.watcher == watcher));
        if let Some(watch) = known {
            if mask & IN_MASK_CREATE != 0 {
                return Err(Errno::EEXIST);
            }
            watch.mask = kept(mask) | if mask & IN_MASK_ADD != 0 { watch.mask } else { 0 };
            return Ok(watch.wd);
        }
        if table.count >= MAX_USER_WATCHES as usize {
            return Err(Errno::ENOSPC);
        }
        let charge = memory.charge(WATCH_SIZE)?;
        let wd = table.watchers.get_mut(&watcher).ok_or(Errno::EINVAL)?.number(node);
        table.by_node.entry(node).or_default().push(Watch { watcher, wd, mask: kept(mask), _charge: charge });
        table.count += 1;
        self.recount(&table);
        Ok(wd)
    }

    /// Ends a watch; EINVAL if there is none with this number.
    pub fn remove(&self, watcher: u64, wd: i32) -> Result<(), Errno> {
        let mut table = lock(&self.table);
        let known = table.watchers.get(&watcher).and_then(|watcher| watcher.nodes.get(&wd));
        let node = *known.ok_or(Errno::EINVAL)?;
        table.end(node, &[(watcher, wd)]);
        self.recount(&table);
        Ok(())
    }

    /// The watches of a watcher: number, node, and what counts.
    pub fn of_watcher(&self, number: u64) -> Vec<(i32, Identity, u32)> {
        let table = lock(&self.table);
        let Some(watcher) = table.watchers.get(&number) else { return Vec::new() };
        let mask = |node| table.by_node.get(node)?.iter().find(|watch| watch.watcher == number).map(|watch| watch.mask);
        watcher.nodes.iter().map(|(wd, node)| (*wd, *node, mask(node).unwrap_or_default())).collect()
    }

    fn recount(&self, table: &WatchTable) {
        self.count.store(table.count, Ordering::Relaxed);
    }

    /// A number for a move.
    pub fn new_cookie(&self) -> u32 {
        let mut table = lock(&self.table);
        table.cookie = table.cookie.wrapping_add(1).max(1);
        table.cookie
    }

    /// A node is no more.
    pub fn gone(&self, node: Identity) {
        self.listeners.gone(node);
        self.tell(node, News { mask: IN_DELETE_SELF, ..News::default() });
        let mut table = lock(&self.table);
        let watches = table.by_node.get(&node).into_iter().flatten();
        let all: Vec<(u64, i32)> = watches.map(|watch| (watch.watcher, watch.wd)).collect();
        table.end(node, &all);
        self.recount(&table);
    }

    /// Something happens to a node, or to a name in it.
    pub fn tell(&self, node: Identity, news: News) {
        if self.is_empty() {
            return;
        }
        let mut table = lock(&self.table);
        let wants = |watch: &&Watch| {
            watch.mask & news.mask & IN_ALL_EVENTS != 0 && !(news.removed && watch.mask & IN_EXCL_UNLINK != 0)
        };
        let mut spent = Vec::new();
        for watch in table.by_node.get(&node).into_iter().flatten().filter(wants) {
            let Some(watcher) = table.watchers.get(&watch.watcher) else { continue };
            let News { mask, cookie, name, .. } = news;
            watcher.events.push(FileEvent { wd: watch.wd, mask, cookie, name: name.to_vec() });
            if watch.mask & IN_ONESHOT != 0 {
                spent.push((watch.watcher, watch.wd));
            }
        }
        table.end(node, &spent);
        self.recount(&table);
    }
}

impl Watcher {
    /// The number of a new watch: they are not used again before they have all been used.
    fn number(&mut self, node: Identity) -> i32 {
        loop {
            self.last = self.last.checked_add(1).unwrap_or(1);
            if let std::collections::btree_map::Entry::Vacant(free) = self.nodes.entry(self.last) {
                free.insert(node);
                return self.last;
            }
        }
    }
}

impl WatchTable {
    /// Ends watches of a node, which their watchers are told.
    fn end(&mut self, node: Identity, watches: &[(u64, i32)]) {
        for (number, wd) in watches {
            self.forget(node, *number);
            if let Some(watcher) = self.watchers.get_mut(number) {
                watcher.nodes.remove(wd);
                watcher.events.push(FileEvent { wd: *wd, mask: IN_IGNORED, cookie: 0, name: Vec::new() });
            }
        }
    }

    /// A watcher does not watch a node any longer.
    fn forget(&mut self, node: Identity, watcher: u64) {
        let Some(watches) = self.by_node.get_mut(&node) else { return };
        let before = watches.len();
        watches.retain(|watch| watch.watcher != watcher);
        self.count -= before - watches.len();
        if watches.is_empty() {
            self.by_node.remove(&node);
        }
    }
}

/// What a watch keeps of the mask that it was asked for with.
fn kept(mask: u32) -> u32 {
    mask & (IN_ALL_EVENTS | IN_EXCL_UNLINK | IN_ONESHOT)
}

/// Tells that a node is no more when it is dropped.
#[derive(Debug)]
pub struct Departure {
    watches: Arc<Watches>,
    node: Identity,
}

impl Departure {
    /// Of a node that has lost its last name.
    pub fn new(watches: &Arc<Watches>, node: Identity) -> Departure {
        Departure { watches: Arc::clone(watches), node }
    }
}

impl Drop for Departure {
    fn drop(&mut self) {
        self.watches.gone(self.node);
    }
}

copied!(Watch: clone { watcher, wd, mask } duplicate { _charge });
copied!(Watcher: clone { nodes, last } duplicate { events });
copied!(WatchTable: clone { count, cookie } duplicate { by_node, watchers });
copied!(Watches: clone {} duplicate { count, table, listeners });
copied!(Departure: clone { node } duplicate { watches });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::inotify::{IN_ATTRIB, IN_OPEN};
    use crate::linux::world::WaitQueues;

    const NODE: Identity = (1, 7);

    fn watched(mask: u32) -> (Watches, Arc<EventQueue>, KernelMemory) {
        let (watches, memory) = (Watches::default(), KernelMemory::new(1 << 20));
        let events = Arc::new(EventQueue::new(WaitQueues::default().create(), memory.clone()));
        watches.add_watcher(3, &events).unwrap();
        assert_eq!(watches.add(3, NODE, mask, &memory), Ok(1));
        (watches, events, memory)
    }

    #[test]
    fn a_watch_ends_once_and_its_number_is_not_used_again() {
        let (watches, events, memory) = watched(IN_OPEN | IN_ONESHOT);
        watches.tell(NODE, News { mask: IN_ATTRIB, ..News::default() });
        assert!(events.is_empty());
        watches.tell(NODE, News { mask: IN_OPEN, ..News::default() });
        assert_eq!(events.size(), 32, "what happened, and that nobody watches any longer");
        assert!(watches.is_empty() && watches.remove(3, 1) == Err(Errno::EINVAL));
        assert_eq!(watches.add(3, NODE, IN_OPEN, &memory), Ok(2));
        assert_eq!(watches.add(3, NODE, IN_OPEN | IN_MASK_CREATE, &memory), Err(Errno::EEXIST));
    }

    #[test]
    fn watches_go_with_their_watcher_and_with_what_they_watch() {
        let (watches, events, _) = watched(IN_DELETE_SELF);
        drop(Departure::new(&Arc::new(Watches::default()), NODE));
        assert!(events.is_empty());
        watches.gone(NODE);
        assert_eq!((events.size(), watches.is_empty()), (32, true));
        let (watches, ..) = watched(IN_OPEN);
        watches.remove_watcher(3);
        assert!(watches.is_empty());
    }
}
