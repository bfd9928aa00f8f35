//! Pages: permission bits, what a page is backed by, and the sparse directory that holds them.

use std::ops::{BitOr, BitOrAssign};
use std::sync::Arc;

/// How many pages a 32-bit address space has.
pub const PAGES: usize = 1 << 20;

/// For each page its frame number plus one; 0 sends the access to the slow path.
pub(super) type FastTable = Box<[u32; PAGES]>;

/// Bytes in a page.
pub const PAGE_SIZE: usize = 4096;

/// The bytes of one page.
pub type Frame = [u8; PAGE_SIZE];

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

/// Where the bytes of a mapped page are.
#[derive(Clone, Debug, Default)]
pub enum Backing {
    /// Nowhere yet: all zero until the first touch.
    #[default]
    Zero,
    /// In `Memory::frames`, by number.
    Own(u32),
    /// In the frames of a snapshot; copied at the first touch.
    Shared(Arc<Vec<Frame>>, u32),
}

/// A mapped page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub perm: Perm,
    pub backing: Backing,
    /// One bit for each byte that translated code was made from; `None` when there is none.
    pub code: Option<Box<[u64; PAGE_SIZE / 64]>>,
}

/// Page number to page, in two levels of 1024, so that an empty address space is small.
#[derive(Clone, Debug, Default)]
pub struct PageDirectory {
    tables: Vec<Option<Box<[Option<Page>; 1024]>>>,
}

impl PageDirectory {
    pub fn get(&self, number: u32) -> Option<&Page> {
        self.tables.get(number as usize >> 10)?.as_ref()?[number as usize & 1023].as_ref()
    }

    pub fn get_mut(&mut self, number: u32) -> Option<&mut Page> {
        self.tables.get_mut(number as usize >> 10)?.as_mut()?[number as usize & 1023].as_mut()
    }

    /// Puts a page in its place and gives back the one that was there.
    pub fn insert(&mut self, number: u32, page: Page) -> Option<Page> {
        self.slot(number).replace(page)
    }

    /// Takes a page out.
    pub fn remove(&mut self, number: u32) -> Option<Page> {
        self.get(number)?;
        self.slot(number).take()
    }

    /// Every mapped page with its number, in order.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (u32, &mut Page)> {
        self.tables.iter_mut().enumerate().flat_map(|(high, table)| {
            let pages = table.iter_mut().flat_map(|table| table.iter_mut().enumerate());
            pages.filter_map(move |(low, page)| Some(((high << 10 | low) as u32, page.as_mut()?)))
        })
    }

    fn slot(&mut self, number: u32) -> &mut Option<Page> {
        if self.tables.is_empty() {
            self.tables.resize_with(PAGES >> 10, || None);
        }
        let table = &mut self.tables[number as usize >> 10];
        &mut table.get_or_insert_with(|| Box::new([const { None }; 1024]))[number as usize & 1023]
    }
}

/// An all-zero table, allocated zeroed so that untouched parts cost the host nothing.
pub fn fast_table() -> FastTable {
    let table = vec![0_u32; PAGES].into_boxed_slice();
    table.try_into().expect("the vector was made with this length")
}
