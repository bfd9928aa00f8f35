//! Forwarding: an instruction hands the value that it writes to a register over to the handler behind it, in a
//! register of the host, so that an instruction that needs it at once does not wait until it has gone through
//! memory. (Processors do the same in their pipelines, and call it operand forwarding or bypass.)
//!
//! Two values are handed over, that of a general-purpose register and the low number of an XMM register. The register
//! is written as ever: forwarding only saves the reading. Which register the value is that of is known when a block is
//! translated. Which instructions take part, `sequences.json` says.

use bytemuck::{AnyBitPattern, NoUninit};

use crate::instructions::{Machine, Op, Results};

use super::code::Handler;

/// What an instruction hands over.
pub trait Gives {
    /// The results for the handler behind it; `forwarded` is what it was given itself.
    fn results(m: &Machine, op: &Op, forwarded: Results) -> Results;
}

/// What it was given.
pub struct Passes;

impl Gives for Passes {
    #[inline(always)]
    fn results(_: &Machine, _: &Op, forwarded: Results) -> Results {
        forwarded
    }
}

/// The general-purpose register of its first operand, which it has written.
pub struct Register0;

impl Gives for Register0 {
    #[inline(always)]
    fn results(m: &Machine, op: &Op, forwarded: Results) -> Results {
        Results { general: m.cpu.regs[op.r[0]], ..forwarded }
    }
}

/// The low number of the XMM register of its first operand, which it has written: as wide as it was written, or the
/// host would wait for memory.
pub struct Number0<N>(N);

impl<N: AnyBitPattern + NoUninit + Into<u64>> Gives for Number0<N> {
    #[inline(always)]
    fn results(m: &Machine, op: &Op, forwarded: Results) -> Results {
        let number: N = *m.cpu.vectors.low(op.r[0]);
        Results { number: number.into().into(), ..forwarded }
    }
}

/// The same of a register that it has written as a whole.
pub struct Whole0;

impl Gives for Whole0 {
    #[inline(always)]
    fn results(m: &Machine, op: &Op, forwarded: Results) -> Results {
        Results { number: (m.cpu.vectors.at(op.r[0])[0] as u64).into(), ..forwarded }
    }
}

/// How an instance takes part in forwarding.
#[derive(Debug)]
pub struct Forwarding {
    /// What it hands over.
    pub gives: Gift,
    /// The operands that can be forwarded.
    pub operands: &'static [ForwardedOperand],
    /// Copies in which some of them are, live and dead: one for each combination, by their bits less 1.
    pub handlers: &'static [[Handler; 2]],
}

/// What an instance hands over beside what it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gift {
    /// Nothing: it writes no register of these kinds.
    Nothing,
    /// The general-purpose register of its first operand.
    Register,
    /// So many low bits of the XMM register of its first operand.
    Number(u8),
}

/// An operand that can be forwarded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForwardedOperand {
    /// The general-purpose register of the operand at a position.
    Register(usize),
    /// The base of the memory operand.
    Base,
    /// The XMM register of the operand at a position, of which it needs so many low bits.
    Number(usize, u8),
}
