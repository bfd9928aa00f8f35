//! Programs: one that was found to be executed, and the one that a process executes.

use std::sync::Arc;

use crate::linux::copy::copied;
use crate::linux::files::PlaceHandle;
use crate::linux::loader::ProgramImage;
use crate::linux::objects::{ContentsClaim, FileContents};

/// A program that may be executed.
pub struct FoundProgram {
    /// What is loaded.
    pub image: ProgramImage,
    /// Where it is.
    pub place: PlaceHandle,
    /// Its contents.
    pub contents: Arc<FileContents>,
}

/// A program that is executed: nobody writes to its file meanwhile.
#[derive(Clone, Debug)]
pub struct RunningProgram {
    place: PlaceHandle,
    /// The claim is on these as long as somebody has them.
    _contents: Arc<FileContents>,
    _claim: ContentsClaim,
}

impl RunningProgram {
    /// The program at a place, with these contents.
    pub fn new(place: PlaceHandle, contents: Arc<FileContents>) -> RunningProgram {
        let claim = contents.claims().execute();
        RunningProgram { place, _contents: contents, _claim: claim }
    }

    /// Where it is.
    pub fn place(&self) -> PlaceHandle {
        Arc::clone(&self.place)
    }
}

copied!(RunningProgram: clone {} duplicate { place, _contents, _claim });
