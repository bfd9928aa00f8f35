//! The entries of an open directory (getdents(2)). They are those that the directory had when reading
//! began: names that come and go meanwhile move nobody's position.

use crate::linux::copy::copied;
use crate::linux::host::DirectoryEntry;

/// The entries, once they have been read, and the index of the next one.
#[derive(Default, Debug)]
pub struct OpenListing {
    /// All entries; `None` before the first is read, and after a rewind.
    pub entries: Option<Vec<DirectoryEntry>>,
    /// The index of the next one.
    pub next: usize,
}

impl OpenListing {
    /// Goes to an index; the first one means the entries that there are by then.
    pub fn seek(&mut self, index: usize) {
        self.next = index;
        if index == 0 {
            self.entries = None;
        }
    }
}

copied!(OpenListing: clone { entries, next } duplicate {});
