//! Why a virtual machine stopped, and why it could not start.

use std::fmt;
use std::path::PathBuf;

use crate::instructions::Exception;

use super::hooks::HookId;

/// Why a run came to its end.
///
/// After [`Exit`](Self::Exit) and [`Signal`](Self::Signal) the program is over, and running the machine
/// again returns the same; after the others it can go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
#[non_exhaustive]
pub enum Stop {
    /// The program ended itself, with this status.
    Exit(u8),
    /// A signal of this number ended the program, such as 11 (SIGSEGV) after a page fault or 4 (SIGILL)
    /// after an invalid opcode. EIP is at the instruction that raised the exception, and
    /// [`Vm::last_event`](super::Vm::last_event) has the exception.
    Signal(u8),
    /// An exception at which a hook asked to stop, or an instruction that is not implemented; EIP is at
    /// the instruction.
    Fault(Exception),
    /// An `INT3`, with EIP behind it; or a breakpoint, with EIP at the instruction.
    Breakpoint,
    /// A software interrupt at which a hook asked to stop; EIP is behind the instruction.
    Interrupt(u8),
    /// A `SYSENTER` at which a hook asked to stop; EIP is behind the instruction.
    Sysenter,
    /// This hook asked to stop; EIP is at the next instruction.
    Hook(HookId),
    /// Somebody called [`Interrupt::stop`](crate::linux::Interrupt::stop); EIP is at the next instruction.
    Interrupted,
    /// The moment of [`Vm::set_deadline`](super::Vm::set_deadline) has come; EIP is at the next instruction.
    Deadline,
    /// The budget is used up; EIP is at the next instruction.
    Budget,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Exit(status) => write!(f, "exit with status {status}"),
            Stop::Signal(signal) => write!(f, "killed by signal {signal}"),
            Stop::Fault(exception) => write!(f, "{exception}"),
            Stop::Breakpoint => write!(f, "breakpoint"),
            Stop::Interrupt(vector) => write!(f, "interrupt {vector:#04x}"),
            Stop::Sysenter => write!(f, "sysenter"),
            Stop::Hook(id) => write!(f, "stopped by hook {id}"),
            Stop::Interrupted => write!(f, "stopped from outside"),
            Stop::Deadline => write!(f, "deadline reached"),
            Stop::Budget => write!(f, "instruction budget used up"),
        }
    }
}

/// Why a program could not start.
#[derive(thiserror::Error, Debug)]
#[non_exhaustive]
pub enum VmError {
    /// The bytes do not fit into memory.
    #[error("the program ends at byte {needed}, but memory has {size} bytes; make it larger")]
    TooLarge {
        /// One past the last byte of the program.
        needed: u64,
        /// Bytes of memory.
        size: u64,
    },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the host answered.
        source: std::io::Error,
    },
}
