//! Waymarks: snapshots of the world on its way, from which the past is reached. Forwards one is made every some million
//! instructions. When there are too many, or they take too much memory, those go that lie close together for how far
//! away they are: so the distances grow with the age.

use std::collections::BTreeMap;

use crate::recording::TapePosition;
use crate::vm::Snapshot;

/// Instructions between two marks on the way forwards.
const INTERVAL: u64 = 16_000_000;

/// The most marks, and the most bytes of memory that they may keep.
const MOST_MARKS: usize = 64;
const MOST_BYTES: u64 = 512 << 20;

/// The world at an instruction count.
#[derive(Clone, Debug)]
pub struct Waymark {
    /// Machine and kernel.
    pub snapshot: Snapshot,
    /// Where the tape stood.
    pub tape: Option<TapePosition>,
}

impl Waymark {
    /// What it keeps of memory: the pages that another one has not.
    fn bytes_beside(&self, other: Option<&Waymark>) -> u64 {
        self.snapshot.bytes_beside(other.map(|other| &other.snapshot))
    }
}

/// Snapshots by instruction count.
#[derive(Default, Debug)]
pub struct Waymarks {
    /// Each with what it keeps of memory beside the one before.
    marks: BTreeMap<u64, (Waymark, u64)>,
    /// Where there could be none.
    refused: Option<u64>,
}

impl Waymarks {
    /// Whether it is time for another one.
    pub fn is_due(&self, now: u64) -> bool {
        let last = self.marks.range(..=now).next_back().map(|(count, _)| *count);
        let near = |count: u64| now.abs_diff(count) < INTERVAL;
        !last.is_some_and(near) && !self.refused.is_some_and(near)
    }

    /// The last one at or before a count.
    pub fn before(&self, count: u64) -> Option<(u64, Waymark)> {
        self.marks.range(..=count).next_back().map(|(count, (mark, _))| (*count, mark.clone()))
    }

    /// Another one.
    pub fn add(&mut self, now: u64, mark: Waymark) {
        self.marks.insert(now, (mark, 0));
        self.measure(now);
        while self.marks.len() > MOST_MARKS || self.bytes() > MOST_BYTES {
            let Some(count) = self.most_crowded(now) else { return };
            self.remove(count);
        }
    }

    /// There could be none here.
    pub fn refuse(&mut self, now: u64) {
        self.refused = Some(now);
    }

    /// One could not be used.
    pub fn remove(&mut self, count: u64) {
        self.marks.remove(&count);
        let next = self.marks.range(count..).next().map(|(count, _)| *count);
        next.into_iter().for_each(|next| self.measure(next));
    }

    /// What lies behind a count will be another world.
    pub fn forget_after(&mut self, count: u64) {
        self.marks.split_off(&(count + 1));
    }

    /// The places of the tape at which there are marks, with their counts, the oldest first.
    pub fn places(&self) -> Vec<(u64, TapePosition)> {
        self.marks.iter().filter_map(|(count, (mark, _))| Some((*count, mark.tape?))).collect()
    }

    /// What lies before a count is no longer of interest.
    pub fn forget_before(&mut self, count: u64) {
        self.marks = self.marks.split_off(&count);
        self.measure(count);
    }

    /// What they keep of memory.
    fn bytes(&self) -> u64 {
        self.marks.values().map(|(_, bytes)| bytes).sum()
    }

    fn measure(&mut self, count: u64) {
        let before = self.marks.range(..count).next_back().map(|(_, (mark, _))| mark);
        let bytes = self.marks.get(&count).map(|(mark, _)| mark.bytes_beside(before));
        self.marks.entry(count).and_modify(|(_, own)| *own = bytes.unwrap_or_default());
    }

    /// The one, but for the first and the last, whose neighbours are closest for how far away it is from `now`.
    fn most_crowded(&self, now: u64) -> Option<u64> {
        let counts: Vec<u64> = self.marks.keys().copied().collect();
        let distance = |around: &[u64]| (around[2] - around[0]) as f64 / (now.abs_diff(around[1]) + INTERVAL) as f64;
        let crowded = counts.windows(3).min_by(|one, other| distance(one).total_cmp(&distance(other)));
        crowded.map(|around| around[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vm::Vm;

    fn mark() -> Waymark {
        Waymark { snapshot: Vm::new(4096).snapshot().unwrap(), tape: None }
    }

    #[test]
    fn distances_grow_with_the_age() {
        let (mut marks, one) = (Waymarks::default(), mark());
        for number in 0..10_000 {
            marks.add(number * INTERVAL, one.clone());
        }
        let counts: Vec<u64> = marks.marks.keys().map(|count| count / INTERVAL).collect();
        assert_eq!((counts.len(), counts[0], counts[MOST_MARKS - 1]), (MOST_MARKS, 0, 9_999));
        // Nobody has to go further than about a fifth of the way.
        for target in 1..10_000_u64 {
            let (from, _) = marks.before(target * INTERVAL).unwrap();
            assert!(target - from / INTERVAL <= 5 + (10_000 - target) / 4, "{target}: {counts:?}");
        }
    }

    #[test]
    fn one_is_due_where_none_is_near() {
        let mut marks = Waymarks::default();
        assert!(marks.is_due(0));
        marks.add(0, mark());
        assert!(!marks.is_due(INTERVAL - 1) && marks.is_due(INTERVAL));
        marks.refuse(INTERVAL);
        assert!(!marks.is_due(INTERVAL + 1) && marks.is_due(2 * INTERVAL));
        marks.add(2 * INTERVAL, mark());
        marks.forget_after(INTERVAL);
        assert_eq!(marks.before(3 * INTERVAL).unwrap().0, 0);
        marks.add(INTERVAL, mark());
        marks.forget_before(INTERVAL);
        assert!(marks.before(INTERVAL - 1).is_none() && marks.before(INTERVAL).is_some());
    }
}
