//! The set-ID bits of a program go when somebody writes to it, or gives it away, who may not set them (inode(7)).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::CAP_FSETID;
use crate::linux::errno::Errno;
use crate::linux::files::{Change, PlaceHandle};
use crate::linux::host::FileType;
use crate::linux::kernel::Kernel;

/// Those that a mode has and loses: that of the group means something else where the group may not execute.
pub fn lost(mode: u32) -> u32 {
    mode & (0o4000 | if mode & 0o10 != 0 { 0o2000 } else { 0 })
}

/// Somebody is about to change the contents of a file.
pub fn writing(k: &Kernel, m: &Machine, place: &PlaceHandle) -> Result<(), Errno> {
    if k.process.credentials.can(CAP_FSETID) || place.file_type() != FileType::File {
        return Ok(());
    }
    let status = k.status_of(m, place)?;
    let mode = status.mode & 0o7777;
    let of_strange_group = if k.process.credentials.in_group(status.gid) { 0 } else { mode & 0o2000 };
    match lost(mode) | of_strange_group {
        0 => Ok(()),
        gone => {
            let change = Change { mode: Some(mode & !gone), ..Change::default() };
            k.asking(m, |asker| place.node().change(asker, &change))
        }
    }
}
