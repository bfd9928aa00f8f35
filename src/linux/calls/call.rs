//! What a system call is: its name, how a trace shows its arguments, and the function behind it.

use crate::instructions::Machine;
use crate::linux::errno::Answer;
use crate::linux::process::Process;

/// The six arguments of a call.
pub type Args = [u32; 6];

/// How a trace shows an argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentKind {
    /// A signed number.
    Int,
    /// An unsigned number.
    Uint,
    /// An address, or flags.
    Hex,
    /// Permission bits.
    Octal,
    /// A zero-terminated string.
    Path,
    /// Data that the call reads; the next argument is its size.
    In,
    /// Data that the call writes; the answer is its size.
    Out,
}

/// A system call.
#[derive(Debug)]
pub struct Call {
    /// The kernel's name for it.
    pub name: &'static str,
    /// The arguments that it takes.
    pub arguments: &'static [ArgumentKind],
    /// What answers it.
    pub run: fn(&mut Process, &mut Machine, &Args) -> Answer,
}
