//! Addition, subtraction, multiplication, division, square root and fused multiply-add (SDM Vol. 2,
//! "ADDPS" and its likes; Vol. 1, "FMA Instruction Operand Order and Arithmetic Behavior"), each
//! with one rounding.

use super::nan::{denormal, propagated};
use super::{Format, conclude, operand};
use crate::float::number::Number;
use crate::float::value::{self, Computed, ExtendedReal};
use crate::float::{ExceptionFlags, FloatEnvironment, Rounding};

#[inline(always)]
fn binary<F: Format>(
    a: F,
    b: F,
    env: FloatEnvironment,
    operation: impl FnOnce(ExtendedReal<Number>, ExtendedReal<Number>, Rounding) -> Computed,
) -> (F, ExceptionFlags) {
    let operands = [operand(a, env), operand(b, env)];
    if let Some(nan) = propagated(operands) {
        return nan;
    }
    let computed = operation(operands[0].value(), operands[1].value(), env.rounding);
    conclude(computed, denormal(operands), env)
}

/// `a + b`.
pub fn add<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    binary(a, b, env, value::add)
}

/// `a - b`.
pub fn sub<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    binary(a, b, env, value::sub)
}

/// `a * b`.
pub fn mul<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    binary(a, b, env, value::mul)
}

/// `a / b`.
pub fn div<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    binary(a, b, env, value::div)
}

/// The square root of `a`.
pub fn sqrt<F: Format>(a: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    let operands = [operand(a, env)];
    if let Some(nan) = propagated(operands) {
        return nan;
    }
    conclude(value::sqrt(operands[0].value()), denormal(operands), env)
}

/// `(-1)^negate_product * a * b + (-1)^negate_addend * c`.
///
/// Only the signs of numbers change: a NaN operand keeps its own. Of several NaNs the result is the
/// first of a, b, c.
pub fn fma<F: Format>(
    a: F,
    b: F,
    c: F,
    negate_product: bool,
    negate_addend: bool,
    env: FloatEnvironment,
) -> (F, ExceptionFlags) {
    let operands = [operand(a, env), operand(b, env), operand(c, env)];
    if let Some(nan) = propagated(operands) {
        return nan;
    }
    let [x, y, z] = operands.map(F::value);
    let x = if negate_product { x.negated() } else { x };
    let z = if negate_addend { z.negated() } else { z };
    let computed = value::mul(x, y, env.rounding).and_then(|product| value::sum(product, z.widen(), env.rounding));
    conclude(computed, denormal(operands), env)
}
