//! User and group of a process, and which file accesses the permission bits allow them.

use crate::linux::host::{self, FileStatus, FileType};

/// User and group of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// User identifier, real and effective.
    pub uid: u32,
    /// Group identifier, real and effective.
    pub gid: u32,
}

impl Credentials {
    /// The credentials of the host process, so that a file's owner is the guest if it is the user.
    pub fn of_host() -> Credentials {
        let (uid, gid) = host::identity();
        Credentials { uid, gid }
    }

    /// Whether the permission bits of a file allow every access in `wanted` (4 read, 2 write,
    /// 1 execute or search).
    pub fn may(self, status: &FileStatus, wanted: u32) -> bool {
        if self.uid == 0 {
            return wanted & 1 == 0 || status.file_type() == FileType::Directory || status.mode & 0o111 != 0;
        }
        let shift = match status {
            status if status.uid == self.uid => 6,
            status if status.gid == self.gid => 3,
            _ => 0,
        };
        status.mode >> shift & wanted == wanted
    }
}
