//! What the kernel knows of a debugger that looks at the world from outside.

use std::collections::{BTreeMap, BTreeSet};

use crate::linux::process::Termination;
use crate::linux::signals::Siginfo;

/// Something that a debugger hears of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DebugEvent {
    /// A signal is about to be delivered to the running thread, which is held until that is decided.
    Signal {
        /// The thread.
        tid: u32,
        /// The signal and its cause.
        info: Siginfo,
    },
    /// A process was made.
    Created {
        /// The thread that made it.
        parent: u32,
        /// The process.
        child: u32,
        /// Whether the parent waits until it has a program of its own (vfork(2)).
        lends: bool,
    },
    /// The child of vfork(2) has a program of its own, or has ended: its parent goes on.
    VforkDone {
        /// The thread that goes on.
        tid: u32,
    },
    /// A process has executed another program.
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
    /// A call has been answered.
    Answered {
        /// The thread that made it.
        tid: u32,
        /// The number of the call.
        number: u32,
    },
}

/// What the kernel knows of a debugger.
#[derive(Clone, Default, Debug)]
pub struct Debugger {
    /// The processes about whose signals it is asked.
    pub processes: BTreeSet<u32>,
    /// The signals that are delivered without asking: bit 0 is signal 1.
    pub passed: u64,
    /// What it has not been told yet.
    pub events: Vec<DebugEvent>,
    /// The signals that threads are held at: the running one, and those that stand still while others go on.
    pub held: BTreeMap<u32, Siginfo>,
    /// The signals that threads are given next, which was decided.
    pub decided: BTreeMap<u32, Siginfo>,
}
