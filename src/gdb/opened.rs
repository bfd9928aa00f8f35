//! Files that gdb has opened.

use crate::linux::DebugFile;

/// A file that gdb has opened.
#[derive(Debug)]
pub enum OpenedFile {
    /// One of the guest's tree.
    Guest(DebugFile),
    /// That of the first program.
    Image,
}
