//! Filesystems that are tables of entries, each a name, permission bits and a function that tells it from a
//! [`View`](super::View) of the world: what their files contain is made up when somebody reads it.

mod entry;
mod node;

pub use entry::{
    DECIMAL, EntryKind, NumberNames, Numbered, Numbers, PseudoEntry, PseudoFilesystem, Told, decimal, directory, fixed,
    kept, link, own, path, setting, text,
};
pub use node::PseudoNode;
