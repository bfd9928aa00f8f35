//! Operands: the only code that loads and stores them.
//!
//! The decoder's answer is resolved once into an [`Op`]; the types here read it. Which type an
//! operand has is decided at translation, so that at run time nothing is asked twice.

use std::marker::PhantomData;

use crate::cpu::Registers;
use crate::memory::Scalar;

use super::{Machine, Outcome, exception::Exception, segment};

/// An instruction's operands, resolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Op {
    /// Immediate, or target of a relative branch; the second one (ENTER, far pointers) is in `disp`.
    pub imm: u32,
    /// Displacement.
    pub disp: u32,
    /// Offset in CS of the next instruction.
    pub next: u32,
    /// Instructions from here to the end of the block, this one included.
    pub left: u32,
    /// Register slots of the first three operands.
    pub r: [u8; 3],
    /// Slot of the base register.
    pub base: u8,
    /// Slot of the index register.
    pub index: u8,
    /// Slot of the segment's base.
    pub segment: u8,
    /// Scale (bits 0 and 1), 16-bit addressing (bit 2), 16-bit operand size (bit 3), repeat prefix
    /// (bits 4 and 5: REP or REPE, REPNE).
    pub mode: u8,
    /// Length in bytes.
    pub length: u8,
}

impl Op {
    /// `mode`: effective addresses have 16 bits.
    pub const ADDRESS16: u8 = 4;
    /// `mode`: the operand size is 16 bits.
    pub const OPERAND16: u8 = 8;
    /// `mode`: F3, REP or REPE.
    pub const REPE: u8 = 16;
    /// `mode`: F2, REPNE.
    pub const REPNE: u8 = 32;

    /// Offset in CS of the instruction itself.
    pub fn eip(&self) -> u32 {
        self.next.wrapping_sub(u32::from(self.length))
    }

    /// Whether a bit of `mode` is set.
    #[inline(always)]
    pub fn has(&self, mode: u8) -> bool {
        self.mode & mode != 0
    }

    /// The segment that memory operands are in, by encoding.
    pub fn segment(&self) -> u8 {
        self.segment - Registers::segment_base(0)
    }

    /// The operands with the memory operand that many words of `size` bytes further on.
    #[inline(always)]
    pub fn moved(&self, words: i32, size: u32) -> Op {
        Op { disp: self.disp.wrapping_add((words as u32).wrapping_mul(size)), ..*self }
    }

    /// The bits of an offset that count. The fast path is taken with 32-bit addresses only.
    #[inline(always)]
    pub fn address_mask<A: Access>(&self) -> u32 {
        if !A::FAST && self.has(Op::ADDRESS16) { 0xffff } else { u32::MAX }
    }

    /// Offset of the memory operand in its segment.
    #[inline(always)]
    pub fn offset(&self, regs: &Registers) -> u32 {
        let sum = regs[self.base].wrapping_add(regs[self.index] << (self.mode & 3)).wrapping_add(self.disp);
        if self.has(Op::ADDRESS16) { sum & 0xffff } else { sum }
    }
}

/// The width of an operand: `u8`, `u16` or `u32`.
pub trait Width: Scalar + Eq + Ord {
    /// Bits.
    const BITS: u32;

    /// The register in this slot.
    fn get(regs: &Registers, slot: u8) -> Self;

    /// Replaces the register in this slot, leaving the bits above alone.
    fn set(self, regs: &mut Registers, slot: u8);

    /// Zero-extended to 32 bits.
    fn zero_extend(self) -> u32;

    /// Sign-extended to 32 bits.
    fn sign_extend(self) -> u32;

    /// The low bits.
    fn truncate(value: u32) -> Self;

    /// Sum modulo the width, and the carry.
    fn carrying_add(self, other: Self, carry: bool) -> (Self, bool);

    /// Difference modulo the width, and the borrow.
    fn borrowing_sub(self, other: Self, borrow: bool) -> (Self, bool);
}

macro_rules! width {
    ($number:ty, $signed:ty, $get:expr, $set:expr) => {
        impl Width for $number {
            const BITS: u32 = <$number>::BITS;

            #[inline(always)]
            fn get(regs: &Registers, slot: u8) -> Self {
                $get(regs, slot)
            }
            #[inline(always)]
            fn set(self, regs: &mut Registers, slot: u8) {
                $set(regs, slot, self)
            }
            #[inline(always)]
            fn zero_extend(self) -> u32 {
                u32::from(self)
            }
            #[inline(always)]
            fn sign_extend(self) -> u32 {
                self as $signed as u32
            }
            #[inline(always)]
            fn truncate(value: u32) -> Self {
                value as $number
            }
            #[inline(always)]
            fn carrying_add(self, other: Self, carry: bool) -> (Self, bool) {
                self.carrying_add(other, carry)
            }
            #[inline(always)]
            fn borrowing_sub(self, other: Self, borrow: bool) -> (Self, bool) {
                self.borrowing_sub(other, borrow)
            }
        }
    };
}

width!(u8, i8, Registers::byte, Registers::set_byte);
width!(u16, i16, |regs: &Registers, slot| regs[slot] as u16, |regs: &mut Registers, slot, value: u16| regs[slot] =
    regs[slot] & 0xffff_0000 | u32::from(value));
width!(u32, i32, |regs: &Registers, slot| regs[slot], |regs: &mut Registers, slot, value| regs[slot] = value);

/// An operand that can be read.
pub trait Value<W> {
    /// Whether it is part of the instruction.
    const IMMEDIATE: bool = false;

    /// Its value.
    fn read(m: &mut Machine, op: &Op) -> Outcome<W>;

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

/// Whether memory is accessed on the fast path or with every check.
pub trait Access {
    /// True for [`Fast`].
    const FAST: bool;

    /// Loads from an offset in a segment (by encoding).
    fn load<T: Scalar>(m: &mut Machine, segment: u8, offset: u32) -> Outcome<T>;

    /// Stores to an offset in a segment (by encoding).
    fn store<T: Scalar>(m: &mut Machine, segment: u8, offset: u32, value: T) -> Outcome<()>;

    /// Fails where a store would.
    fn probe_store<T: Scalar>(m: &mut Machine, segment: u8, offset: u32) -> Outcome<()>;
}

/// For flat segments and pages that the fast tables know; anything else is a [`Miss`](Exception::Miss).
pub struct Fast;

impl Access for Fast {
    const FAST: bool = true;

    #[inline(always)]
    fn load<T: Scalar>(m: &mut Machine, _: u8, offset: u32) -> Outcome<T> {
        m.memory.fast_load(offset).ok_or(Exception::Miss)
    }
    #[inline(always)]
    fn store<T: Scalar>(m: &mut Machine, _: u8, offset: u32, value: T) -> Outcome<()> {
        m.memory.fast_store(offset, value).ok_or(Exception::Miss)
    }
    #[inline(always)]
    fn probe_store<T: Scalar>(m: &mut Machine, _: u8, offset: u32) -> Outcome<()> {
        m.memory.fast_update(offset, |value: T| (value, ())).ok_or(Exception::Miss)
    }
}

/// For every segment, page and address: never a miss.
pub struct Checked;

impl Access for Checked {
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
    /// The offset in the segment.
    fn offset(m: &Machine, op: &Op) -> u32;

    /// The linear address; the same in a flat segment.
    #[inline(always)]
    fn linear(m: &Machine, op: &Op) -> u32 {
        Self::offset(m, op)
    }
}

/// Base and displacement in a flat segment.
pub struct Base;

impl Form for Base {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        m.cpu.regs[op.base].wrapping_add(op.disp)
    }
}

/// [`Base`] with a base register known when the program was built.
pub struct BaseAt<const SLOT: u8>;

impl<const SLOT: u8> Form for BaseAt<SLOT> {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        m.cpu.regs[SLOT].wrapping_add(op.disp)
    }
}

/// Base, scaled index and displacement in a segment without a limit.
pub struct Indexed;

impl Form for Indexed {
    #[inline(always)]
    fn offset(m: &Machine, op: &Op) -> u32 {
        let regs = &m.cpu.regs;
        regs[op.base].wrapping_add(regs[op.index] << (op.mode & 3)).wrapping_add(op.disp)
    }
    #[inline(always)]
    fn linear(m: &Machine, op: &Op) -> u32 {
        Self::offset(m, op).wrapping_add(m.cpu.regs[op.segment])
    }
}

/// A memory operand; `F` is a [`Form`], or [`Checked`] for everything.
pub struct Mem<F>(PhantomData<F>);

impl<W: Scalar, F: Form> Value<W> for Mem<F> {
    #[inline(always)]
    fn read(m: &mut Machine, op: &Op) -> Outcome<W> {
        m.memory.fast_load(F::linear(m, op)).ok_or(Exception::Miss)
    }
    #[inline(always)]
    fn moved(op: &Op, words: i32) -> Op {
        op.moved(words, W::SIZE)
    }
}

impl<W: Scalar, F: Form> Place<W> for Mem<F> {
    #[inline(always)]
    fn write(m: &mut Machine, op: &Op, value: W) -> Outcome<()> {
        m.memory.fast_store(F::linear(m, op), value).ok_or(Exception::Miss)
    }
    #[inline(always)]
    fn update<R>(m: &mut Machine, op: &Op, change: impl FnOnce(W) -> (W, R)) -> Outcome<R> {
        m.memory.fast_update(F::linear(m, op), change).ok_or(Exception::Miss)
    }
}

impl<W: Scalar> Value<W> for Mem<Checked> {
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
