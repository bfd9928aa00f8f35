//! Ending what a process shares with others (unshare(2)).

use std::sync::{Arc, Mutex};

use super::state::Process;

impl Process {
    /// Gives the process a descriptor table of its own, if it shares one (unshare(2), `CLONE_FILES`).
    pub fn unshare_descriptors(&mut self) {
        if Arc::strong_count(&self.descriptors) > 1 {
            let own = self.descriptors().clone();
            self.descriptors = Arc::new(Mutex::new(own));
        }
    }

    /// Lets the process stand in the tree by itself, if it does so with others (unshare(2), `CLONE_FS`).
    pub fn unshare_standing(&mut self) {
        if Arc::strong_count(&self.standing) > 1 {
            let own = self.standing().clone();
            self.standing = Arc::new(Mutex::new(own));
        }
    }
}
