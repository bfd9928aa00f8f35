//! Comparison, minimum and maximum (SDM Vol. 2, "CMPPS", "COMISS", "UCOMISS", "MINPS", "MAXPS").

use super::nan::denormal;
use super::{Format, operand};
use crate::float::{ExceptionFlags, FloatEnvironment, Relation};

/// `a` against `b`; any NaN is invalid (COMISS, the signalling predicates of CMPPS).
pub fn compare<F: Format>(a: F, b: F, env: FloatEnvironment) -> (Relation, ExceptionFlags) {
    relation(operand(a, env), operand(b, env), F::is_nan)
}

/// `a` against `b`; only a signalling NaN is invalid (UCOMISS, the quiet predicates of CMPPS).
pub fn compare_quiet<F: Format>(a: F, b: F, env: FloatEnvironment) -> (Relation, ExceptionFlags) {
    relation(operand(a, env), operand(b, env), F::is_signalling)
}

#[inline(always)]
fn relation<F: Format>(a: F, b: F, invalid: impl Fn(F) -> bool) -> (Relation, ExceptionFlags) {
    if a.is_nan() || b.is_nan() {
        return (Relation::Unordered, ExceptionFlags::INVALID.when(invalid(a) || invalid(b)));
    }
    (Relation::of(rank(a), rank(b)), denormal([a, b]))
}

/// An integer with the order of the number; both zeros are 0.
#[inline(always)]
fn rank<F: Format>(a: F) -> i64 {
    let magnitude = a.magnitude() as i64;
    if a.is_negative() { -magnitude } else { magnitude }
}

/// The smaller; `b` where either is a NaN (invalid) or both are zero.
pub fn min<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    choose(a, b, env, Relation::Less)
}

/// The larger; `b` where either is a NaN (invalid) or both are zero.
pub fn max<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
    choose(a, b, env, Relation::Greater)
}

/// `a` if it is in this relation to `b`, else `b`.
#[inline(always)]
fn choose<F: Format>(a: F, b: F, env: FloatEnvironment, wanted: Relation) -> (F, ExceptionFlags) {
    let (a, b) = (operand(a, env), operand(b, env));
    let (found, flags) = relation(a, b, F::is_nan);
    (if found == wanted { a } else { b }, flags)
}
