//! Why a recording cannot be read.

use super::version::VERSION;

/// A file that is no recording, or a damaged one.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RecordingError {
    /// It begins with something else.
    #[error("not a recording of tab86")]
    NotARecording,
    /// Another version of the format.
    #[error("a recording of version {0}; this tab86 reads version {VERSION}: replay it with the tab86 that made it")]
    Version(u32),
    /// It has bytes that were not written so.
    #[error("the recording is damaged: the chunk at byte {offset} of the file is not as it was written")]
    Damaged {
        /// Where the damaged chunk begins.
        offset: u64,
    },
    /// It is no recording of a whole run.
    #[error("a snapshot, not a recording of a whole run: go on with it by `tab86 run --resume`")]
    Snapshot,
    /// It is no snapshot.
    #[error("a recording of a whole run, not a snapshot: run it again with `tab86 replay`")]
    NoSnapshot,
    /// It ends before it says what was run.
    #[error("the recording ends before it says what was run")]
    Empty,
}
