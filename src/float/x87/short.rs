//! The short way for what programs do nearly always: normal numbers, rounded to the nearest with 64
//! bits and every exception masked, as FNINIT sets it. Each function gives what the general one would
//! give, or nothing where it does not apply; none calls another function.

use super::{F80, Outcome};
use crate::float::ieee::Format;
use crate::float::{Flags, Ordering4};

const TOP: u64 = 1 << 63;
const SIGN: u16 = 1 << 15;
const BIAS: i32 = 16383;

/// Whether this is a normal number.
#[inline(always)]
fn is_normal(a: F80) -> bool {
    a.exponent().wrapping_sub(1) < 0x7ffe && a.significand & TOP != 0
}

/// Rounds a significand with its top bit set and the 64 bits below it, and packs.
#[inline(always)]
fn packed(sign: u16, exponent: i32, high: u64, low: u64) -> Option<Outcome<F80>> {
    let (_, up) = low.overflowing_add(TOP - 1 + (high & 1));
    let (sum, carry) = high.overflowing_add(u64::from(up));
    let exponent = exponent + i32::from(carry);
    if !(1..0x7fff).contains(&exponent) {
        return None;
    }
    let value = F80 { significand: sum | u64::from(carry) << 63, sign_exponent: sign | exponent as u16 };
    Some(Outcome { value, flags: Flags::PRECISION.when(low != 0), rounded_up: up, written: true })
}

/// `a * b`.
#[inline(always)]
pub fn mul(a: F80, b: F80) -> Option<Outcome<F80>> {
    if !is_normal(a) || !is_normal(b) {
        return None;
    }
    let product = u128::from(a.significand) * u128::from(b.significand);
    let short = (product >> 127) as i32 ^ 1;
    let product = product << short;
    let exponent = i32::from(a.exponent()) + i32::from(b.exponent()) + 1 - short - BIAS;
    packed((a.sign_exponent ^ b.sign_exponent) & SIGN, exponent, (product >> 64) as u64, product as u64)
}

/// `a + b`.
#[inline(always)]
pub fn add(a: F80, b: F80) -> Option<Outcome<F80>> {
    if !is_normal(a) || !is_normal(b) {
        return None;
    }
    let ordered = (a.exponent(), a.significand) >= (b.exponent(), b.significand);
    let (large, small) = if ordered { (a, b) } else { (b, a) };
    let (high, low) = aligned(small.significand, u32::from(large.exponent() - small.exponent()));
    let (sign, exponent) = (large.sign_exponent & SIGN, i32::from(large.exponent()));
    if large.sign_exponent ^ small.sign_exponent < SIGN {
        let (sum, carry) = large.significand.overflowing_add(high);
        if carry {
            return packed(sign, exponent + 1, sum >> 1 | TOP, sum << 63 | low >> 1 | low & 1);
        }
        return packed(sign, exponent, sum, low);
    }
    let (low, borrow) = 0_u64.overflowing_sub(low);
    let high = large.significand - high - u64::from(borrow);
    if high == 0 {
        // Nothing, or the one bit that alignment shifted out: a case for the general way.
        return None;
    }
    let left = high.leading_zeros();
    let high = high << left | low >> 1 >> (63 - left);
    packed(sign, exponent - left as i32, high, low << left)
}

/// `a - b`.
#[inline(always)]
pub fn sub(a: F80, b: F80) -> Option<Outcome<F80>> {
    add(a, b.negated())
}

/// A significand moved down, and the 64 bits below it. What is further down than rounding can see
/// leaves one bit behind.
#[inline(always)]
fn aligned(significand: u64, by: u32) -> (u64, u64) {
    match by {
        0..64 => (significand >> by, significand << 1 << (63 - by)),
        64 => (0, significand),
        65 => (0, significand >> 1 | significand & 1),
        _ => (0, 1),
    }
}

/// A 32 or 64-bit number, unless it is denormal, infinite or a NaN.
#[inline(always)]
pub fn widened<F: Format>(a: F) -> Option<F80> {
    let magnitude = a.magnitude();
    let sign = u16::from(a.is_negative()) << 15;
    if magnitude == 0 {
        return Some(F80 { significand: 0, sign_exponent: sign });
    }
    let normal = magnitude >= 1 << F::FRACTION && magnitude < F::INFINITY;
    let exponent = (magnitude >> F::FRACTION) as u16 + (BIAS - F::BIAS) as u16;
    let significand = magnitude << (64 - F::PRECISION) | TOP;
    normal.then_some(F80 { significand, sign_exponent: sign | exponent })
}

/// Rounded to 32 or 64 bits.
#[inline(always)]
pub fn narrowed<F: Format>(a: F80) -> Option<Outcome<F>> {
    let exponent = i32::from(a.exponent()) - (BIAS - F::BIAS);
    // One less than the largest, which rounding might go past.
    if a.significand & TOP == 0 || !(1..2 * F::BIAS).contains(&exponent) {
        return None;
    }
    let kept = a.significand >> (64 - F::PRECISION);
    let rest = a.significand << F::PRECISION;
    let (_, up) = rest.overflowing_add(TOP - 1 + (kept & 1));
    // The integer bit adds one to the exponent field, and so may rounding.
    let magnitude = ((exponent as u64 - 1) << F::FRACTION) + kept + u64::from(up);
    let value = F::narrow(magnitude | F::zero(a.is_negative()).widen());
    Some(Outcome { value, flags: Flags::PRECISION.when(rest != 0), rounded_up: up, written: true })
}

/// How two numbers, normal or zero, stand to each other.
#[inline(always)]
pub fn compare(a: F80, b: F80) -> Option<Ordering4> {
    Some(rank(a)?.cmp(&rank(b)?).into())
}

/// An integer that orders like the number; both zeros are 0.
#[inline(always)]
fn rank(a: F80) -> Option<i128> {
    if !is_normal(a) && (a.significand != 0 || a.exponent() != 0) {
        return None;
    }
    let magnitude = i128::from(a.exponent()) << 64 | i128::from(a.significand);
    Some(if a.is_negative() { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::super::{self as exact, Control};
    use super::*;

    /// SplitMix64.
    fn next(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number whose exponent is near 0, often with few significant bits or nearly all set.
    fn number(state: &mut u64) -> F80 {
        let (bits, shape) = (next(state), next(state));
        let significand = match shape % 4 {
            0 => bits,
            1 => bits << (shape >> 8 & 63),
            2 => !(bits >> (shape >> 8 & 63)),
            _ => 1 << (shape >> 8 & 63),
        };
        let spread = [2, 70, 200, 0x7fff][(shape >> 16 & 3) as usize];
        let exponent = (0x3fff + (shape >> 32) % spread) as u16 & 0x7fff;
        F80 { significand: significand | TOP, sign_exponent: exponent | (shape >> 63 << 15) as u16 }
    }

    #[test]
    fn the_short_way_agrees_with_the_long() {
        let state = &mut 0x7461_6238;
        let usual = Control::default();
        for _ in 0..200_000 {
            let (a, b) = (number(state), number(state));
            let same = |short: Option<Outcome<F80>>, long: Outcome<F80>| {
                assert!(short.is_none_or(|short| short == long), "{a:x?} {b:x?}: {short:x?}, not {long:x?}");
            };
            same(add(a, b), exact::add(a, b, usual));
            same(sub(a, b), exact::sub(a, b, usual));
            same(mul(a, b), exact::mul(a, b, usual));
            assert!(compare(a, b).is_none_or(|order| order == exact::compare(a, b, usual).value));
            assert!(narrowed::<u64>(a).is_none_or(|short| short == exact::to_format(a, usual)), "{a:x?}");
            assert!(narrowed::<u32>(a).is_none_or(|short| short == exact::to_format(a, usual)), "{a:x?}");
            let wide = widened(b.significand);
            assert!(wide.is_none_or(|short| short == exact::from_format(b.significand, usual).value));
        }
    }
}
