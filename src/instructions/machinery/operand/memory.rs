//! Memory operands: accessed on the fast path, or with every check.

use std::marker::PhantomData;

use crate::instructions::exception::AccessFault;
use crate::instructions::{Machine, Op, Outcome, segment};
use crate::memory::Scalar;

use super::place::{Address, Place, Value};

/// Whether memory is accessed on the fast path or with every check.
pub trait AccessMode {
    /// True for [`Fast`].
    const FAST: bool;

    /// Loads from an offset in a segment (by encoding).
    fn load<T: Scalar>(m: &mut Machine, segment: u8, offset: u32) -> Outcome<T>;

    /// Stores to an offset in a segment (by encoding).
    fn store<T: Scalar>(m: &mut Machine, segment: u8, offset: u32, value: T) -> Outcome<()>;

    /// Raises what a store would raise, without storing.
    fn probe_store<T: Scalar>(m: &mut Machine, segment: u8, offset: u32) -> Outcome<()>;
}

/// The fast path: flat segments, and accesses within one page that the page table marks as plain. Any
/// other access is a miss, and the checked copy of the instruction performs it.
pub struct Fast;

impl AccessMode for Fast {
    const FAST: bool = true;

    #[inline(always)]
    fn load<T: Scalar>(m: &mut Machine, _: u8, offset: u32) -> Outcome<T> {
        m.memory.fast_load(offset).ok_or(AccessFault::MISS)
    }
    #[inline(always)]
    fn store<T: Scalar>(m: &mut Machine, _: u8, offset: u32, value: T) -> Outcome<()> {
        m.memory.fast_store(offset, value).ok_or(AccessFault::MISS)
    }
    #[inline(always)]
    fn probe_store<T: Scalar>(m: &mut Machine, _: u8, offset: u32) -> Outcome<()> {
        m.memory.fast_update(offset, |value: T| (value, ())).ok_or(AccessFault::MISS)
    }
}

/// The general path: every segment, page and address, with all checks. Never a miss.
pub struct Checked;

impl AccessMode for Checked {
    const FAST: bool = false;

    fn load<T: Scalar>(m: &mut Machine, segment: u8, offset: u32) -> Outcome<T> {
        let address = segment::linear(m, segment, offset, T::SIZE, false)?;
        Ok(m.memory.load(address)?)
    }
    fn store<T: Scalar>(m: &mut Machine, segment: u8, offset: u32, value: T) -> Outcome<()> {
        let address = segment::linear(m, segment, offset, T::SIZE, true)?;
        Ok(m.memory.store(address, value)?)
    }
    fn probe_store<T: Scalar>(m: &mut Machine, segment: u8, offset: u32) -> Outcome<()> {
        let address = segment::linear(m, segment, offset, T::SIZE, true)?;
        Ok(m.memory.check(address, T::SIZE, crate::memory::Access::Write)?)
    }
}

/// How the address of a memory operand on the fast path is computed.
pub trait Form {
    /// The offset in a flat segment, which is the linear address.
    fn offset(m: &Machine, op: &Op) -> u32;
}

/// Base and displacement in a flat segment.
pub struct Base;

impl Form for Base {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        m.cpu.regs[op.base].wrapping_add(op.disp)
    }
}

/// Base, scaled index and displacement in a flat segment. An operand in a segment with a base has it for an index.
pub struct Indexed;

impl Form for Indexed {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        let regs = &m.cpu.regs;
        regs[op.base].wrapping_add(regs[op.index].wrapping_shl(op.mode.into())).wrapping_add(op.disp)
    }
}

/// A memory operand; `F` is a [`Form`], or [`Checked`] for everything.
pub struct Mem<F>(PhantomData<F>);

impl<W: Scalar, F: Form> Value<W> for Mem<F> {
    const MEMORY: bool = true;

    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<W> {
        m.memory.fast_load(F::offset(m, op)).ok_or(AccessFault::MISS)
    }
    #[inline(always)]
    fn moved(op: &Op, words: i32) -> Op {
        op.moved(words, W::SIZE)
    }
}

impl<W: Scalar, F: Form> Place<W> for Mem<F> {
    #[inline(always)]
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        m.memory.fast_store(F::offset(m, op), value).ok_or(AccessFault::MISS)
    }
    #[inline(always)]
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R> {
        m.memory.fast_update(F::offset(m, op), change).ok_or(AccessFault::MISS)
    }
}

impl<W: Scalar> Value<W> for Mem<Checked> {
    const MEMORY: bool = true;

    fn read(m: &mut Machine, op: &Op) -> Outcome<W> {
        Checked::load(m, op.segment(), op.offset(&m.cpu.regs))
    }
    #[inline(always)]
    fn moved(op: &Op, words: i32) -> Op {
        op.moved(words, W::SIZE)
    }
}

impl<W: Scalar> Place<W> for Mem<Checked> {
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        Checked::store(m, op.segment(), op.offset(&m.cpu.regs), value)
    }
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R> {
        let address = segment::linear(m, op.segment(), op.offset(&m.cpu.regs), W::SIZE, true)?;
        m.memory.check(address, W::SIZE, crate::memory::Access::Write)?;
        let (value, answer) = change(m.memory.load(address)?);
        m.memory.store(address, value)?;
        Ok(answer)
    }
}

impl<F: Form> Address for Mem<F> {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        F::offset(m, op)
    }
}

impl Address for Mem<Checked> {
    fn offset(m: &Machine, op: &Op) -> u32 {
        op.offset(&m.cpu.regs)
    }
}
