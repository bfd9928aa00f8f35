//! Loading and storing 32 and 64-bit numbers (SDM Vol. 2, "FLD", "FST").

use super::operands::propagated_alone;
use super::{ControlWord, F80, FpuOperand, FpuResult};
use crate::float::ExceptionFlags;
use crate::float::ieee::Format;
use crate::float::number::{Number, Unrounded};
use crate::float::round::round_to;
use crate::float::value::ExtendedReal;

/// FLD m32fp, FLD m64fp: exact, a signalling NaN made quiet. A denormal is loaded even where #D is
/// not masked.
#[inline(always)]
pub fn from_format<F: Format>(a: F, control: ControlWord) -> FpuResult<F80> {
    let FpuOperand { bits, was_denormal } = memory(a);
    if a.is_signalling() {
        return FpuResult::exact(bits.quieted(), ExceptionFlags::INVALID, control);
    }
    FpuResult { value: bits, flags: ExceptionFlags::DENORMAL.when(was_denormal), rounded_up: false, written: true }
}

/// A number in memory as an operand of arithmetic or comparison (FADD m32fp): exact, a signalling
/// NaN left as it is.
#[inline(always)]
pub fn memory<F: Format>(a: F) -> FpuOperand {
    let bits = if a.is_nan() { wide_nan(a) } else { wide_value(a.value()) };
    FpuOperand { bits, was_denormal: a.is_denormal() }
}

fn wide_value(value: ExtendedReal<Number>) -> F80 {
    match value {
        ExtendedReal::Zero(negative) => F80::zero(negative),
        ExtendedReal::Finite(number) => F80::from_number(number),
        ExtendedReal::Infinity(negative) => F80::infinity(negative),
    }
}

fn wide_nan<F: Format>(a: F) -> F80 {
    let fraction = a.magnitude() << (64 - F::FRACTION) >> 1;
    let infinity = F80::infinity(a.is_negative());
    F80 { significand: infinity.significand | fraction, ..infinity }
}

/// FST m32fp, FST m64fp: rounded. A denormal register does not raise #D, but #U, being tiny.
#[inline(always)]
pub fn to_format<F: Format>(a: F80, control: ControlWord) -> FpuResult<F> {
    match a.normal() {
        Some(number) => narrowed(number.widen(), control),
        None => special(a, control),
    }
}

#[cold]
fn special<F: Format>(a: F80, control: ControlWord) -> FpuResult<F> {
    if let Some((nan, flags)) = propagated_alone(a) {
        return FpuResult::exact(narrow_nan(nan), flags, control);
    }
    match a.value() {
        ExtendedReal::Finite(number) => narrowed(number.widen(), control),
        ExtendedReal::Zero(negative) => FpuResult::exact(F::zero(negative), ExceptionFlags::NONE, control),
        ExtendedReal::Infinity(negative) => FpuResult::exact(F::infinity(negative), ExceptionFlags::NONE, control),
    }
}

fn narrow_nan<F: Format>(nan: F80) -> F {
    let fraction = nan.significand << 1 >> (64 - F::FRACTION);
    F::narrow(F::infinity(nan.is_negative()).widen() | fraction)
}

#[inline(always)]
fn narrowed<F: Format>(unrounded: Unrounded, control: ControlWord) -> FpuResult<F> {
    let (result, flags) = round_to(unrounded, &F::PARAMETERS, control.env());
    if control.masks.contains(flags & ExceptionFlags::RANGE) {
        FpuResult { value: F::encode(result), flags, rounded_up: result.up, written: true }
    } else {
        prevented(flags & ExceptionFlags::RANGE)
    }
}

/// An unmasked overflow or underflow leaves memory and the stack as they were. Since nothing is stored,
/// neither #P nor C1 is reported.
#[cold]
fn prevented<F: Format>(flags: ExceptionFlags) -> FpuResult<F> {
    FpuResult { value: F::zero(false), flags, rounded_up: false, written: false }
}
