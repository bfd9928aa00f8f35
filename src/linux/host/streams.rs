//! The host's standard streams.

use std::fs::File;
use std::io;

use crate::linux::errno::Errno;

use super::file::HostFile;
use super::question::Question;
use super::taped::Host;

impl Host {
    /// The host's standard stream of this number. A replayed program is shown on the streams of the replay, but
    /// reads nothing from there.
    pub fn stream(&self, number: usize) -> Result<HostFile, Errno> {
        let echo = if self.shows() { stream(number.max(1)).ok() } else { None };
        let name = || format!("standard stream {number}");
        let opened = self.open(Question::OpenStream, name, || Ok(stream(number)?))?;
        Ok(HostFile::new(opened, self).with_echo(echo))
    }
}

#[cfg(unix)]
fn stream(number: usize) -> io::Result<File> {
    use std::os::fd::AsFd;
    let stream = match number {
        0 => io::stdin().as_fd().try_clone_to_owned(),
        1 => io::stdout().as_fd().try_clone_to_owned(),
        _ => io::stderr().as_fd().try_clone_to_owned(),
    };
    stream.map(File::from)
}

#[cfg(windows)]
fn stream(number: usize) -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    let stream = match number {
        0 => io::stdin().as_handle().try_clone_to_owned(),
        1 => io::stdout().as_handle().try_clone_to_owned(),
        _ => io::stderr().as_handle().try_clone_to_owned(),
    };
    stream.map(File::from)
}
