//! Pages: what may be done with them, and the table that holds what backs each one.

use std::fmt;
use std::ops::{BitOr, BitOrAssign, Range};

/// How many pages a 32-bit address space has.
pub const PAGES: usize = 1 << 20;

/// Bytes in a page.
pub const PAGE_SIZE: usize = 4096;

/// The number of a frame in its pool.
pub type FrameNumber = u32;

/// The bytes of one page.
pub type PageBytes = [u8; PAGE_SIZE];

/// What a guest may do with a page.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Perm(u8);

impl Perm {
    /// Mapped, but nothing is allowed.
    pub const NONE: Perm = Perm(0);
    /// May be read.
    pub const READ: Perm = Perm(1);
    /// May be written.
    pub const WRITE: Perm = Perm(2);
    /// May be executed.
    pub const EXECUTE: Perm = Perm(4);
    /// Read, write and execute.
    pub const ALL: Perm = Perm(7);

    /// Whether every permission of `other` is in here.
    #[must_use]
    pub fn has(self, other: Perm) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Perm {
    type Output = Perm;
    fn bitor(self, other: Perm) -> Perm {
        Perm(self.0 | other.0)
    }
}

impl BitOrAssign for Perm {
    fn bitor_assign(&mut self, other: Perm) {
        self.0 |= other.0;
    }
}

/// What may be done with a page without further question, as far as is known. A question is one for what lies
/// behind the permissions: code that was translated from the page, others who share it, somebody who watches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Rights {
    /// Nothing is known: every access asks.
    #[default]
    Unknown,
    /// It may be read.
    Read,
    /// It may be read and written.
    Write,
}

/// Where the bytes of a page are.
#[derive(Clone, Copy, Debug, Default)]
pub enum Backing {
    /// Nowhere yet: in what its region is mapped from, or all zero.
    #[default]
    Untouched,
    /// In a frame of the pool, with what is known about accesses to it.
    Frame(FrameNumber, Rights),
}

/// Page number to backing, in two levels of 1024, so that an empty address space is small.
#[derive(Clone, Default)]
pub struct PageTable {
    tables: Vec<Option<Box<PageGroup>>>,
    /// How many pages have been touched, of all groups: it is asked for often.
    touched: u32,
}

/// 1024 pages next to each other of which some have been touched.
#[derive(Clone)]
struct PageGroup {
    touched: u32,
    entries: [Backing; 1024],
}

impl PageGroup {
    /// Where in the group with this index the pages lie that are in a range.
    fn part(index: usize, range: &Range<u32>) -> Range<usize> {
        let first = (index as u32) << 10;
        let [start, end] = [range.start, range.end].map(|at| at.clamp(first, first + 1024) - first);
        start as usize..end.max(start) as usize
    }

    /// The entries of those pages that lie in a range, and the number of the first; `index` says which group it is.
    fn within(&mut self, index: usize, range: &Range<u32>) -> (u32, &mut [Backing]) {
        let part = PageGroup::part(index, range);
        (((index << 10) + part.start) as u32, &mut self.entries[part])
    }
}

impl fmt::Debug for PageTable {
    /// A million pages are too many to be shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageTable").finish_non_exhaustive()
    }
}

impl PageTable {
    pub fn get(&self, number: u32) -> &Backing {
        let table = self.tables.get(number as usize >> 10).and_then(Option::as_ref);
        table.map_or(&Backing::Untouched, |table| &table.entries[number as usize & 1023])
    }

    /// Backs a page, and gives what backed it.
    pub fn set(&mut self, number: u32, backing: Backing) -> Backing {
        if self.tables.is_empty() {
            self.tables.resize_with(PAGES >> 10, || None);
        }
        let table = &mut self.tables[number as usize >> 10];
        let empty = PageGroup { touched: 0, entries: [const { Backing::Untouched }; 1024] };
        let table = table.get_or_insert_with(|| Box::new(empty));
        let is_touched = |backing: &Backing| u32::from(!matches!(backing, Backing::Untouched));
        let entry = &mut table.entries[number as usize & 1023];
        let [before, now] = [is_touched(entry), is_touched(&backing)];
        table.touched = table.touched + now - before;
        self.touched = self.touched + now - before;
        std::mem::replace(entry, backing)
    }

    /// Of what is known about accesses to a page, at most this remains.
    pub fn limit_rights(&mut self, number: u32, most: Rights) {
        let table = self.tables.get_mut(number as usize >> 10).and_then(Option::as_mut);
        if let Some(Backing::Frame(_, rights)) = table.map(|table| &mut table.entries[number as usize & 1023]) {
            *rights = most.min(*rights);
        }
    }

    /// Of what is known about accesses to any page, at most this remains.
    pub fn limit_all_rights(&mut self, most: Rights) {
        for table in self.tables.iter_mut().flatten() {
            for backing in &mut table.entries {
                if let Backing::Frame(_, rights) = backing {
                    *rights = most.min(*rights);
                }
            }
        }
    }

    /// Takes out what backs the pages of a range that have been touched.
    pub fn take(&mut self, range: Range<u32>) -> Vec<(u32, Backing)> {
        let mut taken = Vec::new();
        for (index, slot) in self.groups(&range) {
            let Some(group) = slot else { continue };
            let before = taken.len();
            let (start, entries) = group.within(index, &range);
            for (number, backing) in (start..).zip(entries) {
                if !matches!(backing, Backing::Untouched) {
                    taken.push((number, std::mem::take(backing)));
                }
            }
            group.touched -= (taken.len() - before) as u32;
            if group.touched == 0 {
                *slot = None;
            }
        }
        self.touched -= taken.len() as u32;
        taken
    }

    /// The pages of a range that have been touched.
    pub fn numbers(&mut self, range: Range<u32>) -> Vec<u32> {
        self.touched_within(range).map(|(number, _)| number).collect()
    }

    /// How many pages are backed by a frame.
    pub fn all_resident(&self) -> u64 {
        self.touched.into()
    }

    /// The same of a range. Of groups that lie in it as a whole, the number is known.
    pub fn resident(&self, range: Range<u32>) -> u64 {
        let groups = self.span(&range);
        let groups = groups.filter_map(|index| Some((index, self.tables[index].as_deref()?)));
        let counts = groups.map(|(index, group)| {
            let part = PageGroup::part(index, &range);
            if part.len() == group.entries.len() {
                return u64::from(group.touched);
            }
            group.entries[part].iter().filter(|backing| !matches!(backing, Backing::Untouched)).count() as u64
        });
        counts.sum()
    }

    /// Every page that has been touched, in order.
    pub fn touched(&mut self) -> impl Iterator<Item = (u32, &mut Backing)> {
        self.touched_within(0..PAGES as u32)
    }

    /// Those of a range.
    fn touched_within(&mut self, range: Range<u32>) -> impl Iterator<Item = (u32, &mut Backing)> {
        let groups = self.groups(&range).filter_map(|(index, slot)| Some((index, slot.as_deref_mut()?)));
        let entries = groups.flat_map(move |(index, group)| {
            let (start, entries) = group.within(index, &range);
            (start..).zip(entries)
        });
        entries.filter(|(_, backing)| !matches!(backing, Backing::Untouched))
    }

    /// The indices of the groups that have pages in a range, as far as there are groups.
    fn span(&self, range: &Range<u32>) -> Range<usize> {
        let last = (range.end as usize).div_ceil(1024).min(self.tables.len());
        (range.start as usize >> 10).min(last)..last
    }

    /// The groups that have pages in a range.
    fn groups(&mut self, range: &Range<u32>) -> impl Iterator<Item = (usize, &mut Option<Box<PageGroup>>)> + use<'_> {
        let span = self.span(range);
        self.tables[span.clone()].iter_mut().zip(span).map(|(slot, index)| (index, slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_which_nothing_is_touched_any_more_is_gone() {
        let mut pages = PageTable::default();
        for number in [5, 1023, 1024, 3000] {
            pages.set(number, Backing::Frame(number, Rights::Unknown));
        }
        pages.set(5, Backing::Frame(5, Rights::Read));
        assert_eq!(pages.numbers(6..3000), [1023, 1024]);
        assert_eq!(pages.take(6..3000).len(), 2);
        assert_eq!(pages.numbers(0..PAGES as u32), [5, 3000]);
        let counts = [0..3001, 0..3000, 6..4096, 1024..3072, 0..PAGES as u32].map(|range| pages.resident(range));
        assert_eq!((counts, pages.all_resident()), ([2, 1, 1, 1, 2], 2));
        assert_eq!(pages.tables.iter().flatten().count(), 2);
        assert_eq!(pages.take(0..PAGES as u32).len(), 2);
        assert!(pages.tables.iter().all(Option::is_none) && pages.take(1..1).is_empty());
        assert_eq!(pages.all_resident(), 0);
    }
}
