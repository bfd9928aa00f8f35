//! Partial remainders (SDM Vol. 2, "FPREM", "FPREM1"): always exact.

use super::finish::{conclude, invalid};
use super::operands::{denormal, propagated};
use super::{ControlWord, F80, FpuResult};
use crate::float::ExceptionFlags;
use crate::float::exact::divide;
use crate::float::number::{Number, Unrounded};
use crate::float::value::ExtendedReal;

/// The results of a remainder instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Remainder {
    /// The remainder, exact.
    pub value: F80,
    /// The low three bits of the quotient (C0, C3, C1 from high to low), 0 for a partial remainder.
    /// `None` if there is no quotient (NaN, invalid): C0 and C3 stay then, and C1 is cleared.
    pub quotient: Option<u8>,
    /// C2: the exponents were too far apart, and the reduction continues with `value`.
    pub partial: bool,
}

/// How the quotient is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quotient {
    Truncated,
    Nearest,
}

/// FPREM: `a - b * q` with q = a / b toward zero.
pub fn remainder(a: F80, b: F80, control: ControlWord) -> FpuResult<Remainder> {
    general(a, b, Quotient::Truncated, control)
}

/// FPREM1: `a - b * q` with q = a / b to nearest, the IEEE remainder.
pub fn remainder_nearest(a: F80, b: F80, control: ControlWord) -> FpuResult<Remainder> {
    general(a, b, Quotient::Nearest, control)
}

fn general(a: F80, b: F80, rounding: Quotient, control: ControlWord) -> FpuResult<Remainder> {
    let none = |value| Remainder { value, quotient: None, partial: false };
    if let Some((nan, flags)) = propagated(a, b) {
        return FpuResult::exact(none(nan), flags, control);
    }
    let unchanged = |value| Remainder { value, quotient: Some(0), partial: false };
    let operands = denormal(a, b);
    match (a.value(), b.value()) {
        (ExtendedReal::Infinity(_), _) | (_, ExtendedReal::Zero(_)) => invalid(control).map(none),
        (ExtendedReal::Finite(x), ExtendedReal::Finite(y)) => finite(x, y, rounding, operands, control),
        (dividend, _) => conclude(Ok(dividend.widen()), operands, control.extended()).map(unchanged),
    }
}

fn finite(
    a: Number,
    b: Number,
    rounding: Quotient,
    operands: ExceptionFlags,
    control: ControlWord,
) -> FpuResult<Remainder> {
    let distance = a.exponent - b.exponent;
    let partial = distance >= 64;
    // While partial, the exponents come nearer by 32 to 63.
    let step = if partial { distance & 31 | 32 } else { distance };
    let (left, quotient) = match rounding {
        Quotient::Nearest if !partial => nearest(a, b, step),
        _ => truncated(a, b, step),
    };
    let left = left.map(|left| Unrounded { exponent: left.exponent + distance - step, ..left });
    let result = left.map_or(ExtendedReal::Zero(a.negative), ExtendedReal::Finite);
    let quotient = if partial { 0 } else { quotient as u8 & 7 };
    conclude(Ok(result), operands, control.extended()).map(|value| Remainder {
        value,
        quotient: Some(quotient),
        partial,
    })
}

/// Remainder and quotient of `a` and `b`, as if their exponents were `step` apart.
fn truncated(a: Number, b: Number, step: i32) -> (Option<Unrounded>, u64) {
    if step < 0 {
        return (Some(a.widen()), 0);
    }
    let (quotient, rest) = divide(u128::from(a.significand) << step, b.significand.into());
    (left(a.negative, b.exponent, rest), quotient as u64)
}

/// The same with the quotient to nearest, ties to even.
fn nearest(a: Number, b: Number, step: i32) -> (Option<Unrounded>, u64) {
    if step < -1 {
        return (Some(a.widen()), 0);
    }
    // One more bit of room, where |b| / 2 < |a| < |b|.
    let (dividend, divisor) = (u128::from(a.significand) << (step + 1), u128::from(b.significand) << 1);
    let (quotient, rest) = divide(dividend, divisor);
    let quotient = quotient as u64;
    let excess = 2 * rest;
    if excess > divisor || (excess == divisor && quotient & 1 != 0) {
        return (left(!a.negative, b.exponent - 1, divisor - rest), quotient.wrapping_add(1));
    }
    (left(a.negative, b.exponent - 1, rest), quotient)
}

/// `significand / 2^63 * 2^exponent`, unless it is zero.
fn left(negative: bool, exponent: i32, significand: u128) -> Option<Unrounded> {
    (significand != 0).then(|| Unrounded::normalized(negative, exponent + 64, significand))
}
