//! Where files are that programs have handles of (name_to_handle_at(2)).

use std::sync::Weak;

use crate::linux::copy::copied;
use crate::linux::files::FilePlace;

/// A file that a handle was given of.
#[derive(Debug)]
pub struct HandledFile {
    /// Its path then.
    pub path: Vec<u8>,
    /// Its place, as long as somebody is there.
    pub place: Weak<FilePlace>,
}

copied!(HandledFile: clone { path } duplicate { place });
