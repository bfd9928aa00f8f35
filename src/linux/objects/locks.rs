//! Locks on files (fcntl(2), "Advisory record locking"; flock(2)): who holds which, and who waits for
//! whom.
//!
//! A record lock covers a range of bytes (in `records`); a lock of `flock` belongs to an open file and covers the file.
//! The two kinds do not know of each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::sync::lock;
use crate::linux::world::WaitQueue;

use super::records::{LockOwner, OwnedRecords, RecordLock};

/// A file: device and inode.
type File = (u64, u64);

/// Most record locks in a world.
const MAX_RECORDS: usize = 16_384;

#[derive(Clone, Default, Debug)]
struct FileLocks {
    /// Record locks, by their owners.
    records: BTreeMap<LockOwner, OwnedRecords>,
    /// Open files with a lock of `flock`, and whether it is exclusive.
    whole: BTreeMap<u64, bool>,
}

/// All locks of a world.
#[derive(Debug)]
pub struct LockTable {
    files: BTreeMap<File, FileLocks>,
    /// How many record locks there are.
    count: usize,
    /// Whom an owner waits for.
    waits: BTreeMap<LockOwner, LockOwner>,
    next: u64,
    queue: WaitQueue,
}

/// The table, as open files and the kernel share it.
pub type LockTableHandle = Arc<Mutex<LockTable>>;

/// An owner waits for a lock: no longer when this is dropped.
#[derive(Debug)]
pub struct LockWait {
    table: LockTableHandle,
    owner: LockOwner,
}

impl LockWait {
    /// Of an owner, after [`LockTable::wait`].
    pub fn new(table: &LockTableHandle, owner: LockOwner) -> LockWait {
        LockWait { table: Arc::clone(table), owner }
    }
}

impl Drop for LockWait {
    fn drop(&mut self) {
        lock(&self.table).stop_waiting(self.owner);
    }
}

impl LockTable {
    /// A table without locks; threads wait for changes at a queue.
    pub fn create(queue: WaitQueue) -> LockTableHandle {
        Arc::new(Mutex::new(LockTable { files: BTreeMap::new(), count: 0, waits: BTreeMap::new(), next: 0, queue }))
    }

    /// Where threads wait for changes.
    pub fn queue(&self) -> &WaitQueue {
        &self.queue
    }

    /// The first lock that stands in the way of another, if one does.
    pub fn conflict(&self, file: File, wanted: &RecordLock) -> Option<RecordLock> {
        let others = self.files.get(&file)?.records.iter().filter(|(owner, _)| **owner != wanted.owner);
        let excluding = others.filter_map(|(_, records)| records.excluding(wanted));
        excluding.min_by_key(|held| held.start)
    }

    /// Takes a record lock in place of what the owner holds there; EAGAIN if another stands in the way, ENOLCK
    /// if there are too many.
    pub fn take(&mut self, file: File, wanted: RecordLock) -> Result<(), Errno> {
        self.waits.remove(&wanted.owner);
        if self.conflict(file, &wanted).is_some() {
            return Err(Errno::EAGAIN);
        }
        if self.count >= MAX_RECORDS {
            return Err(Errno::ENOLCK);
        }
        let own = self.files.entry(file).or_default().records.entry(wanted.owner).or_default();
        self.count -= own.len();
        own.insert(wanted);
        self.count += own.len();
        self.queue.notify();
        Ok(())
    }

    /// Notes that an owner waits for a lock; EDEADLK if whoever holds it waits, in the end, for the owner.
    pub fn wait(&mut self, file: File, wanted: &RecordLock) -> Result<(), Errno> {
        let Some(held) = self.conflict(file, wanted) else { return Ok(()) };
        let mut at = held.owner;
        while let Some(next) = self.waits.get(&at) {
            if *next == wanted.owner {
                return Err(Errno::EDEADLK);
            }
            at = *next;
        }
        self.waits.insert(wanted.owner, held.owner);
        Ok(())
    }

    /// An owner does not wait any more: it was interrupted, or is gone.
    fn stop_waiting(&mut self, owner: LockOwner) {
        self.waits.remove(&owner);
    }

    /// Gives a range back.
    pub fn release(&mut self, file: File, owner: LockOwner, start: u64, end: u64) {
        let Some(locks) = self.files.get_mut(&file) else { return };
        let Some(own) = locks.records.get_mut(&owner) else { return };
        self.count -= own.len();
        own.remove(start, end);
        self.count += own.len();
        if own.len() == 0 {
            locks.records.remove(&owner);
        }
        self.tidy(file);
    }

    /// All locks: the file of each, and whether it is one of `flock`.
    pub fn all(&self) -> Vec<(File, RecordLock, bool)> {
        let mut all = Vec::new();
        for (file, locks) in &self.files {
            let whole = |(open, exclusive): (&u64, &bool)| {
                let owner = LockOwner::OpenFile(*open);
                (*file, RecordLock { owner, start: 0, end: u64::MAX, exclusive: *exclusive }, true)
            };
            let records = locks.records.values().flat_map(OwnedRecords::all);
            all.extend(records.map(|record| (*file, *record, false)));
            all.extend(locks.whole.iter().map(whole));
        }
        all
    }

    /// Gives all record locks of an owner back: on one file, or on every file.
    pub fn release_all(&mut self, file: Option<File>, owner: LockOwner) {
        let files = file.map_or_else(|| self.files.keys().copied().collect(), |file| vec![file]);
        files.into_iter().for_each(|file| self.release(file, owner, 0, u64::MAX));
        self.stop_waiting(owner);
    }

    /// Takes a lock on a whole file for an open file, in place of the one it has; EAGAIN if another open
    /// file stands in the way.
    pub fn take_whole(&mut self, file: File, open: u64, exclusive: bool) -> Result<(), Errno> {
        let whole = &mut self.files.entry(file).or_default().whole;
        // A lock is given back before it is taken in another form (flock(2)).
        whole.remove(&open);
        let free = if exclusive { whole.is_empty() } else { whole.values().all(|exclusive| !exclusive) };
        if free {
            whole.insert(open, exclusive);
        }
        self.tidy(file);
        if free { Ok(()) } else { Err(Errno::EAGAIN) }
    }

    /// Gives the lock of an open file on a whole file back.
    pub fn release_whole(&mut self, file: File, open: u64) {
        if let Some(locks) = self.files.get_mut(&file) {
            locks.whole.remove(&open);
        }
        self.tidy(file);
    }

    fn tidy(&mut self, file: File) {
        self.queue.notify();
        let empty = self.files.get(&file).is_some_and(|locks| locks.records.is_empty() && locks.whole.is_empty());
        if empty {
            self.files.remove(&file);
        }
    }
}

/// The name of an open file among lock owners. When the open file goes, its locks go.
#[derive(Debug)]
pub struct LockTicket {
    table: LockTableHandle,
    file: File,
    /// The number of the open file.
    pub number: u64,
}

impl LockTicket {
    /// A ticket for an open file.
    pub fn new(table: &LockTableHandle, file: File) -> LockTicket {
        let mut locks = lock(table);
        locks.next += 1;
        LockTicket { table: Arc::clone(table), file, number: locks.next }
    }
}

impl Drop for LockTicket {
    fn drop(&mut self) {
        let mut locks = lock(&self.table);
        locks.release_all(Some(self.file), LockOwner::OpenFile(self.number));
        locks.release_whole(self.file, self.number);
    }
}

copied!(LockTable: clone { files, count, waits, next } duplicate { queue });
copied!(LockWait: clone { owner } duplicate { table });
copied!(LockTicket: clone { file, number } duplicate { table });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::world::WaitQueues;

    fn empty() -> LockTableHandle {
        LockTable::create(WaitQueues::default().create())
    }

    const FILE: File = (1, 1);

    fn record(process: u32, start: u64, end: u64, exclusive: bool) -> RecordLock {
        RecordLock { owner: LockOwner::Process(process), start, end, exclusive }
    }

    #[test]
    fn ranges_exclude_each_other_between_owners_only() {
        let table = empty();
        let mut table = lock(&table);
        table.take(FILE, record(1, 0, 10, true)).unwrap();
        table.take(FILE, record(1, 10, 20, true)).unwrap();
        assert_eq!(table.conflict(FILE, &record(2, 5, 6, false)), Some(record(1, 0, 20, true)), "one lock");
        assert_eq!(table.take(FILE, record(2, 19, 30, false)), Err(Errno::EAGAIN));
        table.release(FILE, LockOwner::Process(1), 5, 15);
        assert_eq!(table.take(FILE, record(2, 5, 15, true)), Ok(()));
        assert_eq!(table.conflict(FILE, &record(3, 0, u64::MAX, false)), Some(record(1, 0, 5, true)));
        table.release_all(None, LockOwner::Process(1));
        assert_eq!(table.conflict(FILE, &record(3, 0, u64::MAX, false)), Some(record(2, 5, 15, true)));
    }

    #[test]
    fn who_waits_in_a_circle_is_told() {
        let table = empty();
        let mut table = lock(&table);
        table.take(FILE, record(1, 0, 1, true)).unwrap();
        table.take(FILE, record(2, 1, 2, true)).unwrap();
        assert_eq!(table.wait(FILE, &record(1, 1, 2, true)), Ok(()));
        assert_eq!(table.wait(FILE, &record(2, 0, 1, true)), Err(Errno::EDEADLK));
        table.stop_waiting(LockOwner::Process(1));
        assert_eq!(table.wait(FILE, &record(2, 0, 1, true)), Ok(()));
    }

    #[test]
    fn the_locks_of_an_open_file_go_with_it() {
        let table = empty();
        let ticket = LockTicket::new(&table, FILE);
        lock(&table).take_whole(FILE, ticket.number, true).unwrap();
        assert_eq!(lock(&table).take_whole(FILE, 77, false), Err(Errno::EAGAIN));
        drop(ticket);
        assert_eq!(lock(&table).take_whole(FILE, 77, false), Ok(()));
    }
}
