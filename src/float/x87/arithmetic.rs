//! Addition, subtraction, multiplication, division and square root (SDM Vol. 2, "FADD" and its
//! likes), the operations that obey precision control. Normal operands take a short path.

use super::finish::conclude;
use super::operands::propagated;
use super::{Control, F80, Operand, Outcome};
use crate::float::number::Number;
use crate::float::value::{self, Computed, Value};
use crate::float::{Flags, Rounding};

#[inline(always)]
fn binary(
    a: Operand,
    b: Operand,
    control: Control,
    operation: impl Fn(Value<Number>, Value<Number>, Rounding) -> Computed,
) -> Outcome<F80> {
    match (a.normal(), b.normal()) {
        (Some(x), Some(y)) => {
            conclude(operation(Value::Finite(x), Value::Finite(y), control.rounding), Flags::NONE, control)
        }
        _ => special(a, b, control, operation),
    }
}

#[cold]
#[inline(never)]
fn special(
    a: Operand,
    b: Operand,
    control: Control,
    operation: impl Fn(Value<Number>, Value<Number>, Rounding) -> Computed,
) -> Outcome<F80> {
    if let Some((nan, flags)) = propagated(a.bits, b.bits) {
        return Outcome::exact(nan, flags, control);
    }
    let operands = Flags::DENORMAL.when(a.is_denormal() || b.is_denormal());
    conclude(operation(a.bits.value(), b.bits.value(), control.rounding), operands, control)
}

/// `a + b` (FADD).
pub fn add(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    binary(a.into(), b.into(), control, value::add)
}

/// `a - b` (FSUB; FSUBR with the operands exchanged).
pub fn sub(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    binary(a.into(), b.into(), control, value::sub)
}

/// `a * b` (FMUL).
pub fn mul(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    binary(a.into(), b.into(), control, value::mul)
}

/// `a / b` (FDIV; FDIVR with the operands exchanged).
pub fn div(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    binary(a.into(), b.into(), control, value::div)
}

/// The square root of `a` (FSQRT).
pub fn sqrt(a: F80, control: Control) -> Outcome<F80> {
    binary(a.into(), F80::ONE.into(), control, |a, _, _| value::sqrt(a))
}
