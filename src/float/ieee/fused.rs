//! Fused multiply-add with a single rounding (SDM Vol. 1, "FMA Instruction Operand Order and
//! Arithmetic Behavior"). The negated forms are this one on operands with a sign flipped.

use super::nan::{denormal, propagated};
use super::{Format, conclude, operand};
use crate::float::value;
use crate::float::{Env, Flags};

/// `(-1)^negate_product * a * b + (-1)^negate_addend * c`.
///
/// The signs are flipped on numbers only: a NaN operand comes through with its own sign. Of several
/// NaNs the first of a, b, c is the result.
pub fn fma<F: Format>(a: F, b: F, c: F, negate_product: bool, negate_addend: bool, env: Env) -> (F, Flags) {
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
