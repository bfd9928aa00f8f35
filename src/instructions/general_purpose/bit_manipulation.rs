//! Bit manipulation: BMI1, BMI2, LZCNT and TZCNT (SDM Vol. 1, "BMI1 and BMI2 Instructions").

use crate::cpu::{Flags, Register};

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome, flags};

/// ANDN: logical AND NOT (SDM Vol. 2A, "ANDN"): `dst = !src1 & src2`.
pub fn andn<D: Place<u32>, S: Value<u32>, T: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let result = !S::read(m, op)? & T::read(m, op)?;
    D::write(m, op, result)?;
    Ok(flags::logic(result))
}

/// BEXTR: bit field extract (SDM Vol. 2A, "BEXTR"): start in bits 0-7, length in bits 8-15.
pub fn bextr<D: Place<u32>, S: Value<u32>, T: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (source, [start, length, ..]) = (S::read(m, op)?, T::read(m, op)?.to_le_bytes());
    let result = low_bits(source.checked_shr(u32::from(start)).unwrap_or(0), u32::from(length));
    D::write(m, op, result)?;
    Ok(flags::logic(result))
}

/// BZHI: zero high bits starting with specified bit position (SDM Vol. 2A, "BZHI").
///
/// CF is set if the start position exceeds the operand size.
pub fn bzhi<D: Place<u32>, S: Value<u32>, T: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (source, position) = (S::read(m, op)?, T::read(m, op)? & 0xff);
    let result = low_bits(source, position);
    D::write(m, op, result)?;
    Ok(flags::logic_with_carry(result, position > 31))
}

/// The lowest `count` bits; all of them from 32 on.
#[inline(always)]
fn low_bits(value: u32, count: u32) -> u32 {
    value & !u32::MAX.checked_shl(count).unwrap_or(0)
}

/// BLSI: extract lowest set isolated bit (SDM Vol. 2A, "BLSI"): `dst = -src & src`.
pub fn blsi<D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let result = source.wrapping_neg() & source;
    D::write(m, op, result)?;
    Ok(flags::logic_with_carry(result, source != 0))
}

/// BLSMSK: get mask up to lowest set bit (SDM Vol. 2A, "BLSMSK"): `dst = (src - 1) ^ src`.
pub fn blsmsk<D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let result = source.wrapping_sub(1) ^ source;
    D::write(m, op, result)?;
    Ok(flags::logic_with_carry(result, source == 0))
}

/// BLSR: reset lowest set bit (SDM Vol. 2A, "BLSR"): `dst = (src - 1) & src`.
pub fn blsr<D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let result = source.wrapping_sub(1) & source;
    D::write(m, op, result)?;
    Ok(flags::logic_with_carry(result, source == 0))
}

/// MULX: unsigned multiply without affecting flags (SDM Vol. 2B, "MULX"): `dst1:dst2 = EDX * src`.
///
/// When both destinations are one register, it gets the high half.
pub fn mulx<D: Place<u32>, E: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    let (low, high, _) = flags::mul(source, m.cpu.regs[Register::Edx]);
    E::write(m, op, low)?;
    D::write(m, op, high)
}

/// PDEP: parallel bits deposit (SDM Vol. 2B, "PDEP"): low bits of `src1` to where `src2` has ones.
pub fn pdep<D: Place<u32>, S: Value<u32>, T: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, mask) = (S::read(m, op)?, T::read(m, op)?);
    D::write(m, op, deposit(source, mask))
}

/// PEXT: parallel bits extract (SDM Vol. 2B, "PEXT"): bits of `src1` where `src2` has ones.
pub fn pext<D: Place<u32>, S: Value<u32>, T: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, mask) = (S::read(m, op)?, T::read(m, op)?);
    D::write(m, op, extract(source, mask))
}

#[inline(never)]
fn deposit(source: u32, mask: u32) -> u32 {
    ones(mask).enumerate().map(|(from, to)| (source >> from & 1) << to).fold(0, |sum, bit| sum | bit)
}

#[inline(never)]
fn extract(source: u32, mask: u32) -> u32 {
    ones(mask).enumerate().map(|(to, from)| (source >> from & 1) << to).fold(0, |sum, bit| sum | bit)
}

/// The indices of the set bits, ascending.
fn ones(mask: u32) -> impl Iterator<Item = u32> {
    (0..32).filter(move |bit| mask >> bit & 1 != 0)
}

/// RORX: rotate right logical without affecting flags (SDM Vol. 2B, "RORX").
pub fn rorx<D: Place<u32>, S: Value<u32>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, count) = (S::read(m, op)?, C::read(m, op)?);
    D::write(m, op, source.rotate_right(u32::from(count)))
}

/// SARX: shift arithmetic right without affecting flags (SDM Vol. 2B, "SARX/SHLX/SHRX").
pub fn sarx<D: Place<u32>, S: Value<u32>, C: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, count) = (S::read(m, op)?, C::read(m, op)?);
    D::write(m, op, (source as i32).wrapping_shr(count) as u32)
}

/// SHLX: shift logical left without affecting flags (SDM Vol. 2B, "SARX/SHLX/SHRX").
pub fn shlx<D: Place<u32>, S: Value<u32>, C: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, count) = (S::read(m, op)?, C::read(m, op)?);
    D::write(m, op, source.wrapping_shl(count))
}

/// SHRX: shift logical right without affecting flags (SDM Vol. 2B, "SARX/SHLX/SHRX").
pub fn shrx<D: Place<u32>, S: Value<u32>, C: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, count) = (S::read(m, op)?, C::read(m, op)?);
    D::write(m, op, source.wrapping_shr(count))
}

/// LZCNT: count the number of leading zero bits (SDM Vol. 2A, "LZCNT"): CF for a source of 0.
pub fn lzcnt<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?.zero_extend();
    let count = W::truncate(source.leading_zeros() - (32 - W::BITS));
    D::write(m, op, count)?;
    Ok(flags::logic_with_carry(count, source == 0))
}

/// TZCNT: count the number of trailing zero bits (SDM Vol. 2B, "TZCNT"): CF for a source of 0.
pub fn tzcnt<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?.zero_extend();
    let count = W::truncate(source.trailing_zeros().min(W::BITS));
    D::write(m, op, count)?;
    Ok(flags::logic_with_carry(count, source == 0))
}
