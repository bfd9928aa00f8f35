//! Where a process stands in the file tree (clone(2), CLONE_FS).

use crate::linux::copy::copied;
use crate::linux::files::PlaceHandle;

/// Working directory, root directory and file mode mask, which processes may share.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The working directory.
    pub directory: PlaceHandle,
    /// Where absolute paths start.
    pub root: PlaceHandle,
    /// The permission bits that new files do not get.
    pub umask: u32,
}

copied!(Standing: clone { umask } duplicate { directory, root });
