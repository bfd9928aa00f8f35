//! The host's standard streams.

use std::fs::File;
use std::io::{self, IsTerminal};

/// A file that is the host's standard stream of this number.
#[cfg(unix)]
pub fn stream(number: usize) -> io::Result<File> {
    use std::os::fd::AsFd;
    let stream = match number {
        0 => io::stdin().as_fd().try_clone_to_owned(),
        1 => io::stdout().as_fd().try_clone_to_owned(),
        _ => io::stderr().as_fd().try_clone_to_owned(),
    };
    stream.map(File::from)
}

/// A file that is the host's standard stream of this number.
#[cfg(windows)]
pub fn stream(number: usize) -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    let stream = match number {
        0 => io::stdin().as_handle().try_clone_to_owned(),
        1 => io::stdout().as_handle().try_clone_to_owned(),
        _ => io::stderr().as_handle().try_clone_to_owned(),
    };
    stream.map(File::from)
}

/// Whether a file is a terminal.
pub fn is_terminal(file: &File) -> bool {
    file.is_terminal()
}
