//! Addition, subtraction, multiplication, division and square root (SDM Vol. 2, "FADD" and its
//! likes), the operations that obey precision control. Normal operands take a shorter path.

use super::finish::{conclude, rounded};
use super::operands::propagated;
use super::{ControlWord, F80, FpuOperand, FpuResult};
use crate::float::exact;
use crate::float::number::Number;
use crate::float::value::{self, Computed, ExtendedReal};
use crate::float::{ExceptionFlags, Rounding};

/// Both operands, if both are normal.
#[inline(always)]
fn normal(a: FpuOperand, b: FpuOperand) -> Option<(Number, Number)> {
    Some((a.normal()?, b.normal()?))
}

/// The general path, for any operands.
#[inline(never)]
fn special(
    a: FpuOperand,
    b: FpuOperand,
    control: ControlWord,
    operation: fn(ExtendedReal<Number>, ExtendedReal<Number>, Rounding) -> Computed,
) -> FpuResult<F80> {
    if let Some((nan, flags)) = propagated(a.bits, b.bits) {
        return FpuResult::exact(nan, flags, control);
    }
    let operands = ExceptionFlags::DENORMAL.when(a.is_denormal() || b.is_denormal());
    conclude(operation(a.bits.value(), b.bits.value(), control.rounding), operands, control)
}

#[inline(always)]
fn sum(a: Number, b: Number, control: ControlWord) -> FpuResult<F80> {
    match exact::sum(a.widen(), b.widen()) {
        Some(unrounded) => rounded(unrounded, ExceptionFlags::NONE, control),
        None => FpuResult::exact(F80::zero(control.rounding == Rounding::Down), ExceptionFlags::NONE, control),
    }
}

/// `a + b` (FADD).
pub fn add(a: impl Into<FpuOperand>, b: impl Into<FpuOperand>, control: ControlWord) -> FpuResult<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => sum(x, y, control),
        None => special(a, b, control, value::add),
    }
}

/// `a - b` (FSUB; FSUBR with the operands exchanged).
pub fn sub(a: impl Into<FpuOperand>, b: impl Into<FpuOperand>, control: ControlWord) -> FpuResult<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => sum(x, y.negated(), control),
        None => special(a, b, control, value::sub),
    }
}

/// `a * b` (FMUL).
pub fn mul(a: impl Into<FpuOperand>, b: impl Into<FpuOperand>, control: ControlWord) -> FpuResult<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => rounded(exact::product(x, y), ExceptionFlags::NONE, control),
        None => special(a, b, control, value::mul),
    }
}

/// `a / b` (FDIV; FDIVR with the operands exchanged).
pub fn div(a: impl Into<FpuOperand>, b: impl Into<FpuOperand>, control: ControlWord) -> FpuResult<F80> {
    let (a, b) = (a.into(), b.into());
    match normal(a, b) {
        Some((x, y)) => rounded(exact::quotient(x, y), ExceptionFlags::NONE, control),
        None => special(a, b, control, value::div),
    }
}

/// The square root of `a` (FSQRT).
pub fn sqrt(a: F80, control: ControlWord) -> FpuResult<F80> {
    match a.normal() {
        Some(x) if !x.negative => rounded(exact::square_root(x), ExceptionFlags::NONE, control),
        _ => special(a.into(), F80::ONE.into(), control, |a, _, _| value::sqrt(a)),
    }
}
