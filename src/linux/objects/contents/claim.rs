//! Who writes to contents, and who executes them: the one excludes the other (ETXTBSY in open(2) and execve(2)).

use std::sync::Arc;

use crate::linux::errno::Errno;

use super::file_contents::FileContents;
use super::table::{ContentsTable, FileIdentity};

/// How many write to contents, and how many execute them: the claims that share each of these.
#[derive(Default, Debug)]
pub struct Claims {
    writers: Arc<()>,
    programs: Arc<()>,
}

/// Somebody writes to contents, or executes them, until this and its clones are dropped.
#[derive(Clone, Debug)]
pub struct ContentsClaim {
    _contents: Arc<FileContents>,
    _share: Arc<()>,
}

impl ContentsClaim {
    /// Somebody may write to contents.
    pub fn writing(contents: &Arc<FileContents>) -> ContentsClaim {
        ContentsClaim { _contents: Arc::clone(contents), _share: Arc::clone(&contents.claims.writers) }
    }

    /// Somebody executes contents.
    pub fn executing(contents: &Arc<FileContents>) -> ContentsClaim {
        ContentsClaim { _contents: Arc::clone(contents), _share: Arc::clone(&contents.claims.programs) }
    }
}

impl FileContents {
    /// Whether somebody may write to them.
    pub fn is_written(&self) -> bool {
        Arc::strong_count(&self.claims.writers) > 1
    }

    /// Whether somebody executes them.
    fn is_executed(&self) -> bool {
        Arc::strong_count(&self.claims.programs) > 1
    }
}

impl ContentsTable {
    /// ETXTBSY if somebody executes a file.
    pub fn is_idle(&self, file: FileIdentity) -> Result<(), Errno> {
        let executed = self.find(file).is_some_and(|contents| contents.is_executed());
        if executed { Err(Errno::ETXTBSY) } else { Ok(()) }
    }
}
