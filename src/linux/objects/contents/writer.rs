//! Where changes of a file go that do not stay in memory: to the host, or to the embedding program.

use std::fmt;
use std::sync::Arc;

use crate::linux::errno::Errno;
use crate::linux::host::HostFile;
use crate::linux::virtual_file::VirtualFile;

/// Where the changes of a file go.
#[derive(Clone)]
pub enum Writer {
    /// To a file of the host.
    Host(HostFile),
    /// To a file of the embedding program.
    Virtual(Arc<dyn VirtualFile>),
}

impl Writer {
    /// Writes all bytes from a position on.
    pub fn write_all_at(&self, bytes: &[u8], at: u64) -> Result<(), Errno> {
        match self {
            Writer::Host(file) => file.write_all_at(bytes, at),
            Writer::Virtual(file) => {
                let mut done = 0;
                while done < bytes.len() {
                    match file.write_at(&bytes[done..], at + done as u64)? {
                        0 => return Err(Errno::ENOSPC),
                        count => done += count.min(bytes.len() - done),
                    }
                }
                Ok(())
            }
        }
    }

    /// Cuts the file off, or lets it grow by zeros.
    pub fn set_size(&self, size: u64) -> Result<(), Errno> {
        match self {
            Writer::Host(file) => file.set_size(size),
            Writer::Virtual(file) => file.set_size(size),
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Writer::Host(_) => "a file of the host",
            Writer::Virtual(_) => "a virtual file",
        })
    }
}
