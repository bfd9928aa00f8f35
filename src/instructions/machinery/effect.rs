//! The return types of the instruction functions, which tell the engine where execution continues.
//!
//! After `()` and [`Flags`](crate::cpu::Flags) it continues with the next instruction; the types here
//! can transfer control.

use crate::instructions::{Event, Exception};

/// A relative jump or call that is always taken: the target is in the instruction, so that the exit
/// can be linked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Direct;

/// A relative jump that is taken or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Branch {
    /// Go to the target.
    Taken,
    /// Go on with the next instruction.
    NotTaken,
}

impl From<bool> for Branch {
    #[inline(always)]
    fn from(taken: bool) -> Self {
        if taken { Branch::Taken } else { Branch::NotTaken }
    }
}

/// A near jump to an address that the instruction computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Jump(pub u32);

/// An instruction after which control returns to the run loop: it may have changed a segment or a flag
/// that translations depend on, or it raises an interrupt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leave {
    /// EIP of the instruction to continue with.
    pub eip: u32,
    /// The interrupt that it raises, if any.
    pub event: Option<Event>,
}

/// A string instruction. Each iteration counts as one executed instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeated {
    /// Completed iterations.
    pub iterations: u64,
    /// Whether the instruction is complete; if not, it resumes where it stopped.
    pub finished: bool,
    /// The exception that interrupted it after at least one iteration.
    pub fault: Option<Exception>,
}

impl Repeated {
    /// One iteration, complete.
    pub const ONCE: Repeated = Repeated { iterations: 1, finished: true, fault: None };
}
