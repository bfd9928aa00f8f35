//! Filesystems in memory: empty at first (tmpfs(5)), or born from a directory of the host that they
//! leave as it is (copy-on-write).

mod copy;
mod extended;
mod filesystem;
mod lower;
mod names;
mod node;
mod operations;
mod shared;

pub use filesystem::TreeFilesystem;
pub use shared::Room;
