//! A file of the host that is used as it is: a standard stream or a terminal. Its position is the host's, so that
//! what runs after tab86 goes on there.

use std::io::SeekFrom;

use crate::linux::copy::copied;
use crate::linux::errno::Errno;
use crate::linux::host::{FileType, HostFile};

use super::terminal::TerminalHandle;

/// A file of the host, and whether it is a regular file.
#[derive(Debug)]
pub struct HostStream {
    /// The host's file.
    pub file: HostFile,
    /// Whether it is a regular file, of which a read is short only at the end.
    pub is_regular: bool,
    /// The guest's terminal, if it is that.
    pub terminal: Option<TerminalHandle>,
}

impl HostStream {
    /// From a file of the host.
    pub fn new(file: HostFile) -> HostStream {
        let is_regular = file.status().is_ok_and(|status| status.file_type() == FileType::File);
        HostStream { file, is_regular, terminal: None }
    }

    /// From a file of the host that is the guest's terminal.
    pub fn terminal(file: HostFile, terminal: &TerminalHandle) -> HostStream {
        HostStream { file, is_regular: false, terminal: Some(TerminalHandle::clone(terminal)) }
    }

    /// Reads from the current position, or from `at`.
    pub fn read(&mut self, bytes: &mut [u8], at: Option<u64>) -> Result<usize, Errno> {
        match at {
            Some(_) if !self.is_regular => Err(Errno::ESPIPE),
            Some(at) => self.file.read_at(bytes, at),
            None => self.file.read(bytes),
        }
    }

    /// Writes at the current position or at `at`, or at the end.
    pub fn write(&mut self, bytes: &[u8], at: Option<u64>, append: bool) -> Result<usize, Errno> {
        match at {
            Some(_) if !self.is_regular => Err(Errno::ESPIPE),
            Some(at) => {
                let at = if append { self.file.size()? } else { at };
                self.file.write_all_at(bytes, at).map(|()| bytes.len())
            }
            None => {
                if append && self.is_regular {
                    self.file.seek(SeekFrom::End(0))?;
                }
                self.file.write(bytes)
            }
        }
    }
}

copied!(HostStream: clone { file, is_regular } duplicate { terminal });
