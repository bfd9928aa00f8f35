//! Powers of two: scaling by them and taking them out (SDM Vol. 2, "FSCALE", "FXTRACT").

use super::finish::conclude;
use super::operands::{denormal, propagated, propagated_alone};
use super::{Class, Control, F80, Outcome, from_integer};
use crate::float::integer::integral;
use crate::float::number::{Number, Wide};
use crate::float::value::{Computed, Failure, Value};
use crate::float::{Flags, Rounding};

/// FSCALE: `a * 2^n` with n = b toward zero.
pub fn scale(a: F80, b: F80, control: Control) -> Outcome<F80> {
    if let Some((nan, flags)) = propagated(a, b) {
        return Outcome::exact(nan, flags, control);
    }
    let operands = denormal(a, b);
    conclude(scaled(a.value(), b.value()), operands, control.extended())
}

fn scaled(a: Value<Number>, b: Value<Number>) -> Computed {
    match (a, b) {
        (Value::Infinity(_), Value::Infinity(true)) | (Value::Zero(_), Value::Infinity(false)) => Err(Failure::Invalid),
        (Value::Finite(x), Value::Finite(y)) => Ok(Value::Finite(shifted(x, y))),
        (_, Value::Infinity(true)) => Ok(Value::Zero(a.is_negative())),
        (_, Value::Infinity(false)) => Ok(Value::Infinity(a.is_negative())),
        _ => Ok(a.widen()),
    }
}

/// Past `FAR` every number overflows or underflows, wrapped exponents included.
fn shifted(a: Number, b: Number) -> Wide {
    const FAR: i128 = 1 << 17;
    let far = if b.negative { -FAR } else { FAR };
    let by = integral(b, Rounding::Zero).map_or(far, |whole| whole.signed().clamp(-FAR, FAR));
    Wide { exponent: a.exponent + by as i32, ..a.widen() }
}

/// What FXTRACT leaves in ST(1) and ST(0).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extracted {
    /// The unbiased exponent, as a number.
    pub exponent: F80,
    /// The significand, from 1 to 2, with the sign.
    pub significand: F80,
}

/// FXTRACT: of zero, minus infinity and the zero, with #Z.
pub fn extract(a: F80, control: Control) -> Outcome<Extracted> {
    let (exponent, significand, flags) = extracted(a);
    Outcome::exact(Extracted { exponent, significand }, flags, control)
}

fn extracted(a: F80) -> (F80, F80, Flags) {
    if let Some((nan, flags)) = propagated_alone(a) {
        return (nan, nan, flags);
    }
    match a.value() {
        Value::Zero(_) => (F80::infinity(true), a, Flags::DIVIDE),
        Value::Infinity(_) => (F80::infinity(false), a, Flags::NONE),
        Value::Finite(number) => {
            let sign_exponent = F80::ONE.sign_exponent | a.sign_exponent & 0x8000;
            let significand = F80 { significand: number.significand, sign_exponent };
            (from_integer(number.exponent), significand, Flags::DENORMAL.when(a.class() == Class::Denormal))
        }
    }
}
