//! A line on the terminal that says how far a long run has come.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// The time between two changes of the line.
const PERIOD: Duration = Duration::from_millis(100);

/// The progress line; there is none unless standard error is a terminal.
pub struct Progress {
    /// When the line was written last; `None` if standard error is no terminal.
    shown: Option<Instant>,
}

impl Progress {
    /// A line that is not shown yet.
    pub fn start() -> Progress {
        Progress { shown: io::stderr().is_terminal().then(Instant::now) }
    }

    /// Shows how far it is, at most once in a period.
    pub fn advance(&mut self, how_far: impl FnOnce() -> String) {
        if self.shown.is_some_and(|shown| shown.elapsed() > PERIOD) {
            self.shown = Some(Instant::now());
            write(&format!("\r\x1b[K{}", how_far()));
        }
    }

    /// Erases the line.
    pub fn clear(&self) {
        if self.shown.is_some() {
            write("\r\x1b[K");
        }
    }
}

/// Writes to standard error; a failure is ignored, since the line is a courtesy.
fn write(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
