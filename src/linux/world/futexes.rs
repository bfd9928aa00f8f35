//! Who waits at which futex (futex(7)).

use std::collections::{BTreeMap, VecDeque};

/// What a futex is, whatever address a process sees it at: a word of an address space, or of what several
/// map shared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FutexKey {
    /// An address in an address space.
    Private(u64, u32),
    /// An offset in a frame that several address spaces share.
    Shared(u32, u32),
}

/// A thread that waits at a futex.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FutexWaiter {
    /// The thread.
    pub tid: u32,
    /// Its priority, if it has one.
    pub priority: u32,
    /// Which wakes it accepts (FUTEX_WAIT_BITSET).
    pub bitset: u32,
    /// Which of the futexes that it waits at this one is (futex_waitv(2)).
    pub index: u32,
    /// The PI futex to which it may be requeued (FUTEX_WAIT_REQUEUE_PI).
    pub target: Option<FutexKey>,
}

/// Waiting threads by futex, by priority; of one priority first come first served.
#[derive(Clone, Default, Debug)]
pub struct Futexes {
    queues: BTreeMap<FutexKey, VecDeque<FutexWaiter>>,
}

impl Futexes {
    /// A thread begins to wait.
    pub fn add(&mut self, key: FutexKey, waiter: FutexWaiter) {
        let queue = self.queues.entry(key).or_default();
        let behind = queue.iter().rposition(|other| other.priority >= waiter.priority);
        queue.insert(behind.map_or(0, |index| index + 1), waiter);
    }

    /// A thread no longer waits at any futex.
    pub fn forget(&mut self, tid: u32) {
        self.queues.retain(|_, queue| {
            queue.retain(|waiter| waiter.tid != tid);
            !queue.is_empty()
        });
    }

    /// Takes the first waiters, at most `count`, that accept a wake with these bits.
    pub fn take(&mut self, key: FutexKey, count: u32, bitset: u32) -> Vec<FutexWaiter> {
        let Some(queue) = self.queues.get_mut(&key) else { return Vec::new() };
        let mut taken = Vec::new();
        queue.retain(|waiter| {
            let take = taken.len() < count as usize && waiter.bitset & bitset != 0;
            if take {
                taken.push(*waiter);
            }
            !take
        });
        if queue.is_empty() {
            self.queues.remove(&key);
        }
        taken
    }

    /// Moves the first waiters, at most `count`, to another futex, and gives their number.
    pub fn requeue(&mut self, from: FutexKey, to: FutexKey, count: u32) -> u32 {
        let Some(queue) = self.queues.get_mut(&from) else { return 0 };
        let moved: Vec<FutexWaiter> = queue.drain(..queue.len().min(count as usize)).collect();
        if queue.is_empty() {
            self.queues.remove(&from);
        }
        let number = moved.len() as u32;
        moved.into_iter().for_each(|waiter| self.add(to, waiter));
        number
    }

    /// Who waits at a futex, in the order in which they are woken.
    pub fn waiters(&self, key: FutexKey) -> impl Iterator<Item = &FutexWaiter> {
        self.queues.get(&key).into_iter().flatten()
    }

    /// The thread that has waited longest at a futex.
    pub fn first(&self, key: FutexKey) -> Option<u32> {
        self.queues.get(&key)?.front().map(|waiter| waiter.tid)
    }

    /// Whether anybody waits at a futex.
    pub fn has_waiters(&self, key: FutexKey) -> bool {
        self.queues.contains_key(&key)
    }
}
