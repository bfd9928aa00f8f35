//! From a computed value to the result in a register: rounded to the precision, with the adjusted
//! exponent of an unmasked overflow or underflow (SDM Vol. 1, "Numeric Overflow Exception (#O)",
//! "Numeric Underflow Exception (#U)").

use super::{ControlWord, F80, FpuResult};
use crate::float::ExceptionFlags;
use crate::float::number::Unrounded;
use crate::float::round::{Rounded, round_to};
use crate::float::value::{Computed, ExtendedReal, PrecomputationException};

/// Rounds a computed value; `operands` are the flags that the operands raised.
#[inline(always)]
pub fn conclude(computed: Computed, operands: ExceptionFlags, control: ControlWord) -> FpuResult<F80> {
    match computed {
        Ok(ExtendedReal::Finite(unrounded)) => rounded(unrounded, operands, control),
        Ok(ExtendedReal::Zero(negative)) => FpuResult::exact(F80::zero(negative), operands, control),
        Ok(ExtendedReal::Infinity(negative)) => FpuResult::exact(F80::infinity(negative), operands, control),
        Err(PrecomputationException::Invalid) => invalid(control),
        Err(PrecomputationException::Divide(negative)) => {
            FpuResult::exact(F80::infinity(negative), ExceptionFlags::DIVIDE, control)
        }
    }
}

/// The response to an invalid operation: the real indefinite.
#[cold]
pub fn invalid(control: ControlWord) -> FpuResult<F80> {
    FpuResult::exact(F80::INDEFINITE, ExceptionFlags::INVALID, control)
}

/// The result of current processors where the manual defines none: the operand unchanged, and #P.
#[cold]
pub fn undefined(operand: F80, operands: ExceptionFlags, control: ControlWord) -> FpuResult<F80> {
    let outcome = FpuResult::exact(operand, operands, control);
    if outcome.written { FpuResult { flags: operands | ExceptionFlags::PRECISION, ..outcome } } else { outcome }
}

/// Rounds a finite number; `operands` are the flags that the operands raised.
#[inline(always)]
pub fn rounded(unrounded: Unrounded, operands: ExceptionFlags, control: ControlWord) -> FpuResult<F80> {
    if !control.masks.contains(operands) {
        return FpuResult::exact(F80::ZERO, operands, control);
    }
    let (result, flags) = round_to(unrounded, &control.format(), control.env());
    if control.masks.contains(flags & ExceptionFlags::RANGE) {
        register(result, operands | flags)
    } else {
        wrapped(result, operands | flags, control)
    }
}

fn register(result: Rounded, flags: ExceptionFlags) -> FpuResult<F80> {
    FpuResult { value: F80::encode(result), flags, rounded_up: result.up, written: true }
}

/// The response to an unmasked overflow or underflow: the exponent is brought back into range.
#[cold]
fn wrapped(result: Rounded, flags: ExceptionFlags, control: ControlWord) -> FpuResult<F80> {
    let wrap = if flags.contains(ExceptionFlags::OVERFLOW) { -WRAP } else { WRAP };
    let (wrapped, format) = (Rounded { exponent: result.exponent + wrap, ..result }, control.format());
    if wrapped.exponent > format.max || wrapped.exponent < format.min {
        return massive(result.negative, flags | ExceptionFlags::PRECISION, control);
    }
    register(wrapped, flags)
}

/// A result of FSCALE may be out of range even then: infinity or zero (SDM Vol. 1, "Numeric Overflow
/// Exception (#O)").
fn massive(negative: bool, flags: ExceptionFlags, control: ControlWord) -> FpuResult<F80> {
    let value = if flags.contains(ExceptionFlags::OVERFLOW) { F80::infinity(negative) } else { F80::zero(negative) };
    FpuResult { rounded_up: flags.contains(ExceptionFlags::OVERFLOW), ..FpuResult::exact(value, flags, control) }
}

/// What an unmasked overflow subtracts from the exponent, and an unmasked underflow adds.
const WRAP: i32 = 24576;
