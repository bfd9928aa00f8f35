//! Pages: what may be done with them, and the table that holds what backs each one.

use std::ops::{BitOr, BitOrAssign};
use std::sync::Arc;

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
#[derive(Clone, Debug, Default)]
pub enum Backing {
    /// Nowhere yet: in what its region is mapped from, or all zero.
    #[default]
    Untouched,
    /// In a frame of the pool, with what is known about accesses to it.
    Frame(FrameNumber, Rights),
    /// In the frame of a snapshot; copied at the first touch.
    Snapshot(Arc<PageBytes>),
}

/// Page number to backing, in two levels of 1024, so that an empty address space is small.
#[derive(Clone, Debug, Default)]
pub struct PageTable {
    tables: Vec<Option<Box<[Backing; 1024]>>>,
}

impl PageTable {
    pub fn get(&self, number: u32) -> &Backing {
        let table = self.tables.get(number as usize >> 10).and_then(Option::as_ref);
        table.map_or(&Backing::Untouched, |table| &table[number as usize & 1023])
    }

    /// Backs a page, and gives what backed it.
    pub fn set(&mut self, number: u32, backing: Backing) -> Backing {
        if self.tables.is_empty() {
            self.tables.resize_with(PAGES >> 10, || None);
        }
        let table = &mut self.tables[number as usize >> 10];
        let table = table.get_or_insert_with(|| Box::new([const { Backing::Untouched }; 1024]));
        std::mem::replace(&mut table[number as usize & 1023], backing)
    }

    /// Of what is known about accesses to a page, at most this remains.
    pub fn limit_rights(&mut self, number: u32, most: Rights) {
        let table = self.tables.get_mut(number as usize >> 10).and_then(Option::as_mut);
        if let Some(Backing::Frame(_, rights)) = table.map(|table| &mut table[number as usize & 1023]) {
            *rights = most.min(*rights);
        }
    }

    /// Of what is known about accesses to any page, at most this remains.
    pub fn limit_all_rights(&mut self, most: Rights) {
        for table in self.tables.iter_mut().flatten() {
            for backing in table.iter_mut() {
                if let Backing::Frame(_, rights) = backing {
                    *rights = most.min(*rights);
                }
            }
        }
    }

    /// Takes out what backs the pages of a range that have been touched.
    pub fn take(&mut self, range: std::ops::Range<u32>) -> Vec<(u32, Backing)> {
        self.touched_within(range)
            .map(|(number, backing)| (number, std::mem::take(backing)))
            .filter(|(_, backing)| !matches!(backing, Backing::Untouched))
            .collect()
    }

    /// The pages of a range that have been touched.
    pub fn numbers(&mut self, range: std::ops::Range<u32>) -> Vec<u32> {
        let within = self.touched_within(range);
        within.filter(|(_, backing)| !matches!(backing, Backing::Untouched)).map(|(number, _)| number).collect()
    }

    /// How many pages of a range are backed by a frame.
    pub fn resident(&self, range: std::ops::Range<u32>) -> u64 {
        let mut count = 0;
        for (index, table) in self.tables.iter().enumerate() {
            let first = (index as u32) << 10;
            let (start, end) = (range.start.max(first), range.end.min(first + 1024));
            if let (Some(table), true) = (table, start < end) {
                let entries = &table[(start - first) as usize..(end - first) as usize];
                count += entries.iter().filter(|backing| !matches!(backing, Backing::Untouched)).count() as u64;
            }
        }
        count
    }

    /// Every page that has been touched, in order.
    pub fn touched(&mut self) -> impl Iterator<Item = (u32, &mut Backing)> {
        let all = self.touched_within(0..PAGES as u32);
        all.filter(|(_, backing)| !matches!(backing, Backing::Untouched))
    }

    /// The entries of a range, without the tables that do not exist.
    fn touched_within(&mut self, range: std::ops::Range<u32>) -> impl Iterator<Item = (u32, &mut Backing)> {
        let tables = range.start as usize >> 10..(range.end as usize).div_ceil(1024).min(self.tables.len());
        let first = tables.start.min(tables.end);
        let tables = self.tables.get_mut(first..tables.end).unwrap_or_default();
        tables.iter_mut().enumerate().flat_map(move |(at, table)| {
            let start = ((first + at) << 10) as u32;
            let range = range.clone();
            let entries = table.iter_mut().flat_map(|table| table.iter_mut().enumerate());
            entries.map(move |(low, backing)| (start | low as u32, backing)).filter(move |(n, _)| range.contains(n))
        })
    }
}
