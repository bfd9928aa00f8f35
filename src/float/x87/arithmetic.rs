//! Addition, subtraction, multiplication, division and square root (SDM Vol. 2, "FADD" and its
//! likes), the operations that obey precision control. Normal operands take a short path.

use super::finish::{conclude, rounded};
use super::operands::propagated;
use super::{Control, F80, Operand, Outcome};
use crate::float::exact;
use crate::float::number::Number;
use crate::float::value::{self, Computed, Value};
use crate::float::{Flags, Rounding};

/// Both operands, if both are normal.
#[inline(always)]
fn normal(a: Operand, b: Operand) -> Option<(Number, Number)> {
    Some((a.normal()?, b.normal()?))
}

/// The long way, for any operands.
#[inline(never)]
fn special(
    a: Operand,
    b: Operand,
    control: Control,
    operation: fn(Value<Number>, Value<Number>, Rounding) -> Computed,
) -> Outcome<F80> {
    if let Some((nan, flags)) = propagated(a.bits, b.bits) {
        return Outcome::exact(nan, flags, control);
    }
    let operands = Flags::DENORMAL.when(a.is_denormal() || b.is_denormal());
    conclude(operation(a.bits.value(), b.bits.value(), control.rounding), operands, control)
}

#[inline(always)]
fn sum(a: Number, b: Number, control: Control) -> Outcome<F80> {
    match exact::sum(a.widen(), b.widen()) {
        Some(wide) => rounded(wide, Flags::NONE, control),
        None => Outcome::exact(F80::zero(control.rounding == Rounding::Down), Flags::NONE, control),
    }
}

/// `a + b` (FADD).
pub fn add(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => sum(x, y, control),
        None => special(a, b, control, value::add),
    }
}

/// `a - b` (FSUB; FSUBR with the operands exchanged).
pub fn sub(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => sum(x, y.negated(), control),
        None => special(a, b, control, value::sub),
    }
}

/// `a * b` (FMUL).
pub fn mul(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => rounded(exact::product(x, y), Flags::NONE, control),
        None => special(a, b, control, value::mul),
    }
}

/// `a / b` (FDIV; FDIVR with the operands exchanged).
pub fn div(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => rounded(exact::quotient(x, y), Flags::NONE, control),
        None => special(a, b, control, value::div),
    }
}

/// The square root of `a` (FSQRT).
pub fn sqrt(a: F80, control: Control) -> Outcome<F80> {
    match a.normal() {
        Some(x) if !x.negative => rounded(exact::square_root(x), Flags::NONE, control),
        _ => special(a.into(), F80::ONE.into(), control, |a, _, _| value::sqrt(a)),
    }
}
