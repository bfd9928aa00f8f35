//! Why the world stands still.

use crate::engine::Event;
use crate::linux::DebugEvent;

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
    /// The kernel has told something.
    Kernel(DebugEvent),
    /// A call is about to be made.
    CallBegins {
        /// By this thread.
        tid: u32,
        /// Its number.
        number: u32,
    },
    /// Going back has come to where history begins.
    HistoryBegins {
        /// The thread that runs there.
        tid: u32,
    },
    /// Going forwards has come to where a recording ends, although the program does not end there.
    HistoryEnds {
        /// The thread that runs there.
        tid: u32,
    },
    /// Somebody asked for a pause.
    Interrupted,
    /// What was asked for cannot be done: the world has not moved.
    Refused,
    /// An instruction that is not implemented, or a failure of tab86.
    Failed(Event),
}
