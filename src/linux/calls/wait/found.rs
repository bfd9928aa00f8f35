//! Whom a call waits for, and what it finds.

use crate::linux::abi::Encoded;
use crate::linux::abi::siginfo::{CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_TRAPPED};
use crate::linux::abi::signals::{ChildInfo, SIGCHLD, SIGCONT};
use crate::linux::process::{ChildEvent, Termination, Usage};

/// Which children and tracees are meant.
#[derive(Clone, Copy)]
pub enum Selector {
    /// Each.
    Any,
    /// The one with a number.
    Process(u32),
    /// Those of a process group.
    Group(u32),
}

impl Selector {
    /// Whether one is meant, by its number and its process group.
    pub fn selects(self, id: u32, group: u32) -> bool {
        match self {
            Selector::Any => true,
            Selector::Process(wanted) => wanted == id,
            Selector::Group(wanted) => wanted == group,
        }
    }
}

/// What one did.
#[derive(Clone, Copy)]
pub struct ChildReport {
    /// Its number.
    pub id: u32,
    /// To whom it belongs.
    pub uid: u32,
    /// What it did.
    pub event: ChildEvent,
    /// What it has used.
    pub usage: Usage,
}

impl ChildReport {
    /// The same as waitid(2) tells it.
    pub fn info(self) -> ChildInfo {
        let (code, status) = match self.event {
            ChildEvent::Ended { exit: Termination::Status(status), .. } => (CLD_EXITED, status.into()),
            ChildEvent::Ended { exit: Termination::Signal(signal), dumped } => {
                (if dumped { CLD_DUMPED } else { CLD_KILLED }, signal.into())
            }
            ChildEvent::Stopped(signal) => (CLD_STOPPED, signal.into()),
            ChildEvent::Continued => (CLD_CONTINUED, SIGCONT),
            ChildEvent::Trapped(code) => (CLD_TRAPPED, code),
        };
        ChildInfo {
            si_signo: SIGCHLD,
            si_code: code,
            si_pid: self.id,
            si_uid: self.uid,
            si_status: status,
            ..ChildInfo::zeroed()
        }
    }
}
