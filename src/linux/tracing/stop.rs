//! What a tracee is stopped by, and what its tracer is told of it (ptrace(2), "Stopped states").

use crate::linux::abi::ptrace::PTRACE_EVENT_STOP;
use crate::linux::abi::siginfo::{CLD_STOPPED, CLD_TRAPPED};
use crate::linux::abi::signals::SIGTRAP;
use crate::linux::signals::{Siginfo, SiginfoFields};

/// A state in which a tracee waits for its tracer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TraceStop {
    /// A signal is about to be delivered: the tracer decides if it is.
    Signal(Siginfo),
    /// A call begins or is over.
    Call {
        /// Whether it begins.
        begins: bool,
        /// Whether the status has the bit of `PTRACE_O_TRACESYSGOOD`.
        marked: bool,
    },
    /// One of `PTRACE_EVENT`.
    Event(u32),
    /// The process has been stopped by a signal.
    Group(u32),
    /// The same, or an interruption by the tracer (SIGTRAP), for one that was seized.
    Seized(u32),
    /// A handler has been entered by a single step.
    Step,
}

impl TraceStop {
    /// What the status of wait(2) has above its lowest byte.
    pub fn code(self) -> u32 {
        match self {
            TraceStop::Signal(info) => info.signal,
            TraceStop::Call { marked: true, .. } => SIGTRAP | 0x80,
            TraceStop::Call { .. } | TraceStop::Step => SIGTRAP,
            TraceStop::Event(event) => SIGTRAP | event << 8,
            TraceStop::Group(signal) => signal,
            TraceStop::Seized(signal) => signal | PTRACE_EVENT_STOP << 8,
        }
    }

    /// What `PTRACE_GETSIGINFO` tells: of a signal what it says itself, of a group-stop nothing.
    pub fn info(self, tid: u32, uid: u32) -> Option<Siginfo> {
        match self {
            TraceStop::Signal(info) => Some(info),
            TraceStop::Group(_) => None,
            _ => {
                let (code, fields) = (self.code(), SiginfoFields::Kill { pid: tid, uid });
                Some(Siginfo { signal: code & 0x7f, error: 0, code, fields })
            }
        }
    }

    /// What SIGCHLD tells the tracer.
    pub fn child_code(self) -> u32 {
        match self {
            TraceStop::Group(_) | TraceStop::Seized(_) => CLD_STOPPED,
            _ => CLD_TRAPPED,
        }
    }
}
