//! Record locks (fcntl(2), "Advisory record locking"): on ranges of bytes of a file, each of a process or of an open
//! file.

use std::collections::BTreeMap;

/// Who holds a record lock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LockOwner {
    /// A process.
    Process(u32),
    /// An open file, by a number that no other has.
    OpenFile(u64),
}

/// A lock on a range of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordLock {
    /// Who holds it.
    pub owner: LockOwner,
    /// The first byte.
    pub start: u64,
    /// One past the last; `u64::MAX` is the end of the file, wherever that is.
    pub end: u64,
    /// Whether nobody else may read.
    pub exclusive: bool,
}

impl RecordLock {
    /// Whether a lock next to this one, of the same owner, is of the same kind.
    fn continues(&self, other: &RecordLock) -> bool {
        self.exclusive == other.exclusive && (self.end == other.start || other.end == self.start)
    }
}

/// The record locks of one owner on one file, by their first bytes. They do not overlap.
#[derive(Clone, Default, Debug)]
pub struct OwnedRecords(BTreeMap<u64, RecordLock>);

impl OwnedRecords {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them, in order.
    pub fn all(&self) -> impl Iterator<Item = &RecordLock> {
        self.0.values()
    }

    /// Those that have bytes in a range, in order.
    fn within(&self, start: u64, end: u64) -> impl Iterator<Item = &RecordLock> {
        let before = self.0.range(..start).next_back().filter(move |(_, held)| held.end > start);
        before.into_iter().chain(self.0.range(start..end.max(start))).map(|(_, held)| held)
    }

    /// The first that excludes a lock of another owner.
    pub fn excluding(&self, wanted: &RecordLock) -> Option<RecordLock> {
        self.within(wanted.start, wanted.end).find(|held| held.exclusive || wanted.exclusive).copied()
    }

    /// Adds one in place of what is held there. Neighbours of one kind are one lock: F_GETLK tells it as a whole.
    pub fn insert(&mut self, wanted: RecordLock) {
        self.remove(wanted.start, wanted.end);
        let below = self.0.range(..wanted.start).next_back().map(|(_, held)| *held);
        let above = self.0.get(&wanted.end).copied();
        let mut whole = wanted;
        for held in [below, above].into_iter().flatten().filter(|held| held.continues(&wanted)) {
            self.0.remove(&held.start);
            (whole.start, whole.end) = (whole.start.min(held.start), whole.end.max(held.end));
        }
        self.0.insert(whole.start, whole);
    }

    /// Gives a range back.
    pub fn remove(&mut self, start: u64, end: u64) {
        let touched: Vec<RecordLock> = self.within(start, end).copied().collect();
        for held in touched {
            self.0.remove(&held.start);
            let (before, after) = (held.end.min(start), held.start.max(end));
            if held.start < before {
                self.0.insert(held.start, RecordLock { end: before, ..held });
            }
            if after < held.end {
                self.0.insert(after, RecordLock { start: after, ..held });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(start: u64, end: u64, exclusive: bool) -> RecordLock {
        RecordLock { owner: LockOwner::Process(1), start, end, exclusive }
    }

    #[test]
    fn locks_split_and_merge() {
        let mut held = OwnedRecords::default();
        [lock(0, 10, true), lock(20, u64::MAX, true), lock(10, 20, false)].into_iter().for_each(|new| held.insert(new));
        assert_eq!(held.len(), 3);
        held.insert(lock(5, 25, true));
        assert_eq!(held.within(0, 1).collect::<Vec<_>>(), [&lock(0, u64::MAX, true)]);
        held.remove(8, 12);
        assert_eq!(held.within(0, 100).collect::<Vec<_>>(), [&lock(0, 8, true), &lock(12, u64::MAX, true)]);
        held.insert(lock(8, 12, false));
        assert_eq!(
            (held.len(), held.excluding(&lock(8, 12, false)), held.excluding(&lock(7, 12, false))),
            (3, None, Some(lock(0, 8, true)))
        );
    }
}
