//! Integers to and from registers, and rounding in a register (SDM Vol. 2, "FILD", "FIST",
//! "FISTTP", "FRNDINT").

use super::operands::propagated_alone;
use super::{Class, Control, F80, Outcome};
use crate::float::integer::{Integer, Integral, integral, number};
use crate::float::number::Wide;
use crate::float::round::round;
use crate::float::value::Value;
use crate::float::{Flags, Rounding};

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
pub fn to_integer<I: Integer>(a: F80, control: Control) -> Outcome<I> {
    let rounded = whole(a, control.rounding);
    match rounded.and_then(|rounded| I::fit(rounded.signed())) {
        Some(value) => rounded.map_or(Outcome::exact(value, Flags::NONE, control), |rounded| told(value, rounded)),
        None => Outcome::exact(I::INDEFINITE, Flags::INVALID, control),
    }
}

/// Flags and C1 of a value rounded to an integer.
#[inline(always)]
pub(super) fn told<T>(value: T, rounded: Integral) -> Outcome<T> {
    let flags = Flags::PRECISION.when(rounded.inexact);
    Outcome { value, flags, rounded_up: rounded.up, written: true }
}

/// The integer that a number rounds to, if it is a number and below 2^64.
#[inline(always)]
pub(super) fn whole(a: F80, rounding: Rounding) -> Option<Integral> {
    if let Some(number) = a.normal() {
        return integral(number, rounding);
    }
    match (propagated_alone(a), a.value()) {
        (None, Value::Zero(negative)) => Some(Integral { negative, magnitude: 0, inexact: false, up: false }),
        (None, Value::Finite(number)) => integral(number, rounding),
        _ => None,
    }
}

/// FRNDINT: to the integral number that the mode chooses.
pub fn round_to_integral(a: F80, control: Control) -> Outcome<F80> {
    if let Some((nan, flags)) = propagated_alone(a) {
        return Outcome::exact(nan, flags, control);
    }
    let operands = Flags::DENORMAL.when(a.class() == Class::Denormal);
    if !control.masks.contains(operands) {
        return Outcome::exact(a, operands, control);
    }
    let Some(rounded) = whole(a, control.rounding) else { return Outcome::exact(a, operands, control) };
    let outcome = told(integral_value(rounded), rounded);
    Outcome { flags: outcome.flags | operands, ..outcome }
}

fn integral_value(rounded: Integral) -> F80 {
    match rounded.magnitude {
        0 => F80::zero(rounded.negative),
        magnitude => F80::encode(round(Wide::normalized(rounded.negative, 127, magnitude), 64, Rounding::Nearest)),
    }
}
