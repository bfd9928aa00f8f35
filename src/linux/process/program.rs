//! The program that a process executes.

use std::sync::Arc;

use crate::linux::files::PlaceHandle;
use crate::linux::objects::{ContentsClaim, FileContents};

/// A program that is executed: nobody writes to its file meanwhile.
#[derive(Clone, Debug)]
pub struct RunningProgram {
    place: PlaceHandle,
    _claim: ContentsClaim,
}

impl RunningProgram {
    /// The program at a place, with these contents.
    pub fn new(place: PlaceHandle, contents: &Arc<FileContents>) -> RunningProgram {
        RunningProgram { place, _claim: ContentsClaim::executing(contents) }
    }

    /// Where it is.
    pub fn place(&self) -> PlaceHandle {
        Arc::clone(&self.place)
    }
}
