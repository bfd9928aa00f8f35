//! Who the guest is: user and group, and what they may do with a file.

use crate::linux::host::{self, FileStatus, FileType};

/// User and group of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Credentials {
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

impl Credentials {
    /// That of the user who runs us, so that file owners mean what they mean outside.
    pub fn of_host() -> Credentials {
        let (uid, gid) = host::identity();
        Credentials { uid, gid }
    }

    /// Whether the permission bits allow what `wanted` asks for (4 read, 2 write, 1 execute).
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
