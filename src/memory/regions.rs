//! Regions: which pages are mapped, from what, and what is allowed with them (the kernel's virtual
//! memory areas).
//!
//! Regions are the truth about an address space; the page table holds only what has been touched.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::gaps::Gaps;
use super::page::{PAGES, Perm};
use super::source::PageSource;

/// What a region is mapped from, and how.
#[derive(Clone, Default, Debug)]
pub struct Mapping {
    /// What is allowed.
    pub perm: Perm,
    /// Whether writes go to the source, so that everybody who maps it sees them; else a page is copied
    /// when it is first written.
    pub shared: bool,
    /// Where the bytes come from, and the page of it that the region begins with; without one they are
    /// zero at first.
    pub source: Option<(Arc<dyn PageSource>, u64)>,
    /// Whether it can never be made writable: it is shared, of a file that was opened for reading.
    pub never_writable: bool,
    /// Whether the region grows downwards when the page below it is touched (`MAP_GROWSDOWN`).
    pub grows_down: bool,
    /// What is shown of it to people.
    pub label: Option<Arc<Label>>,
}

/// How `/proc/PID/maps` shows what is mapped.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Label {
    /// A path, or a name like `[heap]`.
    pub name: Vec<u8>,
    /// Number of the file system.
    pub device: u64,
    /// Number of the file in it.
    pub inode: u64,
}

/// Pages next to each other with one mapping.
#[derive(Clone, Debug)]
pub struct MappedRegion {
    /// The numbers of its pages.
    pub pages: Range<u32>,
    /// What they are mapped from.
    pub mapping: Mapping,
}

impl MappedRegion {
    /// Where a page of the region comes from.
    pub fn source(&self, page: u32) -> Option<(&Arc<dyn PageSource>, u64)> {
        let (source, first) = self.mapping.source.as_ref()?;
        Some((source, first + u64::from(page - self.pages.start)))
    }

    /// The part of the region that lies in a range.
    fn part(&self, range: Range<u32>) -> MappedRegion {
        let pages = range.start.max(self.pages.start)..range.end.min(self.pages.end);
        let skipped = u64::from(pages.start - self.pages.start);
        let source = self.mapping.source.as_ref().map(|(source, first)| (Arc::clone(source), first + skipped));
        MappedRegion { pages, mapping: Mapping { source, ..self.mapping.clone() } }
    }

    /// Whether the region above continues this one.
    fn continues(&self, above: &MappedRegion) -> bool {
        let (a, b) = (&self.mapping, &above.mapping);
        let source = match (&a.source, &b.source) {
            (None, None) => true,
            (Some((first, at)), Some((second, next))) => {
                Arc::ptr_eq(first, second) && at + u64::from(self.pages.end - self.pages.start) == *next
            }
            _ => false,
        };
        source
            && (a.perm, a.shared, a.never_writable, a.grows_down, &a.label)
                == (b.perm, b.shared, b.never_writable, b.grows_down, &b.label)
    }
}

/// The regions of an address space, by their first page.
#[derive(Clone, Debug)]
pub struct Regions {
    regions: BTreeMap<u32, MappedRegion>,
    pages: u64,
    /// What is between them.
    gaps: Gaps,
}

impl Default for Regions {
    fn default() -> Regions {
        Regions { regions: BTreeMap::new(), pages: 0, gaps: Gaps::new(0..PAGES as u32) }
    }
}

impl Regions {
    /// How many pages are mapped.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// How many regions there are.
    pub fn count(&self) -> usize {
        self.regions.len()
    }

    /// The region that a page belongs to.
    pub fn at(&self, page: u32) -> Option<&MappedRegion> {
        let (_, region) = self.regions.range(..=page).next_back()?;
        region.pages.contains(&page).then_some(region)
    }

    /// The regions that have pages in a range, in order.
    pub fn within(&self, range: Range<u32>) -> impl Iterator<Item = &MappedRegion> {
        let before = self.regions.range(..range.start).next_back().map(|(_, region)| region);
        let from = self.regions.range(range.start..range.end.max(range.start)).map(|(_, region)| region);
        before.filter(move |region| region.pages.end > range.start && !range.is_empty()).into_iter().chain(from)
    }

    /// The first of the highest `count` pages next to each other below `ceiling` that are not mapped.
    pub fn highest_gap(&self, count: u32, ceiling: u32) -> Option<u32> {
        self.gaps.highest(count, ceiling)
    }

    /// One past the last mapped page below one that is not mapped itself.
    pub fn end_below(&self, page: u32) -> u32 {
        self.regions.range(..page).next_back().map_or(0, |(_, region)| region.pages.end)
    }

    /// The first mapped page from one on.
    fn start_above(&self, page: u32) -> u32 {
        self.regions.range(page..).next().map_or(PAGES as u32, |(first, _)| *first)
    }

    /// Maps a range in place of whatever was there.
    pub fn insert(&mut self, pages: Range<u32>, mapping: Mapping) {
        if pages.is_empty() {
            return;
        }
        self.remove(pages.clone());
        self.pages += pages.len() as u64;
        let gap = self.end_below(pages.start)..self.start_above(pages.end);
        self.gaps.fill(gap, pages.clone());
        let mut region = MappedRegion { pages, mapping };
        if let Some(below) = self.regions.range(..region.pages.start).next_back().map(|(_, below)| below) {
            if below.pages.end == region.pages.start && below.continues(&region) {
                region = MappedRegion { pages: below.pages.start..region.pages.end, mapping: below.mapping.clone() };
            }
        }
        if let Some(above) = self.regions.get(&region.pages.end).filter(|above| region.continues(above)) {
            let end = above.pages.end;
            self.regions.remove(&region.pages.end);
            region.pages.end = end;
        }
        self.regions.insert(region.pages.start, region);
    }

    /// Maps from other sources what is mapped from some.
    pub fn change_sources<E>(
        &mut self,
        mut change: impl FnMut(&Arc<dyn PageSource>) -> Result<Arc<dyn PageSource>, E>,
    ) -> Result<(), E> {
        let sources = self.regions.values_mut().filter_map(|region| region.mapping.source.as_mut());
        for (source, _) in sources {
            *source = change(source)?;
        }
        Ok(())
    }

    /// Takes a range out, and gives the parts of regions that were there.
    pub fn remove(&mut self, range: Range<u32>) -> Vec<MappedRegion> {
        let touched: Vec<MappedRegion> = self.within(range.clone()).cloned().collect();
        self.join_gaps(&touched, range.clone());
        for region in &touched {
            self.regions.remove(&region.pages.start);
            for rest in [region.pages.start..range.start, range.end..region.pages.end] {
                if rest.start < rest.end {
                    self.regions.insert(rest.start, region.part(rest));
                }
            }
        }
        let removed: Vec<MappedRegion> = touched.iter().map(|region| region.part(range.clone())).collect();
        self.pages -= removed.iter().map(|region| region.pages.len() as u64).sum::<u64>();
        removed
    }

    /// Where regions are about to go from a range, the gaps beside and between them become one.
    fn join_gaps(&mut self, gone: &[MappedRegion], range: Range<u32>) {
        let (Some(first), Some(last)) = (gone.first(), gone.last()) else { return };
        let start = if first.pages.start < range.start { range.start } else { self.end_below(first.pages.start) };
        let end = if last.pages.end > range.end { range.end } else { self.start_above(last.pages.end) };
        let ends = std::iter::once(start).chain(gone.iter().map(|region| region.pages.end));
        let starts = gone.iter().map(|region| region.pages.start).chain([end]);
        ends.zip(starts).for_each(|(from, to)| self.gaps.remove(from..to));
        self.gaps.insert(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(perm: Perm) -> Mapping {
        Mapping { perm, ..Mapping::default() }
    }

    fn ranges(regions: &Regions) -> Vec<(Range<u32>, Perm)> {
        regions.within(0..1 << 20).map(|region| (region.pages.clone(), region.mapping.perm)).collect()
    }

    #[test]
    fn regions_split_and_merge() {
        let mut regions = Regions::default();
        regions.insert(10..14, plain(Perm::READ));
        regions.insert(14..15, plain(Perm::READ));
        assert_eq!(ranges(&regions), [(10..15, Perm::READ)]);
        regions.insert(11..13, plain(Perm::ALL));
        assert_eq!(ranges(&regions), [(10..11, Perm::READ), (11..13, Perm::ALL), (13..15, Perm::READ)]);
        assert_eq!(regions.remove(12..14).len(), 2);
        assert_eq!((ranges(&regions).len(), regions.pages()), (3, 3));
        regions.insert(9..20, plain(Perm::READ));
        assert_eq!((ranges(&regions), regions.pages()), (vec![(9..20, Perm::READ)], 11));
        assert!(regions.at(8).is_none() && regions.at(9).is_some() && regions.at(20).is_none());
    }

    #[test]
    fn gaps_are_what_is_between_regions() {
        let mut regions = Regions::default();
        let mut random = crate::cpu::Random(7);
        for _ in 0..2000 {
            let mut bytes = [0; 4];
            random.fill(&mut bytes);
            let (start, size) = (u32::from(bytes[0]) * 4, 1 + u32::from(bytes[1]) % 40);
            match bytes[2] % 3 {
                0 => drop(regions.remove(start..start + size)),
                _ => regions.insert(start..start + size, plain(if bytes[3] % 2 == 0 { Perm::READ } else { Perm::ALL })),
            }
            let mut walked = Gaps::default();
            let all = regions.within(0..1 << 20).map(|region| region.pages.clone());
            let end = all.fold(0, |end, pages| {
                walked.insert(end..pages.start);
                pages.end
            });
            walked.insert(end..1 << 20);
            assert_eq!(regions.gaps, walked);
        }
    }
}
