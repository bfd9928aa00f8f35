//! Sequences: one handler for several instructions that follow each other (`sequences.json`).
//!
//! A handler of a sequence does the work of its steps one after the other, each with an entry of its own.
//! Where a step misses the fast path, its checked copy takes over at that entry, and the state is precise:
//! the steps before it are complete. The flags that a step makes stay in a local until somebody needs them:
//! a step that reads flags or leaves some alone, a step that misses, an exit, or the end of the sequence.

use crate::cpu::Flags;
use crate::instructions::{Branch, Direct, Jump, Leave, Machine, Repeated};

use super::code::Handler;
use super::dispatch::Effect;
use super::variant::Variant;

/// The sequences that begin with the same instructions, as a tree.
#[derive(Debug)]
pub struct Sequences {
    /// Those that are these instructions.
    pub complete: &'static [Sequence],
    /// The numbers of the instances that others go on with, in ascending order.
    pub next: &'static [u16],
    /// Those that go on with each of them.
    pub longer: &'static [Sequences],
}

impl Sequences {
    /// None.
    pub const NONE: Sequences = Sequences { complete: &[], next: &[], longer: &[] };

    /// Those that go on with an instance.
    pub fn with(&self, instance: u16) -> Option<&Sequences> {
        self.longer.get(self.next.binary_search(&instance).ok()?)
    }
}

/// How a sequence is executed.
#[derive(Clone, Copy, Debug)]
pub struct Sequence {
    /// Which operands of each of its instructions are forwarded, as bits.
    pub forwarded: &'static [u8],
    /// Position of the last instruction that writes flags; 0 if none does.
    pub last_writer: u8,
    /// Executes it, and stores the flags that it leaves.
    pub live: Handler,
    /// Executes it, and drops them.
    pub dead: Handler,
}

/// Flags that have been made in a sequence and not been stored: [`Flags`], or `()` if there are none.
pub trait Pending: Copy {
    /// Stores them.
    fn store(self, m: &mut Machine);
}

impl Pending for () {
    #[inline(always)]
    fn store(self, _: &mut Machine) {}
}

impl Pending for Flags {
    #[inline(always)]
    fn store(self, m: &mut Machine) {
        m.cpu.flags = self;
    }
}

/// An instruction that another one can follow in a sequence.
pub trait Step: Effect {
    /// What is pending behind it.
    type After<P: Pending>: Pending;

    /// What is pending behind it, given what was before.
    fn then<P: Pending>(self, pending: P) -> Self::After<P>;
}

impl Step for () {
    type After<P: Pending> = P;

    #[inline(always)]
    fn then<P: Pending>(self, pending: P) -> P {
        pending
    }
}

impl Step for Flags {
    type After<P: Pending> = Flags;

    #[inline(always)]
    fn then<P: Pending>(self, _: P) -> Flags {
        self
    }
}

/// An instruction that a sequence can end with.
pub trait Last: Effect {
    /// Stores what is pending before it, unless it wrote flags itself or nobody will read them.
    fn settle<V: Variant, P: Pending>(&self, pending: P, m: &mut Machine);
}

impl Last for () {
    #[inline(always)]
    fn settle<V: Variant, P: Pending>(&self, pending: P, m: &mut Machine) {
        if V::FLAGS {
            pending.store(m);
        }
    }
}

impl Last for Flags {
    #[inline(always)]
    fn settle<V: Variant, P: Pending>(&self, _: P, _: &mut Machine) {}
}

macro_rules! transfers {
    ($($effect:ty),*) => {$(
        impl Last for $effect {
            #[inline(always)]
            fn settle<V: Variant, P: Pending>(&self, pending: P, m: &mut Machine) {
                pending.store(m);
            }
        }
    )*};
}

transfers!(Branch, Direct, Jump, Leave, Repeated);
