//! The traits of operands, and the operands that are registers or immediates.

use crate::instructions::{Machine, Op, Outcome};

use super::width::Width;

/// An operand that can be read.
pub trait Value<W> {
    /// Whether it is an immediate.
    const IMMEDIATE: bool = false;

    /// Whether it lies in memory.
    const MEMORY: bool = false;

    /// Whether it is an XMM register of a VEX instruction: one that is written loses its upper half.
    const VEX: bool = false;

    /// Its value.
    fn read(m: &mut Machine, op: &Op) -> Outcome<W>;

    /// Element `number` of a vector register; a memory operand has only one element.
    #[inline(always)]
    fn read_lane(m: &mut Machine, op: &Op, _number: usize) -> Outcome<W> {
        Self::read(m, op)
    }

    /// The instruction's operands; if this one is in memory, with its address advanced by `words` times
    /// its size.
    #[inline(always)]
    fn moved(op: &Op, _words: i32) -> Op {
        *op
    }
}

/// An operand that can be read and written.
pub trait Place<W>: Value<W> {
    /// Replaces the value.
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()>;

    /// Replaces the value; the other bits of a larger register are preserved.
    #[inline(always)]
    fn merge(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        Self::write(m, op, value)
    }

    /// Replaces the lowest lane of a vector register. With VEX the other lanes are copied from the first
    /// source; without VEX that is the register itself, so that they are preserved.
    #[inline(always)]
    fn complete(m: &mut Machine, op: &Op, lane: W, _first: u128) -> Outcome<()> {
        Self::merge(m, op, lane)
    }

    /// Replaces the value by the first result of `change` and returns the second. `change` is called only
    /// when the write is certain to succeed.
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R>;
}

/// A memory operand of which only the address is used.
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

/// A register that the instruction does not encode: CL, which holds the count of shifts.
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
