//! Who writes to contents, and who executes them: the one excludes the other (ETXTBSY in open(2) and execve(2)).

use std::sync::Arc;

use crate::linux::copy::copied;

/// How many write to contents, and how many execute them.
#[derive(Default, Debug)]
pub struct Claims {
    writers: Arc<()>,
    programs: Arc<()>,
}

/// Somebody writes to contents, or executes them, until this and its clones are dropped.
#[derive(Clone, Debug)]
pub struct ContentsClaim {
    _share: Arc<()>,
}

impl Claims {
    /// Somebody may write to the contents.
    pub fn write(&self) -> ContentsClaim {
        ContentsClaim { _share: Arc::clone(&self.writers) }
    }

    /// Somebody executes them.
    pub fn execute(&self) -> ContentsClaim {
        ContentsClaim { _share: Arc::clone(&self.programs) }
    }

    /// Whether somebody may write to them.
    pub fn are_written(&self) -> bool {
        Arc::strong_count(&self.writers) > 1
    }

    /// Whether somebody executes them.
    pub fn are_executed(&self) -> bool {
        Arc::strong_count(&self.programs) > 1
    }
}

copied!(Claims: clone {} duplicate { writers, programs });
copied!(ContentsClaim: clone {} duplicate { _share });
