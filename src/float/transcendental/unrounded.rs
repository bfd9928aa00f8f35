//! Arithmetic on numbers of any exponent with a relative error of about 2^-124; `fixed` has that of
//! fractions.

use crate::float::exact;
use crate::float::number::{Number, Unrounded, shift_right_sticky};

/// A fraction over 2^128 as a number; `None` if it is zero.
#[inline(always)]
pub fn from_fraction(fraction: u128) -> Option<Unrounded> {
    (fraction != 0).then(|| Unrounded::normalized(false, -1, fraction))
}

/// A number below 1 in magnitude as a fraction over 2^128, its sign left out.
#[inline(always)]
pub fn to_fraction(a: Unrounded) -> u128 {
    shift_right_sticky(a.significand, (-1 - a.exponent) as u32)
}

/// An integer other than zero.
#[inline(always)]
pub fn integer(a: i32) -> Unrounded {
    Unrounded::normalized(a < 0, 127, u128::from(a.unsigned_abs()))
}

/// `a * b`, with a sticky bit.
#[inline(always)]
pub fn product(a: Unrounded, b: Unrounded) -> Unrounded {
    let (low, high) = full_product(a.significand, b.significand);
    let short = 1 - (high >> 127) as u32;
    let significand = high << short | low >> 127 & u128::from(short) | u128::from(low << short != 0);
    Unrounded { negative: a.negative != b.negative, exponent: a.exponent + b.exponent + 1 - short as i32, significand }
}

/// The low and the high half of `a * b`, from the products of their own halves.
#[inline(always)]
fn full_product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a_low, a_high, b_low, b_high) = (a & HALF, a >> 64, b & HALF, b >> 64);
    // No sum exceeds 128 bits: (2^64 - 1)^2 + 2 (2^64 - 1) is 2^128 - 1.
    let lowest = a_low * b_low;
    let crossed = a_high * b_low + (lowest >> 64);
    let middle = a_low * b_high + (crossed & HALF);
    (middle << 64 | lowest & HALF, a_high * b_high + (crossed >> 64) + (middle >> 64))
}

/// `a / b`: a quotient of the leading halves, and another of what that leaves.
#[inline(always)]
pub fn quotient(a: Unrounded, b: Unrounded) -> Unrounded {
    let first = exact::quotient(leading(a), leading(b));
    let done = product(first, b);
    let Some(rest) = exact::sum(a, done.signed(!done.negative)) else { return first };
    let second = exact::quotient(leading(rest), leading(b));
    exact::sum(first, second).unwrap_or(first)
}

/// `a + b`; `a` if the sum is zero.
#[inline(always)]
pub fn sum(a: Unrounded, b: Unrounded) -> Unrounded {
    exact::sum(a, b).unwrap_or(a)
}

/// The first 64 bits.
#[inline(always)]
fn leading(a: Unrounded) -> Number {
    Number { negative: a.negative, exponent: a.exponent, significand: (a.significand >> 64) as u64 }
}

/// `a * (1 - fraction)`; less than `a` even where the fraction is too small to tell.
#[inline(always)]
pub fn reduced(a: Unrounded, fraction: u128) -> Unrounded {
    let factor = (1 << 127) - (fraction >> 1) - 1;
    product(a, Unrounded::normalized(false, 0, factor))
}

/// `a * (1 + fraction)`.
#[inline(always)]
pub fn increased(a: Unrounded, fraction: u128) -> Unrounded {
    product(a, Unrounded { negative: false, exponent: 0, significand: 1 << 127 | fraction >> 1 })
}
