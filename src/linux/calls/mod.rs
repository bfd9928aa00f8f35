//! System calls: one file for each family, and the [`table`] that names them all.

mod attributes;
mod directories;
mod files;
mod ids;
pub mod limits;
mod memory;
mod names;
mod open;
mod poll;
mod process;
pub mod shared;
pub mod signals;
pub mod status;
mod table;
mod terminal;
mod threads;
mod time;

pub use table::find;

use crate::instructions::Machine;

use super::errno::Answer;
use super::kernel::Kernel;

/// The six arguments of a call.
pub type Args = [u32; 6];

/// How a trace shows an argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
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
    pub arguments: &'static [Kind],
    /// What answers it.
    pub run: fn(&mut Kernel, &mut Machine, &Args) -> Answer,
}
