//! Why a replay cannot go on.

use crate::recording::RecordingError;

/// A place in a run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RunPlace {
    /// Instructions that were executed before.
    pub count: u64,
    /// EIP.
    pub eip: u32,
}

/// A replay that does not do what was recorded, or a recording that says nothing more.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ReplayError {
    /// The run is another one.
    #[error(
        "the replay differs from the recording at instruction {}, EIP {:#010x}: {what}; up to instruction {}, EIP \
         {:#010x}, they agreed", at.count, at.eip, agreed.count, agreed.eip
    )]
    Differs {
        /// In what.
        what: &'static str,
        /// Where that was noticed.
        at: RunPlace,
        /// The last place where both agreed.
        agreed: RunPlace,
    },
    /// The recorder was killed.
    #[error("the recording ends at instruction {}, EIP {:#010x}, and the program did not end there: the recorder was killed", .0.count, .0.eip)]
    Ended(RunPlace),
    /// What is to be resumed has something open that is not there.
    #[error("at the snapshot the program has something of the host open that cannot be opened again: {0}")]
    Missing(String),
    /// The recording cannot be read.
    #[error(transparent)]
    Recording(#[from] RecordingError),
}
