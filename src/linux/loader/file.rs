//! The file that a program is loaded from.

use std::sync::Arc;

use crate::memory::{ByteSource, Label, PageSource};

/// A file to be executed: read in pieces, and mapped.
pub trait ProgramFile {
    /// Bytes from a position on: as many as there are, at most `size`.
    fn bytes(&self, offset: u64, size: usize) -> Vec<u8>;

    /// Its contents as a source of pages.
    fn source(&self) -> Arc<dyn PageSource>;
}

/// A program, and what people see of it.
pub struct ProgramImage {
    /// The file.
    pub file: Box<dyn ProgramFile>,
    /// Its path and number.
    pub label: Arc<Label>,
}

impl ProgramFile for ByteSource {
    fn bytes(&self, offset: u64, size: usize) -> Vec<u8> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        self.0[start..start.saturating_add(size).min(self.0.len())].to_vec()
    }

    fn source(&self) -> Arc<dyn PageSource> {
        Arc::new(self.clone())
    }
}
