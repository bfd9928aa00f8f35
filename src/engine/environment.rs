//! What stands around a program that runs: who says what interrupts and exceptions mean, and who wants to be asked
//! before certain instructions.

use crate::instructions::{Event, Machine};

/// The environment of a program: decides what interrupts and exceptions mean.
pub trait Environment {
    /// Deals with an exception or interrupt. Returns `None` to continue, or the event that ends the run.
    /// EIP points to a faulting instruction, and behind one that raised an interrupt.
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event>;

    /// Called before the block at CS:EIP is entered: for every block if [`Options::link`](super::Options::link) is off, for every
    /// instruction if [`Options::block`](super::Options::block) is 1 as well; with linked blocks only now and then. `false` ends
    /// the run before that block.
    fn entering(&mut self, _: &mut Machine) -> bool {
        true
    }

    /// Whether [`entering`](Self::entering) must be called each time before the instruction at this offset in CS.
    /// Blocks end before it, and none leads straight to it; all other code runs as if nobody asked. The answer must
    /// not change during a run.
    fn watches(&self, _eip: u32) -> bool {
        false
    }

    /// The number of instructions after which [`entering`](Self::entering) is called at the latest: exactly then if
    /// nothing else comes first, whatever blocks there are.
    fn allowance(&self, _: &Machine) -> u64 {
        u64::MAX
    }
}
