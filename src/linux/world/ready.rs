//! Threads that can run.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

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
}

impl Ready {
    /// Adds a thread behind all others of its priority.
    pub fn push(&mut self, tid: u32, priority: u32) {
        self.queue(priority).push_back(tid);
    }

    /// Adds a thread before all others of its priority.
    pub fn push_first(&mut self, tid: u32, priority: u32) {
        self.queue(priority).push_front(tid);
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
        self.len() < before
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.normal.len() + self.real_time.values().map(VecDeque::len).sum::<usize>()
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
