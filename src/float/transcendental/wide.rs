//! Arithmetic on `Wide` numbers to about 2^-124 of the result, for what a fraction cannot hold:
//! numbers of any exponent.

use crate::float::exact;
use crate::float::number::{Number, Wide, shift_right_sticky};

/// A fraction over 2^128 as a number, unless it is zero.
#[inline(always)]
pub fn from_fraction(fraction: u128) -> Option<Wide> {
    (fraction != 0).then(|| Wide::normalized(false, -1, fraction))
}

/// A number below 1 in magnitude as a fraction over 2^128, its sign left out.
#[inline(always)]
pub fn to_fraction(a: Wide) -> u128 {
    shift_right_sticky(a.significand, (-1 - a.exponent) as u32)
}

/// An integer other than zero.
#[inline(always)]
pub fn integer(a: i32) -> Wide {
    Wide::normalized(a < 0, 127, u128::from(a.unsigned_abs()))
}

/// `a * b`, sticky.
#[inline(always)]
pub fn product(a: Wide, b: Wide) -> Wide {
    let (low, high) = full_product(a.significand, b.significand);
    let short = 1 - (high >> 127) as u32;
    let significand = high << short | low >> 127 & u128::from(short) | u128::from(low << short != 0);
    Wide { negative: a.negative != b.negative, exponent: a.exponent + b.exponent + 1 - short as i32, significand }
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
pub fn quotient(a: Wide, b: Wide) -> Wide {
    let first = exact::quotient(leading(a), leading(b));
    let done = product(first, b);
    let Some(rest) = exact::sum(a, done.signed(!done.negative)) else { return first };
    let second = exact::quotient(leading(rest), leading(b));
    exact::sum(first, second).unwrap_or(first)
}

/// `a + b` where they do not cancel, else `a`.
#[inline(always)]
pub fn sum(a: Wide, b: Wide) -> Wide {
    exact::sum(a, b).unwrap_or(a)
}

/// The first 64 bits.
#[inline(always)]
fn leading(a: Wide) -> Number {
    Number { negative: a.negative, exponent: a.exponent, significand: (a.significand >> 64) as u64 }
}

/// `a * (1 - fraction)`; less than `a` even where the fraction is too small to tell.
#[inline(always)]
pub fn reduced(a: Wide, fraction: u128) -> Wide {
    let factor = (1 << 127) - (fraction >> 1) - 1;
    product(a, Wide::normalized(false, 0, factor))
}

/// `a * (1 + fraction)`.
#[inline(always)]
pub fn increased(a: Wide, fraction: u128) -> Wide {
    product(a, Wide { negative: false, exponent: 0, significand: 1 << 127 | fraction >> 1 })
}
