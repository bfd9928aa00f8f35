//! Shifts and rotates (SDM Vol. 1, "Shift and Rotate Instructions"): result and flags.
//!
//! Every count arrives modulo 32, as the processor masks it. A count of 0 changes no flag; OF is
//! defined for a count of 1 and comes out by the same formula for the others.

use crate::cpu::Flags;

use super::super::operand::Width;
use super::{record, sign};

/// The flags of a shift, or for a count of 0 those before it.
#[inline(always)]
fn unless_zero(count: u32, before: Flags, after: Flags) -> Flags {
    Flags::select(count == 0, before, after)
}

/// `a << count`; CF is the last bit shifted out.
///
/// OF is SF exclusive-or CF, which is what the flags of a sum say if its operands have the same sign.
#[inline(always)]
pub fn shl<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let wide = u64::from(a.zero_extend()) << count;
    let result = W::truncate(wide as u32);
    let after = if W::BITS == 32 {
        Flags::carried(wide, 0)
    } else {
        let carry = wide >> W::BITS & 1 != 0;
        record(result, carry, carry ^ sign(result))
    };
    (result, unless_zero(count, before, after))
}

/// `a >> count`, unsigned; CF is the last bit shifted out.
#[inline(always)]
pub fn shr<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let shifted = u64::from(a.zero_extend()) << 1 >> count;
    let result = W::truncate((shifted >> 1) as u32);
    let after = shifted_right(result, shifted, sign(a));
    (result, unless_zero(count, before, after))
}

/// `a >> count`, signed; CF is the last bit shifted out, OF clear.
#[inline(always)]
pub fn sar<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let shifted = i64::from(a.sign_extend() as i32) << 1 >> count;
    let result = W::truncate((shifted >> 1) as u32);
    let after = shifted_right(result, shifted as u64, false);
    (result, unless_zero(count, before, after))
}

/// The flags of a result and the bit that was shifted out below it.
#[inline(always)]
fn shifted_right<W: Width>(result: W, shifted: u64, overflow: bool) -> Flags {
    let result = result.sign_extend();
    let operands = result ^ u32::from(overflow) << 31 ^ (shifted as u32) << 31;
    Flags::carried(u64::from(result) | shifted << 32, operands)
}

/// The flags of a rotate: only CF and OF change, which are the same if bit 31 of `differ` is clear; for a count of 0 none.
#[inline(always)]
fn rotated(count: u32, before: Flags, carry: bool, differ: u32) -> Flags {
    unless_zero(count, before, before.with_carry_and_overflow(carry, differ))
}

/// A number at the top of 32 bits.
#[inline(always)]
fn on_top<W: Width>(a: W) -> u32 {
    a.zero_extend() << (32 - W::BITS)
}

/// `a` rotated left; CF is the last bit rotated out of the top, now the lowest.
#[inline(always)]
pub fn rol<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let result = W::truncate(turn(a.zero_extend(), W::BITS, count % W::BITS));
    let carry = result.zero_extend() & 1 != 0;
    (result, rotated(count, before, carry, on_top(result)))
}

/// `a` rotated right; CF is the last bit rotated out of the bottom, now the highest.
#[inline(always)]
pub fn ror<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let result = W::truncate(turn(a.zero_extend(), W::BITS, (W::BITS - count % W::BITS) % W::BITS));
    let carry = sign(result);
    (result, rotated(count, before, carry, on_top(result) << 1))
}

/// The low `bits` of a number rotated left by less than `bits`.
#[inline(always)]
fn turn(a: u32, bits: u32, count: u32) -> u32 {
    match bits {
        32 => a.rotate_left(count),
        _ => a << count | a >> (bits - count),
    }
}

/// CF and `a` rotated left together.
#[inline(always)]
pub fn rcl<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let count = count % (W::BITS + 1);
    let (result, carry) = turn_with_carry(a, before.carry(), count);
    (result, rotated(count, before, carry, on_top(result)))
}

/// CF and `a` rotated right together.
#[inline(always)]
pub fn rcr<W: Width>(a: W, count: u32, before: Flags) -> (W, Flags) {
    let count = count % (W::BITS + 1);
    let (result, carry) = turn_with_carry(a, before.carry(), W::BITS + 1 - count);
    let overflow = on_top(result) ^ on_top(result) << 1;
    (result, rotated(count, before, carry, overflow ^ u32::from(carry) << 31))
}

/// CF (on top) and a number rotated left by up to their common width.
#[inline(always)]
fn turn_with_carry<W: Width>(a: W, carry: bool, count: u32) -> (W, bool) {
    let wide = u64::from(carry) << W::BITS | u64::from(a.zero_extend());
    let turned = wide << count | wide >> (W::BITS + 1 - count);
    (W::truncate(turned as u32), turned >> W::BITS & 1 != 0)
}

/// The high half of `a:b << count`; CF is the last bit shifted out of `a`.
///
/// For 16-bit operands and a count beyond 16, which is undefined, `a:b` repeats below itself.
#[inline(always)]
pub fn shld<W: Width>(a: W, b: W, count: u32, before: Flags) -> (W, Flags) {
    let wide = pair(a, b);
    let result = W::truncate((wide << count >> (64 - W::BITS)) as u32);
    let carry = wide.rotate_left(count) & 1 != 0;
    (result, unless_zero(count, before, record(result, carry, sign(a) ^ sign(result))))
}

/// The low half of `b:a >> count`; CF is the last bit shifted out of `a`.
///
/// For 16-bit operands and a count beyond 16, which is undefined, `b:a` repeats above itself.
#[inline(always)]
pub fn shrd<W: Width>(a: W, b: W, count: u32, before: Flags) -> (W, Flags) {
    let wide = pair(b, a);
    let result = W::truncate((wide >> count) as u32);
    let carry = wide >> count.saturating_sub(1) & 1 != 0;
    (result, unless_zero(count, before, record(result, carry, sign(a) ^ sign(result))))
}

/// `high:low`, repeated to fill 64 bits.
#[inline(always)]
fn pair<W: Width>(high: W, low: W) -> u64 {
    let once = u64::from(high.zero_extend()) << W::BITS | u64::from(low.zero_extend());
    if W::BITS == 16 { once << 32 | once } else { once }
}
