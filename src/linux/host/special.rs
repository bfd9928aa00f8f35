//! What a directory of the host can have beside files, directories and links, and what few hosts can do with names.

use crate::linux::errno::Errno;

use super::directory::HostDirectory;
use super::status::FileType;

#[cfg(any(target_os = "linux", target_os = "android"))]
impl HostDirectory {
    /// Makes a FIFO, or the name of a socket.
    pub fn create_special(&self, name: &[u8], file_type: FileType, mode: u32) -> Result<(), Errno> {
        let kind = match file_type {
            FileType::Pipe => rustix::fs::FileType::Fifo,
            FileType::Socket => rustix::fs::FileType::Socket,
            _ => return Err(Errno::EPERM),
        };
        let mode = rustix::fs::Mode::from_bits_truncate(mode);
        self.change(|dir| Ok(rustix::fs::mknodat(dir, single(name)?, kind, mode, 0).map_err(std::io::Error::from)?))
    }

    /// Exchanges what two names are of.
    pub fn exchange(&self, one: &[u8], target: &HostDirectory, other: &[u8]) -> Result<(), Errno> {
        let flags = rustix::fs::RenameFlags::EXCHANGE;
        self.change(|dir| {
            let exchanged = rustix::fs::renameat_with(dir, single(one)?, target.dir()?, single(other)?, flags);
            Ok(exchanged.map_err(std::io::Error::from)?)
        })
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl HostDirectory {
    /// Makes a FIFO, or the name of a socket: this host has no call for that.
    pub fn create_special(&self, _: &[u8], _: FileType, _: u32) -> Result<(), Errno> {
        Err(Errno::EPERM)
    }

    /// Exchanges what two names are of: this host has no call for that.
    pub fn exchange(&self, _: &[u8], _: &HostDirectory, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::EINVAL)
    }
}

/// A name in the directory itself: of a path, cap-std would have to see that it does not lead out of it.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn single(name: &[u8]) -> Result<&std::ffi::OsStr, Errno> {
    if name.contains(&b'/') || name == b".." {
        return Err(Errno::EACCES);
    }
    Ok(std::os::unix::ffi::OsStrExt::from_bytes(name))
}
