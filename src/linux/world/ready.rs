//! Threads that can run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many turns in a row threads of real-time policies have before another one has its turn, so that one
/// that never waits does not stop the world (sched(7), "Limiting the CPU usage of real-time and deadline
/// processes": 95 of 100).
const REAL_TIME_TURNS: u32 = 19;

/// The threads that can run, in the order in which they will: by priority, and the normal ones last.
#[derive(Clone, Default, Debug)]
pub struct Ready {
    normal: VecDeque<u32>,
    real_time: BTreeMap<Reverse<u32>, VecDeque<u32>>,
    /// Turns that threads of real-time policies had since a normal one had one.
    turns: u32,
    /// Threads that a debugger holds: they stand still, although they could run.
    held: BTreeSet<u32>,
    /// Those of them that could, and their priorities, in the order in which they were added.
    aside: Vec<(u32, u32)>,
}

impl Ready {
    /// Adds a thread behind all others of its priority.
    pub fn push(&mut self, tid: u32, priority: u32) {
        if !self.put_aside(tid, priority) {
            self.queue(priority).push_back(tid);
        }
    }

    /// Adds a thread before all others of its priority.
    pub fn push_first(&mut self, tid: u32, priority: u32) {
        if !self.put_aside(tid, priority) {
            self.queue(priority).push_front(tid);
        }
    }

    /// Whether a thread is held, which waits here until it is not.
    fn put_aside(&mut self, tid: u32, priority: u32) -> bool {
        let held = self.held.contains(&tid);
        if held && !self.aside.iter().any(|(known, _)| *known == tid) {
            self.aside.push((tid, priority));
        }
        held
    }

    /// The threads that are held.
    pub fn held(&self) -> &BTreeSet<u32> {
        &self.held
    }

    /// Holds these threads no longer.
    pub fn let_go(&mut self, tids: &BTreeSet<u32>) {
        if !self.held.is_disjoint(tids) {
            self.hold(&self.held - tids);
        }
    }

    /// Holds these threads, and no others. Those that are held no longer are behind all others.
    pub fn hold(&mut self, held: BTreeSet<u32>) {
        self.held = held;
        let all =
            self.real_time.iter().flat_map(|(Reverse(priority), queue)| queue.iter().map(|tid| (*tid, *priority)));
        let all: Vec<(u32, u32)> = all.chain(self.normal.iter().map(|tid| (*tid, 0))).collect();
        for (tid, priority) in all.into_iter().filter(|(tid, _)| self.held.contains(tid)).collect::<Vec<_>>() {
            self.remove(tid);
            self.put_aside(tid, priority);
        }
        for (tid, priority) in std::mem::take(&mut self.aside) {
            self.push(tid, priority);
        }
    }

    fn queue(&mut self, priority: u32) -> &mut VecDeque<u32> {
        if priority == 0 { &mut self.normal } else { self.real_time.entry(Reverse(priority)).or_default() }
    }

    /// Takes the thread that comes first.
    pub fn pop(&mut self) -> Option<u32> {
        let Some(mut first) = self.real_time.first_entry() else { return self.pop_normal() };
        if self.turns >= REAL_TIME_TURNS && !self.normal.is_empty() {
            return self.pop_normal();
        }
        self.turns += 1;
        let tid = first.get_mut().pop_front();
        if first.get().is_empty() {
            first.remove();
        }
        tid
    }

    fn pop_normal(&mut self) -> Option<u32> {
        self.turns = 0;
        self.normal.pop_front()
    }

    /// Takes a thread out; whether it was there.
    pub fn remove(&mut self, tid: u32) -> bool {
        let before = self.len();
        self.normal.retain(|ready| *ready != tid);
        self.real_time.retain(|_, queue| {
            queue.retain(|ready| *ready != tid);
            !queue.is_empty()
        });
        self.aside.retain(|(ready, _)| *ready != tid);
        self.len() < before
    }

    /// How many there are, those that are held among them.
    pub fn len(&self) -> usize {
        self.normal.len() + self.real_time.values().map(VecDeque::len).sum::<usize>() + self.aside.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_come_first() {
        let mut ready = Ready::default();
        [(1, 0), (2, 5), (3, 9), (4, 5)].iter().for_each(|(tid, priority)| ready.push(*tid, *priority));
        ready.push_first(5, 5);
        assert!(ready.remove(4) && !ready.remove(4));
        let order: Vec<u32> = std::iter::from_fn(|| ready.pop()).collect();
        assert_eq!(order, [3, 5, 2, 1]);
    }

    #[test]
    fn who_is_held_stands_still() {
        let mut ready = Ready::default();
        [(1, 0), (2, 5), (3, 0)].iter().for_each(|(tid, priority)| ready.push(*tid, *priority));
        ready.hold(BTreeSet::from([2, 3, 4]));
        ready.push_first(4, 0);
        assert_eq!((ready.len(), ready.pop(), ready.pop()), (4, Some(1), None));
        ready.push(1, 0);
        ready.hold(BTreeSet::from([3]));
        let order: Vec<u32> = std::iter::from_fn(|| ready.pop()).collect();
        assert_eq!(order, [2, 1, 4]);
        assert!(ready.remove(3) && ready.len() == 0);
    }

    #[test]
    fn normal_threads_are_not_starved() {
        let mut ready = Ready::default();
        ready.push(1, 0);
        ready.push(2, 9);
        let turns = std::iter::from_fn(|| {
            let tid = ready.pop()?;
            ready.push(tid, if tid == 1 { 0 } else { 9 });
            Some(tid)
        });
        assert_eq!(turns.take(200).filter(|tid| *tid == 1).count(), 10);
    }
}
