//! Failures of tab86 itself: a message that a stranger can act on, and an exit status that cannot
//! be mistaken for the guest's.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use super::colour;

/// Exit status: tab86 itself failed, or its arguments are wrong.
pub const FAILED: u8 = 125;
/// Exit status: the file that was named cannot be run or read.
pub const NOT_RUNNABLE: u8 = 126;
/// Exit status: the file that was named does not exist.
pub const NOT_FOUND: u8 = 127;

/// Why tab86 gives up.
#[derive(Debug)]
pub struct Failure {
    status: u8,
    message: String,
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// tab86 failed.
    pub fn failed(message: impl Display) -> Failure {
        Failure { status: FAILED, message: message.to_string() }
    }

    /// With a status of the command's own.
    pub fn with(status: u8, message: impl Display) -> Failure {
        Failure { status, message: message.to_string() }
    }

    /// What was named cannot be run.
    pub fn not_runnable(message: impl Display) -> Failure {
        Failure { status: NOT_RUNNABLE, message: message.to_string() }
    }

    /// A file that cannot be read: 127 when there is none, else 126.
    pub fn file(path: &Path, error: &io::Error) -> Failure {
        let status = if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_RUNNABLE };
        Failure { status, message: format!("{}: {}", path.display(), reason(error)) }
    }

    /// A file that tab86 should write and cannot.
    pub fn output(path: &Path, error: &io::Error) -> Failure {
        Failure::failed(format_args!("{}: {}", path.display(), reason(error)))
    }

    /// Tells the user and gives the exit status.
    pub fn tell(&self) -> u8 {
        warn(&self.message);
        self.status
    }
}

/// Writes a message to standard error. A failure to do so is ignored: the exit status still tells.
pub fn warn(message: impl Display) {
    let mut stderr = io::stderr();
    let (on, off) = if colour::is_wanted(&stderr) { ("\x1b[1;31m", "\x1b[0m") } else { ("", "") };
    let _ = writeln!(stderr, "{on}tab86:{off} {message}");
}

/// Goes on with what was told last: further lines, indented.
pub fn continue_with(lines: &[impl Display]) {
    for line in lines {
        let _ = writeln!(io::stderr(), "  {line}");
    }
}

/// What the host's error means, in words and without its number. Every message of the command line
/// that tells of an [`io::Error`] takes its words from here.
pub fn reason(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".into(),
        io::ErrorKind::IsADirectory => "is a directory".into(),
        _ => error.to_string(),
    };
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// How a command ends that has written its answer to standard output: with `status`, also when the
/// reader has gone away before the end, as `head` does.
///
/// # Errors
/// The answer could not be written for another reason, such as a full disk.
pub fn answered(written: io::Result<()>, status: u8) -> Result<u8, Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format_args!("standard output: {}", reason(&error))))
        }
        _ => Ok(status),
    }
}
