//! A host directory. Paths are relative to it; `.` is the directory itself. Links are the guest's
//! business (`files/walk.rs`): nothing here follows the last component, also if it became a link just
//! now, and cap-std confines the others to the directory.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt, SystemTimeSpec};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, OpenOptions};
use cap_std::time::SystemTime as CapTime;

use crate::linux::errno::Errno;

use super::file::HostFile;
use super::opened::Opened;
use super::question::Question;
use super::status::{FileStatus, FileType};
use super::taped::Host;

/// What a directory contains.
#[derive(Clone, serde::Serialize, serde::Deserialize, Debug)]
pub struct DirectoryEntry {
    /// Number of the file.
    pub inode: u64,
    /// What it is.
    pub file_type: FileType,
    /// Its name.
    pub name: Vec<u8>,
}

/// Whether opening a file creates it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Creation {
    /// It must exist.
    Never,
    /// If it does not exist.
    IfMissing,
    /// It must not exist.
    Always,
}

/// How to open a file.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
    /// Writing always appends.
    pub append: bool,
    /// What was in it goes.
    pub truncate: bool,
    /// Whether it is created.
    pub create: Creation,
    /// Permission bits of a created file.
    pub mode: u32,
}

impl Opening {
    /// For reading only.
    pub const READ: Opening =
        Opening { read: true, write: false, append: false, truncate: false, create: Creation::Never, mode: 0 };

    /// As to open it once more, without changing it.
    fn again(self) -> Opening {
        Opening { truncate: false, create: Creation::Never, ..self }
    }
}

/// A host directory and everything below it.
#[derive(Clone, Debug)]
pub struct HostDirectory {
    dir: Opened<Dir>,
    host: Host,
}

impl HostDirectory {
    /// Opens a host directory: the only place where a host path is used as it is.
    pub fn grant(path: &Path, host: &Host) -> std::io::Result<HostDirectory> {
        let mut failure = None;
        let name = || format!("the directory {}", path.display());
        let dir = host.open(Question::OpenDirectory, name, || {
            let opened = Dir::open_ambient_dir(path, ambient_authority());
            opened.map_err(|error| {
                failure = Some(error);
                Errno::ENOENT
            })
        });
        match (dir, failure) {
            (Ok(dir), _) => Ok(HostDirectory { dir, host: host.clone() }),
            (Err(_), Some(error)) => Err(error),
            (Err(number), None) => Err(std::io::Error::from_raw_os_error(number.0 as i32)),
        }
    }

    pub(super) fn dir(&self) -> Result<&Dir, Errno> {
        self.dir.real().ok_or(Errno::EBADF)
    }

    /// The directory at a path, as one to start from.
    pub fn child(&self, path: &[u8]) -> Result<HostDirectory, Errno> {
        let open = || Ok(self.dir()?.open_dir_nofollow(host_path(path)?)?);
        let name = || format!("the directory {}", String::from_utf8_lossy(path));
        Ok(HostDirectory { dir: self.host.open(Question::OpenDirectory, name, open)?, host: self.host.clone() })
    }

    /// What a path names, without following it.
    pub fn status(&self, path: &[u8]) -> Result<FileStatus, Errno> {
        self.host.ask(Question::Status, || {
            let metadata = match path {
                b"." => self.dir()?.dir_metadata()?,
                path => self.dir()?.symlink_metadata(host_path(path)?)?,
            };
            Ok(FileStatus::from_cap(&metadata))
        })
    }

    /// Where a symbolic link leads.
    pub fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        self.host.ask(Question::ReadLink, || guest_path(&self.dir()?.read_link_contents(host_path(path)?)?))
    }

    /// Opens a regular file, or a directory for reading; ENXIO for anything else. A name may have come to mean
    /// something else since it was looked up: a FIFO must not block.
    pub fn open(&self, path: &[u8], opening: &Opening) -> Result<HostFile, Errno> {
        // What was created and emptied in the run that is resumed is there, with what was written since.
        let opening = if self.host.is_resuming() { &opening.again() } else { opening };
        let name = || format!("the file {}", String::from_utf8_lossy(path));
        let open = || {
            let mut options = OpenOptions::new();
            options.read(opening.read).write(opening.write && !opening.append).append(opening.append);
            options.truncate(opening.truncate).follow(FollowSymlinks::No).nonblock(true);
            options.create(opening.create == Creation::IfMissing).create_new(opening.create == Creation::Always);
            #[cfg(unix)]
            cap_std::fs::OpenOptionsExt::mode(&mut options, opening.mode);
            let file = self.dir()?.open_with(host_path(path)?, &options)?.into_std();
            let opened = file.metadata()?;
            if opened.is_file() || opened.is_dir() { Ok(file) } else { Err(Errno::ENXIO) }
        };
        Ok(HostFile::new(self.host.open(Question::OpenFile, name, open)?, &self.host))
    }

    /// The entries of a directory, in the host's order.
    pub fn list(&self, path: &[u8]) -> Result<Vec<DirectoryEntry>, Errno> {
        self.host.ask(Question::List, || {
            let mut entries = Vec::new();
            for entry in self.dir()?.read_dir(host_path(path)?)? {
                let entry = entry?;
                let name = guest_path(Path::new(&entry.file_name()))?;
                let file_type = entry.file_type().map_or(FileType::File, file_type);
                entries.push(DirectoryEntry { inode: inode(&entry), file_type, name });
            }
            Ok(entries)
        })
    }

    /// Changes names in it.
    pub(super) fn change(&self, change: impl FnOnce(&Dir) -> Result<(), Errno>) -> Result<(), Errno> {
        self.host.ask(Question::ChangeDirectory, || change(self.dir()?))
    }

    /// Makes a directory.
    pub fn create_directory(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.change(|dir| {
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            cap_std::fs::DirBuilderExt::mode(&mut builder, mode);
            #[cfg(not(unix))]
            let _ = mode;
            Ok(dir.create_dir_with(host_path(path)?, builder.recursive(false))?)
        })
    }

    /// Removes an empty directory.
    pub fn remove_directory(&self, path: &[u8]) -> Result<(), Errno> {
        self.change(|dir| Ok(dir.remove_dir(host_path(path)?)?))
    }

    /// Removes a name that is not a directory's.
    pub fn remove_file(&self, path: &[u8]) -> Result<(), Errno> {
        self.change(|dir| Ok(dir.remove_file(host_path(path)?)?))
    }

    /// Gives something another name.
    pub fn rename(&self, from: &[u8], target: &HostDirectory, to: &[u8]) -> Result<(), Errno> {
        self.change(|dir| Ok(dir.rename(host_path(from)?, target.dir()?, host_path(to)?)?))
    }

    /// Gives a file one more name.
    pub fn link(&self, from: &[u8], target: &HostDirectory, to: &[u8]) -> Result<(), Errno> {
        self.change(|dir| Ok(dir.hard_link(host_path(from)?, target.dir()?, host_path(to)?)?))
    }

    /// Makes a symbolic link with any contents.
    pub fn symlink(&self, contents: &[u8], path: &[u8]) -> Result<(), Errno> {
        self.change(|dir| {
            let (contents, path) = (host_path(contents)?, host_path(path)?);
            #[cfg(unix)]
            return Ok(dir.symlink_contents(contents, path)?);
            #[cfg(not(unix))]
            Ok(dir.symlink_file(contents, path)?)
        })
    }

    /// Changes the times of a symbolic link; `None` keeps one.
    pub fn set_link_times(&self, path: &[u8], times: [Option<SystemTime>; 2]) -> Result<(), Errno> {
        let [accessed, modified] = times.map(|time| time.map(|time| SystemTimeSpec::Absolute(CapTime::from_std(time))));
        self.change(|dir| Ok(dir.set_symlink_times(host_path(path)?, accessed, modified)?))
    }

    /// Changes the permission bits of something that cannot be opened.
    #[cfg(unix)]
    pub fn set_mode(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        let permissions = cap_std::fs::PermissionsExt::from_mode(mode & 0o7777);
        self.change(|dir| Ok(dir.set_permissions(host_path(path)?, permissions)?))
    }

    /// Changes the permission bits of something that cannot be opened.
    #[cfg(not(unix))]
    pub fn set_mode(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.open(path, &Opening::READ)?.set_mode(mode)
    }
}

fn file_type(host: cap_std::fs::FileType) -> FileType {
    #[cfg(unix)]
    {
        use cap_std::fs::FileTypeExt;
        let special = [
            (host.is_fifo(), FileType::Pipe),
            (host.is_char_device(), FileType::Character),
            (host.is_block_device(), FileType::Block),
            (host.is_socket(), FileType::Socket),
        ];
        if let Some((_, file_type)) = special.into_iter().find(|(is, _)| *is) {
            return file_type;
        }
    }
    match host {
        host if host.is_dir() => FileType::Directory,
        host if host.is_symlink() => FileType::Link,
        _ => FileType::File,
    }
}

#[cfg(unix)]
fn inode(entry: &cap_std::fs::DirEntry) -> u64 {
    std::os::unix::fs::DirEntryExt::ino(entry)
}

#[cfg(not(unix))]
fn inode(_: &cap_std::fs::DirEntry) -> u64 {
    1
}

/// A guest's name for the host. Names are bytes on Unix and must be UTF-8 elsewhere.
fn host_path(path: &[u8]) -> Result<PathBuf, Errno> {
    #[cfg(unix)]
    return Ok(PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(path)));
    #[cfg(not(unix))]
    Ok(PathBuf::from(std::str::from_utf8(path).map_err(|_| Errno::EILSEQ)?))
}

/// A host's name for the guest.
fn guest_path(path: &Path) -> Result<Vec<u8>, Errno> {
    #[cfg(unix)]
    return Ok(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec());
    #[cfg(not(unix))]
    Ok(path.to_str().ok_or(Errno::EILSEQ)?.replace('\\', "/").into_bytes())
}
