//! What is known about a file, in one form for every host.

use std::time::{SystemTime, UNIX_EPOCH};

/// What a path names.
#[derive(Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, Debug)]
pub enum FileType {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A character device.
    Character,
    /// A block device.
    Block,
    /// A FIFO or pipe.
    Pipe,
    /// A socket.
    Socket,
}

impl FileType {
    /// The file type bits of a mode.
    pub fn mode(self) -> u32 {
        match self {
            FileType::Pipe => 0o010_000,
            FileType::Character => 0o020_000,
            FileType::Directory => 0o040_000,
            FileType::Block => 0o060_000,
            FileType::File => 0o100_000,
            FileType::Link => 0o120_000,
            FileType::Socket => 0o140_000,
        }
    }

    /// From the file type bits of a mode.
    pub fn from_mode(mode: u32) -> FileType {
        let kinds = [
            FileType::Pipe,
            FileType::Character,
            FileType::Directory,
            FileType::Block,
            FileType::Link,
            FileType::Socket,
        ];
        kinds.into_iter().find(|kind| kind.mode() == mode & 0o170_000).unwrap_or(FileType::File)
    }
}

/// Seconds since 1970 and nanoseconds.
pub type FileTime = (i64, u32);

/// What `stat` tells.
#[derive(Clone, Copy, Default, serde::Serialize, serde::Deserialize, Debug)]
pub struct FileStatus {
    /// Number of the file system.
    pub device: u64,
    /// Number of the file in it.
    pub inode: u64,
    /// Type and permission bits.
    pub mode: u32,
    /// Names it has.
    pub links: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Which device it is, if it is one.
    pub special: u64,
    /// Bytes.
    pub size: u64,
    /// Preferred bytes for one transfer.
    pub block_size: u32,
    /// 512-byte blocks that it takes.
    pub blocks: u64,
    /// Seconds since 1970 and nanoseconds: accessed, modified, changed.
    pub times: [FileTime; 3],
}

impl FileStatus {
    /// What it names.
    pub fn file_type(&self) -> FileType {
        FileType::from_mode(self.mode)
    }

    /// Something of the kernel's own, with these type and permission bits.
    pub fn synthetic(mode: u32, inode: u64) -> FileStatus {
        FileStatus { device: 1, inode, mode, links: 1, block_size: 4096, ..FileStatus::default() }
    }

    /// From the standard library's.
    pub fn from_std(metadata: &std::fs::Metadata) -> FileStatus {
        #[cfg(unix)]
        return unix!(std::os::unix::fs::MetadataExt, metadata);
        #[cfg(not(unix))]
        FileStatus::portable(
            metadata.is_dir(),
            metadata.is_symlink(),
            metadata.len(),
            [metadata.accessed().ok(), metadata.modified().ok(), metadata.modified().ok()],
        )
    }

    /// From cap-std's.
    pub fn from_cap(metadata: &cap_std::fs::Metadata) -> FileStatus {
        #[cfg(unix)]
        return unix!(cap_std::fs::MetadataExt, metadata);
        #[cfg(not(unix))]
        FileStatus::portable(
            metadata.is_dir(),
            metadata.is_symlink(),
            metadata.len(),
            [
                metadata.accessed().ok().map(|time| time.into_std()),
                metadata.modified().ok().map(|time| time.into_std()),
                metadata.modified().ok().map(|time| time.into_std()),
            ],
        )
    }

    /// What a host without modes and inodes can tell.
    #[cfg_attr(unix, allow(dead_code))]
    fn portable(directory: bool, link: bool, size: u64, times: [Option<SystemTime>; 3]) -> FileStatus {
        let mode = match (directory, link) {
            (true, _) => 0o040_755,
            (_, true) => 0o120_777,
            _ => 0o100_755,
        };
        let (blocks, times) = (size.div_ceil(512), times.map(|time| since_1970(time.unwrap_or(UNIX_EPOCH))));
        FileStatus { size, blocks, times, ..FileStatus::synthetic(mode, 0) }
    }
}

/// Seconds and nanoseconds since 1970, negative seconds before.
pub fn since_1970(time: SystemTime) -> FileTime {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (after.as_secs() as i64, after.subsec_nanos()),
        Err(before) => (-(before.duration().as_secs() as i64), 0),
    }
}

/// Two unrelated traits give the same fields under the same names.
#[cfg(unix)]
macro_rules! unix {
    ($extension:path, $metadata:expr) => {{
        use $extension as Extension;
        let m = $metadata;
        FileStatus {
            device: Extension::dev(m),
            inode: Extension::ino(m),
            mode: Extension::mode(m),
            links: Extension::nlink(m) as u32,
            uid: Extension::uid(m),
            gid: Extension::gid(m),
            special: Extension::rdev(m),
            size: Extension::size(m),
            block_size: Extension::blksize(m) as u32,
            blocks: Extension::blocks(m),
            times: [
                (Extension::atime(m), Extension::atime_nsec(m) as u32),
                (Extension::mtime(m), Extension::mtime_nsec(m) as u32),
                (Extension::ctime(m), Extension::ctime_nsec(m) as u32),
            ],
        }
    }};
}
#[cfg(unix)]
use unix;
