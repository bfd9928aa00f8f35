//! What a process shares with the one that made it (clone(2)), or has a copy of.

use std::sync::{Arc, Mutex};

use crate::linux::sync::lock;

/// What a child shares with the process that makes it (clone(2)).
#[derive(Clone, Copy, Default, Debug)]
pub struct Sharing {
    /// The address space: `CLONE_VM`.
    pub memory: bool,
    /// The descriptor table: `CLONE_FILES`.
    pub files: bool,
    /// Where it stands in the file tree: `CLONE_FS`.
    pub standing: bool,
    /// What signals do: `CLONE_SIGHAND`.
    pub actions: bool,
}

/// What a child gets of something that it shares or has a copy of.
pub fn shared_or_own<T: Clone>(of_parent: &Arc<Mutex<T>>, shares: bool) -> Arc<Mutex<T>> {
    if shares { Arc::clone(of_parent) } else { Arc::new(Mutex::new(lock(of_parent).clone())) }
}
