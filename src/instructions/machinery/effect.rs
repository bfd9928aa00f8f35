//! How the engine goes on after an instruction: the return types of the instruction functions.
//!
//! `()` and [`Flags`](crate::cpu::Flags) go on with the next instruction; the types here transfer
//! control.

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

/// An instruction after which the engine has to look around: segments or flags that translations
/// rely on may have changed, or the program asks for somebody's attention.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leave {
    /// Where to go on.
    pub eip: u32,
    /// What happened.
    pub event: Option<Event>,
}

/// A string instruction, which counts as one instruction for each iteration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeated {
    /// Iterations done.
    pub iterations: u64,
    /// Whether the instruction is complete; if not, it goes on where it stopped.
    pub finished: bool,
    /// What stopped it, when it was an exception in a later iteration.
    pub fault: Option<Exception>,
}

impl Repeated {
    /// One iteration, and nothing more to do.
    pub const ONCE: Repeated = Repeated { iterations: 1, finished: true, fault: None };
}
