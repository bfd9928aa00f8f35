//! The process that orphans are children of (init(1)): it belongs to user 0, never runs, gets no signal, and waits for
//! its children as soon as they end.

use crate::linux::abi::signals::{SIG_IGN, SIGCHLD};
use crate::linux::signals::once;
use crate::linux::world::WaitQueues;

use super::credentials::Credentials;
use super::sharing::Sharing;
use super::state::{INIT_PID, Process};

/// Its name.
const NAME: &[u8] = b"init";

impl Process {
    /// The parent of the first process of a world.
    pub fn init(first: &Process, queues: &WaitQueues) -> Process {
        let mut init = first.child(INIT_PID, queues, Sharing::default());
        (init.parent, init.group, init.session, init.terminal) = (0, INIT_PID, INIT_PID, None);
        init.descriptors = Default::default();
        init.credentials = Credentials::of(0, 0);
        init.executable = NAME.to_vec();
        init.signals = Default::default();
        // Every signal is one that there is.
        let _ = init.signals.dispositions.set(SIGCHLD, once(SIG_IGN));
        init
    }
}
