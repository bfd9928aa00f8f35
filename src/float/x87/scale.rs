//! Scaling by a power of two, and extracting exponent and significand (SDM Vol. 2, "FSCALE",
//! "FXTRACT").

use super::finish::conclude;
use super::operands::{denormal, propagated, propagated_alone};
use super::{ControlWord, F80, FpuResult, NumberClass, from_integer};
use crate::float::integer::integral;
use crate::float::number::{Number, Unrounded};
use crate::float::value::{Computed, ExtendedReal, PrecomputationException};
use crate::float::{ExceptionFlags, Rounding};

/// FSCALE: `a * 2^n` with n = b toward zero.
pub fn scale(a: F80, b: F80, control: ControlWord) -> FpuResult<F80> {
    if let Some((nan, flags)) = propagated(a, b) {
        return FpuResult::exact(nan, flags, control);
    }
    let operands = denormal(a, b);
    conclude(scaled(a.value(), b.value()), operands, control.extended())
}

fn scaled(a: ExtendedReal<Number>, b: ExtendedReal<Number>) -> Computed {
    match (a, b) {
        (ExtendedReal::Infinity(_), ExtendedReal::Infinity(true))
        | (ExtendedReal::Zero(_), ExtendedReal::Infinity(false)) => Err(PrecomputationException::Invalid),
        (ExtendedReal::Finite(x), ExtendedReal::Finite(y)) => Ok(ExtendedReal::Finite(shifted(x, y))),
        (_, ExtendedReal::Infinity(true)) => Ok(ExtendedReal::Zero(a.is_negative())),
        (_, ExtendedReal::Infinity(false)) => Ok(ExtendedReal::Infinity(a.is_negative())),
        _ => Ok(a.widen()),
    }
}

/// Beyond `FAR` every number overflows or underflows, and so does the adjusted exponent of the unmasked
/// response.
fn shifted(a: Number, b: Number) -> Unrounded {
    const FAR: i128 = 1 << 17;
    let far = if b.negative { -FAR } else { FAR };
    let by = integral(b, Rounding::Zero).map_or(far, |whole| whole.signed().clamp(-FAR, FAR));
    Unrounded { exponent: a.exponent + by as i32, ..a.widen() }
}

/// The results of FXTRACT, for ST(1) and ST(0).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extracted {
    /// The unbiased exponent, as a number.
    pub exponent: F80,
    /// The significand, from 1 to 2, with the sign.
    pub significand: F80,
}

/// FXTRACT. Of a zero the exponent is minus infinity and the significand the zero, and #Z is raised.
pub fn extract(a: F80, control: ControlWord) -> FpuResult<Extracted> {
    let (exponent, significand, flags) = extracted(a);
    FpuResult::exact(Extracted { exponent, significand }, flags, control)
}

fn extracted(a: F80) -> (F80, F80, ExceptionFlags) {
    if let Some((nan, flags)) = propagated_alone(a) {
        return (nan, nan, flags);
    }
    match a.value() {
        ExtendedReal::Zero(_) => (F80::infinity(true), a, ExceptionFlags::DIVIDE),
        ExtendedReal::Infinity(_) => (F80::infinity(false), a, ExceptionFlags::NONE),
        ExtendedReal::Finite(number) => {
            let sign_exponent = F80::ONE.sign_exponent | a.sign_exponent & 0x8000;
            let significand = F80 { significand: number.significand, sign_exponent };
            (
                from_integer(number.exponent),
                significand,
                ExceptionFlags::DENORMAL.when(a.class() == NumberClass::Denormal),
            )
        }
    }
}
