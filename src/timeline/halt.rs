//! Why the world stands still.

use crate::engine::Event;
use crate::linux::{Siginfo, Termination};

use super::points::WatchKind;

/// Something at which the world stands still.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Halt {
    /// A thread is about to execute the instruction at a breakpoint.
    Breakpoint {
        /// The thread.
        tid: u32,
    },
    /// A thread has accessed what is watched. Forwards the access is done; backwards it is undone.
    Watch {
        /// The thread.
        tid: u32,
        /// Where.
        address: u32,
        /// What the watchpoint asks for.
        kind: WatchKind,
    },
    /// A thread has executed the one instruction that was asked for.
    Step {
        /// The thread.
        tid: u32,
    },
    /// A signal is about to be delivered.
    Signal {
        /// To this thread.
        tid: u32,
        /// The signal and its cause.
        info: Siginfo,
    },
    /// A call is about to be made.
    CallBegins {
        /// By this thread.
        tid: u32,
        /// Its number.
        number: u32,
    },
    /// A call has been answered.
    CallEnds {
        /// To this thread.
        tid: u32,
        /// Its number.
        number: u32,
    },
    /// A process was made.
    Created {
        /// By this thread.
        parent: u32,
        /// The new process.
        child: u32,
        /// Whether its parent waits for it (vfork(2)).
        lends: bool,
    },
    /// The wait of vfork(2) is over.
    VforkDone {
        /// For this thread.
        tid: u32,
    },
    /// A process executes another program.
    Executed {
        /// The process.
        pid: u32,
    },
    /// A process has ended.
    Ended {
        /// The process.
        pid: u32,
        /// How.
        exit: Termination,
    },
    /// Going back has come to where history begins.
    HistoryBegins {
        /// The thread that runs there.
        tid: u32,
    },
    /// Somebody asked for a pause.
    Interrupted,
    /// An instruction that is not implemented, or a failure of tab86.
    Failed(Event),
}
