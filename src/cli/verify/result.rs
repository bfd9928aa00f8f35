//! What came of one vector, over all the modes in which it was replayed.

use crate::vectors::{Difference, Mode};

/// The result of replaying one vector in every mode that was asked for.
pub enum ReplayResult {
    /// As on the processor, to the bit.
    Passed,
    /// As on the processor, within the tolerance that the manual allows an approximation.
    Near,
    /// Not as on the processor.
    Failed(FailedReplay),
    /// Not tried, because the row of this index has no handler.
    Skipped(u16),
}

/// A replay that ended in another state than the processor's.
pub struct FailedReplay {
    /// The first mode in which it did.
    pub mode: Mode,
    /// Every field that differs.
    pub differences: Vec<Difference>,
}
