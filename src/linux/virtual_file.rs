//! Files and directories that the embedding program makes up: a guest opens, reads, maps and lists them like any
//! others, and what it gets comes from a value of the embedder.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use super::errno::Errno;
use super::sync::lock;

/// A file whose bytes the embedding program has.
///
/// Bytes that lie in memory are files already: `Vec<u8>` and `&'static [u8]` can be read, and
/// `Arc<Mutex<Vec<u8>>>` can be changed by both sides.
///
/// Several threads of a guest never call at once. What a guest has mapped (mmap(2)) is asked for once and stays as it
/// was then; everything else is asked for each time.
pub trait VirtualFile: Send + Sync {
    /// How many bytes it has.
    ///
    /// # Errors
    /// What `stat` and `read` shall give.
    fn size(&self) -> Result<u64, Errno>;

    /// Reads bytes from a position within the file on, and says how many: fewer only at the end.
    ///
    /// # Errors
    /// What `read` shall give, such as [`Errno::EIO`].
    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno>;

    /// Whether guests may open it for writing; others are told EROFS.
    fn is_writable(&self) -> bool {
        false
    }

    /// Writes bytes from a position on, which may be behind the end, and says how many: at least one.
    ///
    /// # Errors
    /// What `write` shall give, such as [`Errno::ENOSPC`].
    fn write_at(&self, _bytes: &[u8], _at: u64) -> Result<usize, Errno> {
        Err(Errno::EROFS)
    }

    /// Cuts the file off, or lets it grow by zeros (`O_TRUNC`, `ftruncate`).
    ///
    /// # Errors
    /// What `ftruncate` shall give.
    fn set_size(&self, _size: u64) -> Result<(), Errno> {
        Err(Errno::EROFS)
    }
}

/// A directory whose names the embedding program has. Names are bytes, as Linux has them.
///
/// A map from names to entries is one already.
pub trait VirtualDirectory: Send + Sync {
    /// What has a name.
    ///
    /// # Errors
    /// [`Errno::ENOENT`] if nothing has.
    fn entry(&self, name: &[u8]) -> Result<VirtualEntry, Errno>;

    /// All names, in the order in which they shall be listed.
    ///
    /// # Errors
    /// What `getdents` shall give.
    fn names(&self) -> Result<Vec<Vec<u8>>, Errno>;
}

/// A file or a directory that the embedding program makes up. Clones are the same one.
#[derive(Clone)]
pub enum VirtualEntry {
    /// A file.
    File(Arc<dyn VirtualFile>),
    /// A directory.
    Directory(Arc<dyn VirtualDirectory>),
}

impl VirtualEntry {
    /// A file.
    pub fn file(file: impl VirtualFile + 'static) -> VirtualEntry {
        VirtualEntry::File(Arc::new(file))
    }

    /// A directory.
    pub fn directory(directory: impl VirtualDirectory + 'static) -> VirtualEntry {
        VirtualEntry::Directory(Arc::new(directory))
    }
}

impl fmt::Debug for VirtualEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            VirtualEntry::File(_) => "virtual file",
            VirtualEntry::Directory(_) => "virtual directory",
        })
    }
}

/// Copies what there is from a position on, and gives its size.
fn copy(from: &[u8], bytes: &mut [u8], at: u64) -> usize {
    let rest = usize::try_from(at).ok().and_then(|at| from.get(at..)).unwrap_or_default();
    let count = rest.len().min(bytes.len());
    bytes[..count].copy_from_slice(&rest[..count]);
    count
}

impl VirtualFile for Vec<u8> {
    fn size(&self) -> Result<u64, Errno> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        Ok(copy(self, bytes, at))
    }
}

impl VirtualFile for &'static [u8] {
    fn size(&self) -> Result<u64, Errno> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        Ok(copy(self, bytes, at))
    }
}

impl VirtualFile for Arc<Mutex<Vec<u8>>> {
    fn size(&self) -> Result<u64, Errno> {
        Ok(lock(self).len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        Ok(copy(&lock(self), bytes, at))
    }

    fn is_writable(&self) -> bool {
        true
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> Result<usize, Errno> {
        let mut all = lock(self);
        let start = usize::try_from(at).map_err(|_| Errno::EFBIG)?;
        let end = start.checked_add(bytes.len()).ok_or(Errno::EFBIG)?;
        let size = all.len();
        resize(&mut all, end.max(size))?;
        all[start..end].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn set_size(&self, size: u64) -> Result<(), Errno> {
        resize(&mut lock(self), usize::try_from(size).map_err(|_| Errno::EFBIG)?)
    }
}

/// Gives bytes another number; ENOSPC if the host has no room for so many.
fn resize(bytes: &mut Vec<u8>, size: usize) -> Result<(), Errno> {
    bytes.try_reserve(size.saturating_sub(bytes.len())).map_err(|_| Errno::ENOSPC)?;
    bytes.resize(size, 0);
    Ok(())
}

impl VirtualDirectory for BTreeMap<String, VirtualEntry> {
    fn entry(&self, name: &[u8]) -> Result<VirtualEntry, Errno> {
        let name = std::str::from_utf8(name).map_err(|_| Errno::ENOENT)?;
        self.get(name).cloned().ok_or(Errno::ENOENT)
    }

    fn names(&self) -> Result<Vec<Vec<u8>>, Errno> {
        Ok(self.keys().map(|name| name.clone().into_bytes()).collect())
    }
}
