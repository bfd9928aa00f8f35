//! Gaps: runs of pages that are not mapped, by their size. The regions say where they are; here a place for a mapping
//! is found without walking over all of them.

use std::collections::BTreeSet;
use std::ops::Range;

/// Gaps: the size of each, and its first page. However many there are, they have at most 1448 different sizes: so many
/// fit into an address space of 2^20 pages.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Gaps(BTreeSet<(u32, u32)>);

impl Gaps {
    /// One gap.
    pub fn new(gap: Range<u32>) -> Gaps {
        let mut gaps = Gaps::default();
        gaps.insert(gap);
        gaps
    }

    /// Adds a gap, unless it is empty.
    pub fn insert(&mut self, gap: Range<u32>) {
        if !gap.is_empty() {
            self.0.insert((gap.end - gap.start, gap.start));
        }
    }

    /// Removes a gap, unless it is empty.
    pub fn remove(&mut self, gap: Range<u32>) {
        if !gap.is_empty() {
            self.0.remove(&(gap.end - gap.start, gap.start));
        }
    }

    /// Pages in a gap get mapped: what remains of it are up to two smaller ones.
    pub fn fill(&mut self, gap: Range<u32>, pages: Range<u32>) {
        self.remove(gap.clone());
        self.insert(gap.start..pages.start);
        self.insert(pages.end..gap.end);
    }

    /// The first of the highest `count` pages in a gap that lie below `ceiling`.
    pub fn highest(&self, count: u32, ceiling: u32) -> Option<u32> {
        let (mut best, mut least) = (None, count);
        while let Some(&(size, _)) = self.0.range((least, 0)..).next() {
            let below = self.0.range((size, 0)..(size, ceiling)).rev();
            let starts =
                below.filter_map(|(_, start)| (start + size).min(ceiling).checked_sub(count).filter(|at| at >= start));
            best = best.max(starts.take(1).next());
            least = size + 1;
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_place_is_found() {
        let mut gaps = Gaps::new(0..100);
        gaps.fill(0..100, 90..95);
        gaps.fill(0..90, 40..50);
        assert_eq!((gaps.highest(5, 100), gaps.highest(6, 100), gaps.highest(41, 100)), (Some(95), Some(84), None));
        assert_eq!((gaps.highest(5, 97), gaps.highest(2, 97), gaps.highest(40, 80)), (Some(85), Some(95), Some(0)));
        assert_eq!((gaps.highest(10, 55), gaps.highest(1, 0)), (Some(30), None));
    }
}
