//! A file of the host that is used as it is: a standard stream or a terminal. Its position is the host's, so that
//! what runs after tab86 goes on there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host;

use super::terminal::TerminalHandle;

/// A file of the host, and whether it is a regular file.
#[derive(Debug)]
pub struct HostStream {
    /// The host's file.
    pub file: File,
    /// Whether it is a regular file, of which a read is short only at the end.
    pub is_regular: bool,
    /// The guest's terminal, if it is that.
    pub terminal: Option<TerminalHandle>,
}

impl HostStream {
    /// From a file of the host.
    pub fn new(file: File) -> HostStream {
        let is_regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
        HostStream { file, is_regular, terminal: None }
    }

    /// From a file of the host that is the guest's terminal.
    pub fn terminal(file: File, terminal: &TerminalHandle) -> HostStream {
        HostStream { file, is_regular: false, terminal: Some(TerminalHandle::clone(terminal)) }
    }

    /// Reads from the current position, or from `at`.
    pub fn read(&mut self, bytes: &mut [u8], at: Option<u64>) -> Result<usize, Errno> {
        match at {
            Some(_) if !self.is_regular => Err(Errno::ESPIPE),
            Some(at) => Ok(host::read_at(&self.file, bytes, at)?),
            None => retry(|| self.file.read(bytes)),
        }
    }

    /// Writes at the current position or at `at`, or at the end.
    pub fn write(&mut self, bytes: &[u8], at: Option<u64>, append: bool) -> Result<usize, Errno> {
        match at {
            Some(_) if !self.is_regular => Err(Errno::ESPIPE),
            Some(at) => {
                let at = if append { self.file.metadata()?.len() } else { at };
                Ok(host::write_all_at(&self.file, bytes, at).map(|()| bytes.len())?)
            }
            None => {
                if append && self.is_regular {
                    self.file.seek(SeekFrom::End(0))?;
                }
                retry(|| self.file.write(bytes))
            }
        }
    }
}

/// Repeats an operation that a signal to the host process interrupted: the guest must not see it.
fn retry<T>(mut work: impl FnMut() -> io::Result<T>) -> Result<T, Errno> {
    loop {
        match work() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return Ok(other?),
        }
    }
}

copied!(HostStream: clone { is_regular } duplicate { file, terminal });
