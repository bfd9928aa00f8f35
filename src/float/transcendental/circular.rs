//! Sine and cosine between 0 and pi/4: a table in steps of 1/64 and a short series between.

use super::constants::ONE;
use super::fixed::{alternating, circular, factorial_reciprocals, ratio, times};
use super::unrounded::{from_fraction, reduced, to_fraction};
use crate::float::number::Unrounded;

/// 1/3!, 1/5!, ...
const SINE: [u128; 7] = factorial_reciprocals(3, 2);
/// 1/2!, 1/4!, ...
const VERSED: [u128; 7] = factorial_reciprocals(2, 2);

/// Sine and versed sine (1 - cosine) of i/64.
const TABLE: [(u128, u128); 51] = {
    let mut table = [(0, 0); 51];
    let mut i = 1;
    while i < 51 {
        let x = ratio(i as u64, 64);
        table[i] = (circular(x, 1), circular(x, 2));
        i += 1;
    }
    table
};

/// Sine of the magnitude of `x`.
#[inline(always)]
pub fn sine(x: Unrounded) -> Unrounded {
    let x = x.signed(false);
    if x.exponent < -6 {
        let square = square(x);
        return reduced(x, times(square, alternating(square, &SINE)));
    }
    let (table, sine, versed) = split(to_fraction(x));
    // sin(c + t) = sin c - sin c (1 - cos t) + cos c sin t
    let fraction = table.0 - times(table.0, versed) + (sine - times(table.1, sine));
    from_fraction(fraction).unwrap_or(x)
}

/// Cosine of the magnitude of `x`.
#[inline(always)]
pub fn cosine(x: Unrounded) -> Unrounded {
    if x.exponent < -6 {
        let square = square(x);
        return reduced(ONE, times(square, alternating(square, &VERSED)));
    }
    let (table, sine, versed) = split(to_fraction(x));
    // 1 - cos(c + t) = 1 - cos c + cos c (1 - cos t) + sin c sin t
    reduced(ONE, table.1 + (versed - times(table.1, versed)) + times(table.0, sine))
}

/// The table entry below `x`, and sine and versed sine of what is above it.
#[inline(always)]
fn split(x: u128) -> ((u128, u128), u128, u128) {
    let entry = TABLE.get((x >> 122) as usize).copied().unwrap_or_default();
    let rest = x << 6 >> 6;
    let square = times(rest, rest);
    let sine = rest - times(rest, times(square, alternating(square, &SINE)));
    (entry, sine, times(square, alternating(square, &VERSED)))
}

/// The square of a small number as a fraction.
#[inline(always)]
fn square(x: Unrounded) -> u128 {
    let fraction = to_fraction(x);
    times(fraction, fraction)
}
