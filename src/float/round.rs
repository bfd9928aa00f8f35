//! Rounding a result to a precision and an exponent range, and the responses to overflow and
//! underflow, masked and unmasked (SDM Vol. 1, "Numeric Overflow Exception (#O)", "Numeric Underflow
//! Exception (#U)", "Inexact-Result (Precision) Exception (#P)"). The only place that rounds and that
//! decides which of these three exceptions a result raises; encoding the fields is left to the
//! formats.

use super::number::{Wide, shift_right_sticky};
use super::{Env, Flags, Rounding};

/// What a format can hold: significant bits, and the exponents of its smallest and largest normal
/// numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    pub precision: u32,
    pub min: i32,
    pub max: i32,
}

/// A rounded magnitude: `significand / 2^63 * 2^exponent`. Subnormal numbers have the format's
/// smallest exponent and a clear top bit; infinity is 1 with an exponent past the largest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rounded {
    pub negative: bool,
    pub exponent: i32,
    pub significand: u64,
    /// The result differs from the exact value.
    pub inexact: bool,
    /// The result is larger in magnitude than the exact value.
    pub up: bool,
}

/// Rounds to `precision` bits as if exponents had no bounds.
#[inline(always)]
pub fn round(wide: Wide, precision: u32, rounding: Rounding) -> Rounded {
    let (kept, rest) = split(wide.significand, precision);
    let last = 1 << (64 - precision);
    let up = rounding.increments(wide.negative, kept & last != 0, rest);
    let (sum, carry) = kept.overflowing_add(if up { last } else { 0 });
    Rounded {
        negative: wide.negative,
        exponent: wide.exponent + i32::from(carry),
        significand: if carry { 1 << 63 } else { sum },
        inexact: rest != 0,
        up,
    }
}

/// The first `precision` bits (1 to 64), in place, and the rest in units of 2^-64 of the last.
#[inline(always)]
fn split(significand: u128, precision: u32) -> (u64, u64) {
    let (high, low) = ((significand >> 64) as u64, significand as u64);
    if precision == 64 {
        return (high, low);
    }
    let dropped = u64::MAX >> precision;
    (high & !dropped, high << precision | u64::from(low != 0))
}

/// Rounds to a format: the result, and which of #O, #U and #P it raises.
///
/// A result whose exponent is out of range, judged after rounding, gets the masked response if the
/// exception is masked. If it is not, the result is the one with an unbounded exponent, and #P says
/// whether that one is inexact.
#[inline(always)]
pub fn round_to(wide: Wide, limits: &Limits, env: Env) -> (Rounded, Flags) {
    let unbounded = round(wide, limits.precision, env.rounding);
    if unbounded.exponent > limits.max || unbounded.exponent < limits.min {
        return out_of_range(wide, unbounded, limits, env);
    }
    (unbounded, Flags::PRECISION.when(unbounded.inexact))
}

#[cold]
fn out_of_range(wide: Wide, unbounded: Rounded, limits: &Limits, env: Env) -> (Rounded, Flags) {
    let tiny = unbounded.exponent < limits.min;
    let exception = if tiny { Flags::UNDERFLOW } else { Flags::OVERFLOW };
    if !env.masks.contains(exception) {
        return (unbounded, exception | Flags::PRECISION.when(unbounded.inexact));
    }
    if !tiny {
        return (overflowed(wide.negative, limits, env.rounding), Flags::OVERFLOW | Flags::PRECISION);
    }
    let result = if env.flush_to_zero { flushed(wide.negative, limits) } else { subnormal(wide, limits, env.rounding) };
    (result, (Flags::UNDERFLOW | Flags::PRECISION).when(result.inexact))
}

fn overflowed(negative: bool, limits: &Limits, rounding: Rounding) -> Rounded {
    let up = rounding.overflows_to_infinity(negative);
    let (exponent, significand) =
        if up { (limits.max + 1, 1 << 63) } else { (limits.max, !0 << (64 - limits.precision)) };
    Rounded { negative, exponent, significand, inexact: true, up }
}

/// A tiny number with FTZ: zero, which counts as inexact even where the number has an encoding.
fn flushed(negative: bool, limits: &Limits) -> Rounded {
    Rounded { negative, exponent: limits.min, significand: 0, inexact: true, up: false }
}

/// A tiny number: rounded at the last place of the smallest exponent.
fn subnormal(wide: Wide, limits: &Limits, rounding: Rounding) -> Rounded {
    let shift = limits.min.saturating_sub(wide.exponent).max(0) as u32;
    let significand = shift_right_sticky(wide.significand, shift);
    round(Wide { negative: wide.negative, exponent: limits.min, significand }, limits.precision, rounding)
}
