//! A set of numbers, such as addresses, as ranges.

use std::collections::BTreeMap;

/// Disjoint ranges of numbers in ascending order; neighbours are merged.
#[derive(Clone, Default, Debug)]
pub struct Ranges {
    /// First number to one past the last.
    ranges: BTreeMap<u64, u64>,
    size: u64,
}

impl Ranges {
    /// Numbers in the set.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The parts of the set that lie in a range, in ascending order.
    pub fn within(&self, start: u64, end: u64) -> Vec<(u64, u64)> {
        let before = self.ranges.range(..start).next_back().filter(|(_, to)| **to > start);
        let parts = before.into_iter().chain(self.ranges.range(start..end));
        parts.map(|(from, to)| ((*from).max(start), (*to).min(end))).collect()
    }

    /// The first number from one on that is not in the set.
    pub fn first_outside(&self, from: u64) -> u64 {
        let around = self.ranges.range(..=from).next_back().filter(|(_, end)| **end > from);
        around.map_or(from, |(_, end)| *end)
    }

    /// Adds a range, parts of which may be in the set already.
    pub fn insert(&mut self, mut start: u64, mut end: u64) {
        if start >= end {
            return;
        }
        self.remove(start, end);
        self.size += end - start;
        let before = self.ranges.range(..start).next_back().map(|(first, last)| (*first, *last));
        if let Some((first, _)) = before.filter(|(_, last)| *last == start) {
            self.ranges.remove(&first);
            start = first;
        }
        if let Some(last) = self.ranges.remove(&end) {
            end = last;
        }
        self.ranges.insert(start, end);
    }

    /// Removes a range.
    pub fn remove(&mut self, start: u64, end: u64) {
        for (from, to) in self.within(start, end.max(start)) {
            let Some((&first, &last)) = self.ranges.range(..=from).next_back() else { continue };
            self.ranges.remove(&first);
            if first < from {
                self.ranges.insert(first, from);
            }
            if to < last {
                self.ranges.insert(to, last);
            }
            self.size -= to - from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_split_and_merge() {
        let mut ranges = Ranges::default();
        ranges.insert(10, 14);
        ranges.insert(14, 15);
        assert_eq!(ranges.within(0, 100), [(10, 15)]);
        ranges.remove(11, 13);
        assert_eq!((ranges.within(0, 100), ranges.size()), (vec![(10, 11), (13, 15)], 3));
        assert_eq!([9, 10, 11, 13, 15].map(|from| ranges.first_outside(from)), [9, 11, 11, 15, 15]);
        ranges.insert(9, 20);
        assert_eq!((ranges.within(0, 100), ranges.size()), (vec![(9, 20)], 11));
    }
}
