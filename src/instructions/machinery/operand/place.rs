//! Values and places, and those of them that are registers and immediates.

use crate::instructions::{Machine, Op, Outcome};

use super::width::Width;

/// An operand that can be read.
pub trait Value<W> {
    /// Whether it is part of the instruction.
    const IMMEDIATE: bool = false;

    /// Whether it lies in memory.
    const MEMORY: bool = false;

    /// Its value.
    fn read(m: &mut Machine, op: &Op) -> Outcome<W>;

    /// The one with this number of those that a vector register holds; memory has only one.
    #[inline(always)]
    fn read_lane(m: &mut Machine, op: &Op, _number: usize) -> Outcome<W> {
        Self::read(m, op)
    }

    /// The instruction's operands with this one, if it lies in memory, replaced by the one that
    /// many words of its size further on.
    #[inline(always)]
    fn moved(op: &Op, _words: i32) -> Op {
        *op
    }
}

/// An operand that can be read and written.
pub trait Place<W>: Value<W> {
    /// Replaces the value.
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()>;

    /// Replaces the value; in a larger register the rest stays.
    #[inline(always)]
    fn merge(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        Self::write(m, op, value)
    }

    /// Replaces the lowest lane of a vector register; the others are those of the first source, which
    /// without VEX is the register itself.
    #[inline(always)]
    fn complete(m: &mut Machine, op: &Op, lane: W, _first: u128) -> Outcome<()> {
        Self::merge(m, op, lane)
    }

    /// Replaces the value by what `change` makes of it, and gives the rest of its answer.
    /// `change` is called only when the write is certain to succeed.
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R>;
}

/// A memory operand whose address is wanted.
pub trait Address {
    /// Offset in its segment.
    fn offset(m: &Machine, op: &Op) -> u32;
}

/// The register of operand `N` (counted from 0).
pub struct Reg<const N: usize>;

impl<W: Width, const N: usize> Value<W> for Reg<N> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<W> {
        Ok(W::get(&m.cpu.regs, op.r[N]))
    }
}

impl<W: Width, const N: usize> Place<W> for Reg<N> {
    #[inline(always)]
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        value.set(&mut m.cpu.regs, op.r[N]);
        Ok(())
    }
    #[inline(always)]
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R> {
        let (value, answer) = change(W::get(&m.cpu.regs, op.r[N]));
        value.set(&mut m.cpu.regs, op.r[N]);
        Ok(answer)
    }
}

/// One register, known when the program was built: the hottest instances.
pub struct Gpr<const SLOT: u8>;

impl<W: Width, const SLOT: u8> Value<W> for Gpr<SLOT> {
    #[inline(always)]
    fn read(m: &mut Machine, _: &Op) -> Outcome<W> {
        Ok(W::get(&m.cpu.regs, SLOT))
    }
}

impl<W: Width, const SLOT: u8> Place<W> for Gpr<SLOT> {
    #[inline(always)]
    fn write(m: &mut Machine, _: &Op, value: W) -> Outcome<()> {
        value.set(&mut m.cpu.regs, SLOT);
        Ok(())
    }
    #[inline(always)]
    fn update<R>(m: &mut Machine, _: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R> {
        let (value, answer) = change(W::get(&m.cpu.regs, SLOT));
        value.set(&mut m.cpu.regs, SLOT);
        Ok(answer)
    }
}

/// The immediate.
pub struct Imm;

impl<W: Width> Value<W> for Imm {
    const IMMEDIATE: bool = true;

    #[inline(always)]
    fn read(_: &mut Machine, op: &Op) -> Outcome<W> {
        Ok(W::truncate(op.imm))
    }
}
