//! Addition, subtraction, multiplication, division and square root (SDM Vol. 2, "ADDPS" and its
//! likes): operands in, one rounding, flags out.

use super::nan::{denormal, propagated};
use super::{Format, conclude, operand};
use crate::float::number::Number;
use crate::float::value::{self, Computed, Value};
use crate::float::{Env, Flags, Rounding};

#[inline(always)]
fn binary<F: Format>(
    a: F,
    b: F,
    env: Env,
    operation: impl FnOnce(Value<Number>, Value<Number>, Rounding) -> Computed,
) -> (F, Flags) {
    let operands = [operand(a, env), operand(b, env)];
    if let Some(nan) = propagated(operands) {
        return nan;
    }
    let computed = operation(operands[0].value(), operands[1].value(), env.rounding);
    conclude(computed, denormal(operands), env)
}

/// `a + b`.
pub fn add<F: Format>(a: F, b: F, env: Env) -> (F, Flags) {
    binary(a, b, env, value::add)
}

/// `a - b`.
pub fn sub<F: Format>(a: F, b: F, env: Env) -> (F, Flags) {
    binary(a, b, env, value::sub)
}

/// `a * b`.
pub fn mul<F: Format>(a: F, b: F, env: Env) -> (F, Flags) {
    binary(a, b, env, value::mul)
}

/// `a / b`.
pub fn div<F: Format>(a: F, b: F, env: Env) -> (F, Flags) {
    binary(a, b, env, value::div)
}

/// The square root of `a`.
pub fn sqrt<F: Format>(a: F, env: Env) -> (F, Flags) {
    let operands = [operand(a, env)];
    if let Some(nan) = propagated(operands) {
        return nan;
    }
    conclude(value::sqrt(operands[0].value()), denormal(operands), env)
}
