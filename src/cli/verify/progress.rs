//! A line on the terminal that says how far a long run has come.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the line changes.
const PERIOD: Duration = Duration::from_millis(100);

/// The line; it does not exist unless standard error is a terminal.
pub struct Progress {
    /// When it changed last.
    shown: Option<Instant>,
}

impl Progress {
    /// Nothing is shown yet.
    pub fn start() -> Progress {
        Progress { shown: io::stderr().is_terminal().then(Instant::now) }
    }

    /// Shows what is being worked on, if it is time to.
    pub fn advance(&mut self, path: &Path, done: u64) {
        if self.shown.is_some_and(|shown| shown.elapsed() > PERIOD) {
            self.shown = Some(Instant::now());
            write(&format!("\r\x1b[K{done} vectors, {}", path.display()));
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.shown.is_some() {
            write("\r\x1b[K");
        }
    }
}

/// Progress is a courtesy: when it cannot be shown, nothing is lost.
fn write(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
