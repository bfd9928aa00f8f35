//! Why a virtual machine stopped, and why it could not start.

use std::fmt;
use std::path::PathBuf;

use crate::instructions::Exception;

/// Why a program stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// It ended itself, with this status.
    Exit(u8),
    /// An instruction raised an exception; EIP is at it.
    Fault(Exception),
    /// An `INT3`, with EIP behind it; or a breakpoint, with EIP at the instruction.
    Breakpoint,
    /// An interrupt that nobody dealt with; EIP is behind the instruction.
    Interrupt(u8),
    /// The budget is used up; EIP is at the next instruction.
    Budget,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Exit(status) => write!(f, "exit with status {status}"),
            Stop::Fault(exception) => write!(f, "{exception}"),
            Stop::Breakpoint => write!(f, "breakpoint"),
            Stop::Interrupt(vector) => write!(f, "interrupt {vector:#04x}"),
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
        /// One past its last byte.
        needed: u64,
        /// Bytes of memory.
        size: u64,
    },
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}
