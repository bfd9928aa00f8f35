//! Paths relative to a directory's descriptor, and what is known about the file at a path.

use crate::linux::abi::files::AT_FDCWD;
use crate::linux::errno::Errno;
use crate::linux::files::{Granted, Location, PathAccess, Resolved};
use crate::linux::guest;
use crate::linux::host::{FileStatus, FileType};
use crate::linux::objects::{Object, device_status};
use crate::linux::sync::lock;
use crate::memory::Memory;

use super::state::Process;

impl Process {
    /// Follows a path in guest memory, relative to a directory's descriptor.
    pub fn resolve(
        &mut self,
        memory: &mut Memory,
        directory: u32,
        path: u32,
        follow: bool,
        wanted: PathAccess,
    ) -> Result<Resolved, Errno> {
        let path = guest::string(memory, path)?;
        self.resolve_bytes(directory, &path, follow, wanted)
    }

    /// Follows a path relative to a directory's descriptor; `follow` says whether a symbolic link in
    /// the last component is followed as well.
    pub fn resolve_bytes(
        &mut self,
        directory: u32,
        path: &[u8],
        follow: bool,
        wanted: PathAccess,
    ) -> Result<Resolved, Errno> {
        let base = if path.starts_with(b"/") { b"/".to_vec() } else { self.base(directory)? };
        self.namespace.resolve(&base, path, follow, wanted)
    }

    /// Makes the directory at a path the working directory.
    pub fn change_directory(&mut self, path: &[u8]) -> Result<(), Errno> {
        let resolved = self.resolve_bytes(AT_FDCWD, path, true, PathAccess::Read)?;
        let status = self.status_of(&resolved)?;
        match status.file_type() {
            FileType::Directory if self.credentials.may(&status, 1) => self.directory = resolved.path,
            FileType::Directory => return Err(Errno::EACCES),
            _ => return Err(Errno::ENOTDIR),
        }
        Ok(())
    }

    /// The granted location of a path, if the guest may change it; a refusal is recorded.
    pub fn writable(&mut self, resolved: &Resolved) -> Result<Granted, Errno> {
        match &resolved.location {
            Location::Granted(granted) if granted.writable => Ok(granted.clone()),
            Location::Granted(_) => {
                self.namespace.note(&resolved.path, PathAccess::Write);
                Err(Errno::EROFS)
            }
            Location::Nowhere => Err(Errno::EACCES),
            _ => Err(Errno::EPERM),
        }
    }

    /// What `stat` tells about the file at a path.
    pub fn status_of(&self, resolved: &Resolved) -> Result<FileStatus, Errno> {
        let own = |file_type: FileType, permissions| FileStatus::synthetic(file_type.mode() | permissions, 1);
        let status = match &resolved.location {
            Location::Granted(granted) => granted.status()?,
            Location::Between => FileStatus { links: 2, ..own(FileType::Directory, 0o555) },
            Location::Device(device) => device_status(*device),
            Location::Descriptor(number) => lock(&*self.open_file(*number)?).status()?,
            Location::Link(target) => FileStatus { size: target.len() as u64, ..own(FileType::Link, 0o777) },
            Location::Nowhere => return Err(Errno::ENOENT),
        };
        let wrong = resolved.directory && status.file_type() != FileType::Directory;
        if wrong { Err(Errno::ENOTDIR) } else { Ok(status) }
    }

    /// What `fstat` tells about a descriptor.
    pub fn status_of_descriptor(&mut self, fd: u32) -> Result<FileStatus, Errno> {
        if fd == AT_FDCWD {
            let resolved = self.resolve_bytes(AT_FDCWD, b".", true, PathAccess::Read)?;
            return self.status_of(&resolved);
        }
        let open = self.open_file(fd)?;
        let open = lock(&open);
        match &open.object {
            Object::Directory(..) => {
                let resolved = self.resolve_bytes(AT_FDCWD, &open.path, false, PathAccess::Read)?;
                self.status_of(&resolved)
            }
            _ => open.status(),
        }
    }

    /// The absolute path of a directory's descriptor.
    fn base(&self, directory: u32) -> Result<Vec<u8>, Errno> {
        if directory == AT_FDCWD {
            return Ok(self.directory.clone());
        }
        let open = self.open_file(directory)?;
        let open = lock(&open);
        match open.object {
            Object::Directory(..) => Ok(open.path.clone()),
            _ => Err(Errno::ENOTDIR),
        }
    }
}
