//! Rounding a result to a precision and an exponent range, and the responses to overflow and
//! underflow, masked and unmasked (SDM Vol. 1, "Numeric Overflow Exception (#O)", "Numeric Underflow
//! Exception (#U)", "Inexact-Result (Precision) Exception (#P)"). The only place that rounds and that
//! decides which of these three exceptions a result raises; encoding the fields is left to the
//! formats.

use super::number::{Unrounded, shift_right_sticky};
use super::{ExceptionFlags, FloatEnvironment, Rounding};

/// The parameters of a format: its precision in bits, and the exponents of its smallest and largest
/// normal numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FormatParameters {
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
pub fn round(unrounded: Unrounded, precision: u32, rounding: Rounding) -> Rounded {
    let (kept, rest) = split(unrounded.significand, precision);
    let last = 1 << (64 - precision);
    let up = rounding.increments(unrounded.negative, kept & last != 0, rest);
    let (sum, carry) = kept.overflowing_add(if up { last } else { 0 });
    Rounded {
        negative: unrounded.negative,
        exponent: unrounded.exponent + i32::from(carry),
        significand: if carry { 1 << 63 } else { sum },
        inexact: rest != 0,
        up,
    }
}

/// The first `precision` bits (1 to 64), in place, and the rest in units of 2^-64 of the last one, with
/// a sticky bit.
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
/// exception is masked. If it is not, the result keeps its exponent, as if exponents had no bounds, and
/// #P says whether that result is inexact.
#[inline(always)]
pub fn round_to(unrounded: Unrounded, format: &FormatParameters, env: FloatEnvironment) -> (Rounded, ExceptionFlags) {
    let result = round(unrounded, format.precision, env.rounding);
    if result.exponent > format.max || result.exponent < format.min {
        return out_of_range(unrounded, result, format, env);
    }
    (result, ExceptionFlags::PRECISION.when(result.inexact))
}

#[cold]
fn out_of_range(
    unrounded: Unrounded,
    result: Rounded,
    format: &FormatParameters,
    env: FloatEnvironment,
) -> (Rounded, ExceptionFlags) {
    let tiny = result.exponent < format.min;
    let exception = if tiny { ExceptionFlags::UNDERFLOW } else { ExceptionFlags::OVERFLOW };
    if !env.masks.contains(exception) {
        return (result, exception | ExceptionFlags::PRECISION.when(result.inexact));
    }
    let response = match tiny {
        false => overflowed(unrounded.negative, format, env.rounding),
        true if env.flush_to_zero => flushed(unrounded.negative, format),
        true => subnormal(unrounded, format, env.rounding),
    };
    (response, (exception | ExceptionFlags::PRECISION).when(response.inexact))
}

fn overflowed(negative: bool, format: &FormatParameters, rounding: Rounding) -> Rounded {
    let up = rounding.overflows_to_infinity(negative);
    let (exponent, significand) =
        if up { (format.max + 1, 1 << 63) } else { (format.max, !0 << (64 - format.precision)) };
    Rounded { negative, exponent, significand, inexact: true, up }
}

/// A tiny number with FTZ: zero, which counts as inexact even where the number has an encoding.
fn flushed(negative: bool, format: &FormatParameters) -> Rounded {
    Rounded { negative, exponent: format.min, significand: 0, inexact: true, up: false }
}

/// A tiny number: rounded at the last place of the smallest exponent.
fn subnormal(unrounded: Unrounded, format: &FormatParameters, rounding: Rounding) -> Rounded {
    let shift = format.min.saturating_sub(unrounded.exponent).max(0) as u32;
    let significand = shift_right_sticky(unrounded.significand, shift);
    round(Unrounded { negative: unrounded.negative, exponent: format.min, significand }, format.precision, rounding)
}
