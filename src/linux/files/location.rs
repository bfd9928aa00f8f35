//! Where a path leads in the guest's file tree.

use crate::linux::errno::Errno;
use crate::linux::host::{FileStatus, HostDirectory};

use super::devices::Device;

/// A path in a granted directory.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The granted directory.
    pub root: HostDirectory,
    /// The path in it; `.` is itself.
    pub path: Vec<u8>,
    /// Whether the guest may change it.
    pub writable: bool,
}

/// What is at a path.
#[derive(Clone, Debug)]
pub enum Location {
    /// Something in a granted directory, which may or may not exist.
    Granted(Granted),
    /// A directory of the kernel's own, on the way to a mount point or a device.
    Between,
    /// A device.
    Device(Device),
    /// The descriptor with this number, as `/dev/stdin` is.
    Descriptor(u32),
    /// A link of the kernel's own.
    Link(Vec<u8>),
    /// Nothing, because nothing is granted there.
    Nowhere,
}

/// An absolute path without links and dots, and what is there.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The absolute path.
    pub path: Vec<u8>,
    /// What is there.
    pub location: Location,
    /// The path ended in a slash, so that it must be a directory.
    pub directory: bool,
}

impl Granted {
    /// What is there, without following it.
    pub fn status(&self) -> Result<FileStatus, Errno> {
        self.root.status(&self.path)
    }
}
