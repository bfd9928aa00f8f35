//! A limit of time for work whose amount a file determines that nobody vouches for.

use std::time::{Duration, Instant};

/// A point in time after which work is given up.
#[derive(Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// So much time from now.
    pub fn after(time: Duration) -> Deadline {
        Deadline(Instant::now() + time)
    }

    /// Whether the time is over.
    pub fn has_passed(self) -> bool {
        Instant::now() > self.0
    }
}
