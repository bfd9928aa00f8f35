//! Failures of tab86 itself: a message that a stranger can act on, and an exit status that cannot
//! be mistaken for the guest's.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

/// tab86 failed, or was not understood.
pub const FAILED: u8 = 125;
/// What was named cannot be run.
pub const NOT_RUNNABLE: u8 = 126;
/// What was named does not exist.
pub const NOT_FOUND: u8 = 127;

/// Why tab86 gives up.
#[derive(Debug)]
pub struct Failure {
    status: u8,
    /// `None` when there is nobody to tell: the reader of standard output went away.
    message: Option<String>,
}

impl Failure {
    /// tab86 failed.
    pub fn failed(message: impl Display) -> Failure {
        Failure { status: FAILED, message: Some(message.to_string()) }
    }

    /// What was named cannot be run.
    pub fn not_runnable(message: impl Display) -> Failure {
        Failure { status: NOT_RUNNABLE, message: Some(message.to_string()) }
    }

    /// A file that cannot be read: 127 when there is none, else 126.
    pub fn file(path: &Path, error: &io::Error) -> Failure {
        let status = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_RUNNABLE };
        Failure { status, message: Some(format!("{}: {}", path.display(), reason(error))) }
    }

    /// Tells the user and gives the exit status.
    pub fn tell(&self) -> u8 {
        self.message.iter().for_each(warn);
        self.status
    }
}

/// Tells the user something on standard error. When not even that can be written, the exit status
/// has to do.
pub fn warn(message: impl Display) {
    let _ = writeln!(io::stderr(), "tab86: {message}");
}

/// What the host said, without its error number.
fn reason(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "no such file".into(),
        io::ErrorKind::IsADirectory => "is a directory".into(),
        _ => error.to_string(),
    };
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

impl From<io::Error> for Failure {
    /// Of writing to standard output.
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure { status: FAILED, message: None },
            _ => Failure::failed(format_args!("standard output: {}", reason(&error))),
        }
    }
}
