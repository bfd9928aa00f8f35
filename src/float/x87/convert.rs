//! Loading and storing 32 and 64-bit numbers (SDM Vol. 2, "FLD", "FST").

use super::operands::propagated_alone;
use super::{Control, F80, Operand, Outcome};
use crate::float::Flags;
use crate::float::ieee::Format;
use crate::float::number::{Number, Wide};
use crate::float::round::round_to;
use crate::float::value::Value;

/// FLD m32fp, FLD m64fp: exact, a signalling NaN made quiet. A denormal is loaded even where #D is
/// not masked.
#[inline(always)]
pub fn from_format<F: Format>(a: F, control: Control) -> Outcome<F80> {
    let Operand { bits, was_denormal } = memory(a);
    if a.is_signalling() {
        return Outcome::exact(bits.quieted(), Flags::INVALID, control);
    }
    Outcome { value: bits, flags: Flags::DENORMAL.when(was_denormal), rounded_up: false, written: true }
}

/// A number in memory as an operand of arithmetic or comparison (FADD m32fp): exact, a signalling
/// NaN left as it is.
#[inline(always)]
pub fn memory<F: Format>(a: F) -> Operand {
    let bits = if a.is_nan() { wide_nan(a) } else { wide_value(a.value()) };
    Operand { bits, was_denormal: a.is_denormal() }
}

fn wide_value(value: Value<Number>) -> F80 {
    match value {
        Value::Zero(negative) => F80::zero(negative),
        Value::Finite(number) => F80::from_number(number),
        Value::Infinity(negative) => F80::infinity(negative),
    }
}

fn wide_nan<F: Format>(a: F) -> F80 {
    let fraction = a.magnitude() << (64 - F::FRACTION) >> 1;
    let infinity = F80::infinity(a.is_negative());
    F80 { significand: infinity.significand | fraction, ..infinity }
}

/// FST m32fp, FST m64fp: rounded. A denormal register is not told as such, but as tiny.
#[inline(always)]
pub fn to_format<F: Format>(a: F80, control: Control) -> Outcome<F> {
    match a.normal() {
        Some(number) => narrowed(number.widen(), control),
        None => special(a, control),
    }
}

#[cold]
fn special<F: Format>(a: F80, control: Control) -> Outcome<F> {
    if let Some((nan, flags)) = propagated_alone(a) {
        return Outcome::exact(narrow_nan(nan), flags, control);
    }
    match a.value() {
        Value::Finite(number) => narrowed(number.widen(), control),
        Value::Zero(negative) => Outcome::exact(F::zero(negative), Flags::NONE, control),
        Value::Infinity(negative) => Outcome::exact(F::infinity(negative), Flags::NONE, control),
    }
}

fn narrow_nan<F: Format>(nan: F80) -> F {
    let fraction = nan.significand << 1 >> (64 - F::FRACTION);
    F::narrow(F::infinity(nan.is_negative()).widen() | fraction)
}

#[inline(always)]
fn narrowed<F: Format>(wide: Wide, control: Control) -> Outcome<F> {
    let (result, flags) = round_to(wide, &F::LIMITS, control.env());
    if control.masks.contains(flags & Flags::RANGE) {
        Outcome { value: F::encode(result), flags, rounded_up: result.up, written: true }
    } else {
        prevented(flags & Flags::RANGE)
    }
}

/// An overflow or underflow that is not masked leaves memory and the stack as they were; since nothing
/// was rounded, neither #P nor C1 is told.
#[cold]
fn prevented<F: Format>(flags: Flags) -> Outcome<F> {
    Outcome { value: F::zero(false), flags, rounded_up: false, written: false }
}
