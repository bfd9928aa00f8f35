//! Where the bytes of a file are that no frame holds.

use std::fmt;
use std::sync::Arc;

use crate::linux::errno::Errno;
use crate::linux::host::HostFile;
use crate::linux::virtual_file::VirtualFile;

use super::writer::Writer;

/// What is below the frames of a file's contents.
#[derive(Clone)]
pub enum Store {
    /// Nothing: what no frame holds is zero.
    Memory,
    /// A file of the host that is only read, up to a position; zeros follow.
    Over(HostFile, u64),
    /// A file of the host that every change goes to, as it was opened for reading and for writing.
    Through {
        /// For reading.
        reader: Option<HostFile>,
        /// For writing.
        writer: Option<HostFile>,
    },
    /// A file of the embedding program, to which every change goes.
    Virtual(Arc<dyn VirtualFile>),
}

impl Store {
    /// Reads bytes that lie within the contents. Fewer are read only if the host's file has fewer.
    pub fn read(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        match self {
            Store::Memory => bytes.fill(0),
            Store::Over(file, valid) => {
                let there = valid.saturating_sub(at).min(bytes.len() as u64) as usize;
                let count = file.read_at(&mut bytes[..there], at)?;
                bytes[count..].fill(0);
            }
            Store::Through { reader: Some(file), .. } => return file.read_at(bytes, at),
            Store::Virtual(file) => return Ok(file.read_at(bytes, at)?.min(bytes.len())),
            Store::Through { .. } => return Err(Errno::EBADF),
        }
        Ok(bytes.len())
    }

    /// Where changes go, if they do not stay in memory.
    pub fn writer(&self) -> Result<Writer, Errno> {
        match self {
            Store::Through { writer: Some(file), .. } => Ok(Writer::Host(file.clone())),
            Store::Virtual(file) => Ok(Writer::Virtual(Arc::clone(file))),
            _ => Err(Errno::EBADF),
        }
    }

    /// Whether changes go to the host, or to the embedding program.
    pub fn is_through(&self) -> bool {
        matches!(self, Store::Through { .. } | Store::Virtual(_))
    }

    /// Bytes, if somebody else knows their number.
    pub fn size(&self) -> Option<Result<u64, Errno>> {
        match self {
            Store::Virtual(file) => Some(file.size()),
            _ => self.host_file().map(HostFile::size),
        }
    }

    /// How many bytes from the beginning it may hold: what lies behind is zero wherever no frame holds it.
    pub fn held(&self) -> u64 {
        match self {
            Store::Memory => 0,
            Store::Over(_, valid) => *valid,
            Store::Through { .. } | Store::Virtual(_) => u64::MAX,
        }
    }

    /// A file of the host that can tell about what is stored there.
    pub fn host_file(&self) -> Option<&HostFile> {
        match self {
            Store::Through { reader, writer } => writer.as_ref().or(reader.as_ref()),
            _ => None,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Store::Memory => "memory",
            Store::Over(..) => "over a file of the host",
            Store::Through { .. } => "a file of the host",
            Store::Virtual(_) => "a virtual file",
        })
    }
}
