//! From a computed value to an outcome in a register: rounded to the precision, and with the bias
//! adjusted where an overflow or underflow is not masked (SDM Vol. 1, "Numeric Overflow Exception
//! (#O)", "Numeric Underflow Exception (#U)").

use super::{Control, F80, Outcome};
use crate::float::Flags;
use crate::float::number::Wide;
use crate::float::round::{Rounded, round_to};
use crate::float::value::{Computed, Failure, Value};

/// Rounds what an operation computed, given the flags that its operands raised.
#[inline(always)]
pub fn conclude(computed: Computed, operands: Flags, control: Control) -> Outcome<F80> {
    match computed {
        Ok(Value::Finite(wide)) => rounded(wide, operands, control),
        Ok(Value::Zero(negative)) => Outcome::exact(F80::zero(negative), operands, control),
        Ok(Value::Infinity(negative)) => Outcome::exact(F80::infinity(negative), operands, control),
        Err(Failure::Invalid) => invalid(control),
        Err(Failure::Divide(negative)) => Outcome::exact(F80::infinity(negative), Flags::DIVIDE, control),
    }
}

/// The response to an invalid operation: the real indefinite.
#[cold]
pub fn invalid(control: Control) -> Outcome<F80> {
    Outcome::exact(F80::INDEFINITE, Flags::INVALID, control)
}

/// The answer of current processors where the manual defines none: the operand as it was, and #P.
#[cold]
pub fn undefined(operand: F80, operands: Flags, control: Control) -> Outcome<F80> {
    let outcome = Outcome::exact(operand, operands, control);
    if outcome.written { Outcome { flags: operands | Flags::PRECISION, ..outcome } } else { outcome }
}

/// Rounds a number.
#[inline(always)]
pub fn rounded(wide: Wide, operands: Flags, control: Control) -> Outcome<F80> {
    if !control.masks.contains(operands) {
        return Outcome::exact(F80::ZERO, operands, control);
    }
    let (result, flags) = round_to(wide, &control.limits(), control.env());
    if control.masks.contains(flags & Flags::RANGE) {
        register(result, operands | flags)
    } else {
        wrapped(result, operands | flags, control)
    }
}

fn register(result: Rounded, flags: Flags) -> Outcome<F80> {
    Outcome { value: F80::encode(result), flags, rounded_up: result.up, written: true }
}

/// The unmasked response of a register: the result with its exponent brought back into range.
#[cold]
fn wrapped(result: Rounded, flags: Flags, control: Control) -> Outcome<F80> {
    let wrap = if flags.contains(Flags::OVERFLOW) { -WRAP } else { WRAP };
    let (wrapped, limits) = (Rounded { exponent: result.exponent + wrap, ..result }, control.limits());
    if wrapped.exponent > limits.max || wrapped.exponent < limits.min {
        return massive(result.negative, flags | Flags::PRECISION, control);
    }
    register(wrapped, flags)
}

/// FSCALE can go past the wrapped range: infinity or zero (SDM Vol. 1, "Numeric Overflow Exception").
fn massive(negative: bool, flags: Flags, control: Control) -> Outcome<F80> {
    let value = if flags.contains(Flags::OVERFLOW) { F80::infinity(negative) } else { F80::zero(negative) };
    Outcome { rounded_up: flags.contains(Flags::OVERFLOW), ..Outcome::exact(value, flags, control) }
}

/// What an unmasked overflow subtracts from the exponent, and an unmasked underflow adds.
const WRAP: i32 = 24576;
