//! Integers to and from registers, and rounding in a register (SDM Vol. 2, "FILD", "FIST",
//! "FISTTP", "FRNDINT").

use super::operands::propagated_alone;
use super::{ControlWord, F80, FpuResult, NumberClass};
use crate::float::integer::{Integer, RoundedInteger, integral, number};
use crate::float::number::Unrounded;
use crate::float::round::round;
use crate::float::value::ExtendedReal;
use crate::float::{ExceptionFlags, Rounding};

/// FILD: exact.
#[inline(always)]
pub fn from_integer<I: Integer>(a: I) -> F80 {
    match a.widen() {
        0 => F80::ZERO,
        a => F80::from_number(number(a)),
    }
}

/// FIST, FISTP, and with rounding toward zero FISTTP: NaN, infinity, unsupported and what the
/// integer cannot hold are invalid and give the integer indefinite.
#[inline(always)]
pub fn to_integer<I: Integer>(a: F80, control: ControlWord) -> FpuResult<I> {
    let rounded = whole(a, control.rounding);
    let fitting = rounded.and_then(|rounded| Some(told(I::fit(rounded.signed())?, rounded)));
    fitting.unwrap_or_else(|| FpuResult::exact(I::INDEFINITE, ExceptionFlags::INVALID, control))
}

/// The flags and C1 of a value rounded to an integer.
#[inline(always)]
pub(super) fn told<T>(value: T, rounded: RoundedInteger) -> FpuResult<T> {
    let flags = ExceptionFlags::PRECISION.when(rounded.inexact);
    FpuResult { value, flags, rounded_up: rounded.up, written: true }
}

/// The integer that a number rounds to, if it is a number and below 2^64.
#[inline(always)]
pub(super) fn whole(a: F80, rounding: Rounding) -> Option<RoundedInteger> {
    if let Some(number) = a.normal() {
        return integral(number, rounding);
    }
    match (propagated_alone(a), a.value()) {
        (None, ExtendedReal::Zero(negative)) => {
            Some(RoundedInteger { negative, magnitude: 0, inexact: false, up: false })
        }
        (None, ExtendedReal::Finite(number)) => integral(number, rounding),
        _ => None,
    }
}

/// FRNDINT: rounded to an integral number.
pub fn round_to_integral(a: F80, control: ControlWord) -> FpuResult<F80> {
    if let Some((nan, flags)) = propagated_alone(a) {
        return FpuResult::exact(nan, flags, control);
    }
    let operands = ExceptionFlags::DENORMAL.when(a.class() == NumberClass::Denormal);
    if !control.masks.contains(operands) {
        return FpuResult::exact(a, operands, control);
    }
    let Some(rounded) = whole(a, control.rounding) else { return FpuResult::exact(a, operands, control) };
    let outcome = told(integral_value(rounded), rounded);
    FpuResult { flags: outcome.flags | operands, ..outcome }
}

fn integral_value(rounded: RoundedInteger) -> F80 {
    match rounded.magnitude {
        0 => F80::zero(rounded.negative),
        magnitude => F80::encode(round(Unrounded::normalized(rounded.negative, 127, magnitude), 64, Rounding::Nearest)),
    }
}
