//! Forwarding: an instruction hands the value that it writes to a register over to the handler behind it, in a
//! register of the host, so that an instruction that needs it at once does not wait until it has gone through
//! memory. (Processors do the same in their pipelines, and call it operand forwarding or bypass.)
//!
//! The register is written as ever: forwarding only saves the reading. Which register the value is that of is
//! known when a block is translated. Which instructions take part, `sequences.json` says.

use crate::instructions::{Machine, Op};

use super::code::Handler;

/// What an instruction hands over.
pub trait Gives {
    /// The value for the handler behind it; `forwarded` is what it was given itself.
    fn value(m: &Machine, op: &Op, forwarded: u32) -> u32;
}

/// What it was given.
pub struct Passes;

impl Gives for Passes {
    #[inline(always)]
    fn value(_: &Machine, _: &Op, forwarded: u32) -> u32 {
        forwarded
    }
}

/// The register of its first operand, which it has written.
pub struct Result0;

impl Gives for Result0 {
    #[inline(always)]
    fn value(m: &Machine, op: &Op, _: u32) -> u32 {
        m.cpu.regs[op.r[0]]
    }
}

/// How an instance takes part in forwarding.
#[derive(Debug)]
pub struct Forwarding {
    /// Whether it hands over what it writes to its first operand, or what it was given.
    pub gives: bool,
    /// The operands that can be forwarded.
    pub operands: &'static [ForwardedOperand],
    /// Copies in which some of them are, live and dead: one for each combination, by their bits less 1.
    pub handlers: &'static [[Handler; 2]],
}

/// An operand that can be forwarded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForwardedOperand {
    /// The register of the first operand.
    First,
    /// The register of the second operand.
    Second,
    /// The base of the memory operand.
    Base,
}
