//! Programs: one that was found to be executed, and the one that a process executes.

use std::sync::Arc;

use crate::linux::abi::fanotify::FAN_OPEN_EXEC;
use crate::linux::abi::inotify::{IN_ACCESS, IN_CLOSE_NOWRITE, IN_OPEN};
use crate::linux::copy::copied;
use crate::linux::files::PlaceHandle;
use crate::linux::loader::ProgramImage;
use crate::linux::objects::{ContentsClaim, FileContents, Watches};

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
    /// What is told of its file when the last process has left it.
    _opening: Option<Arc<ProgramOpening>>,
}

/// The file of a program, open as long as somebody executes it.
#[derive(Debug)]
struct ProgramOpening {
    place: PlaceHandle,
    watches: Arc<Watches>,
}

impl Drop for ProgramOpening {
    fn drop(&mut self) {
        self.watches.happened(&self.place, IN_CLOSE_NOWRITE);
    }
}

impl RunningProgram {
    /// The program at a place, with these contents.
    pub fn new(place: PlaceHandle, contents: Arc<FileContents>) -> RunningProgram {
        let claim = contents.claims().execute();
        RunningProgram { place, _contents: contents, _claim: claim, _opening: None }
    }

    /// The same, of which those are told who watch its file.
    pub fn watched(self, watches: &Arc<Watches>) -> RunningProgram {
        [IN_OPEN | FAN_OPEN_EXEC, IN_ACCESS].iter().for_each(|event| watches.happened(&self.place, *event));
        let opening = ProgramOpening { place: Arc::clone(&self.place), watches: Arc::clone(watches) };
        RunningProgram { _opening: Some(Arc::new(opening)), ..self }
    }

    /// Where it is.
    pub fn place(&self) -> PlaceHandle {
        Arc::clone(&self.place)
    }
}

copied!(ProgramOpening: clone {} duplicate { place, watches });
copied!(RunningProgram: clone {} duplicate { place, _contents, _claim, _opening });
