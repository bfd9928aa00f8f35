//! What a path refers to in the guest's file tree.

use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, HostDirectory};

use super::devices::Device;

/// A path in a granted directory.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The granted directory.
    pub root: HostDirectory,
    /// The path relative to it; `.` is the directory itself.
    pub path: Vec<u8>,
    /// Whether the guest may change it.
    pub writable: bool,
}

/// What a path refers to.
#[derive(Clone, Debug)]
pub enum Location {
    /// A path in a granted directory, whether or not a file is there.
    Granted(Granted),
    /// A directory that exists only because a mount point or a device is below it.
    Between,
    /// A device.
    Device(Device),
    /// The descriptor with this number, as `/dev/stdin` is.
    Descriptor(u32),
    /// A symbolic link that the kernel supplies, with its target.
    Link(Vec<u8>),
    /// Nothing, because nothing is granted there.
    Nowhere,
}

/// A resolved path: absolute, without symbolic links, `.` and `..`.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The absolute path.
    pub path: Vec<u8>,
    /// What the path refers to.
    pub location: Location,
    /// Whether the path ended in a slash, so that it must refer to a directory.
    pub directory: bool,
}

impl Granted {
    /// What is there, without following it.
    pub fn status(&self) -> Result<FileStatus, Errno> {
        self.root.status(&self.path)
    }
}
