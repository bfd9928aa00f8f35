//! Conversion to and from integers, and rounding to an integral number (SDM Vol. 2, "CVTSS2SI",
//! "CVTTSS2SI", "CVTSI2SS", "ROUNDPS"). None of these raises #D.

use super::{Format, conclude, operand};
use crate::float::integer::{Integer, integral, number};
use crate::float::number::Unrounded;
use crate::float::value::ExtendedReal;
use crate::float::{ExceptionFlags, FloatEnvironment, Rounding};

/// To an integer in the mode given (`Rounding::Zero` for the truncating forms); NaN, infinity and
/// what the integer cannot hold are invalid and give the integer indefinite.
pub fn to_integer<F: Format, I: Integer>(a: F, rounding: Rounding, env: FloatEnvironment) -> (I, ExceptionFlags) {
    let found = match operand(a, env).value() {
        _ if a.is_nan() => None,
        ExtendedReal::Zero(_) => Some((0, false)),
        ExtendedReal::Finite(finite) => integral(finite, rounding).map(|rounded| (rounded.signed(), rounded.inexact)),
        ExtendedReal::Infinity(_) => None,
    };
    let fitting =
        found.and_then(|(integer, inexact)| Some((I::fit(integer)?, ExceptionFlags::PRECISION.when(inexact))));
    fitting.unwrap_or((I::INDEFINITE, ExceptionFlags::INVALID))
}

/// From an integer.
pub fn from_integer<F: Format, I: Integer>(a: I, env: FloatEnvironment) -> (F, ExceptionFlags) {
    let a = a.widen();
    let value = if a == 0 { ExtendedReal::Zero(false) } else { ExtendedReal::Finite(number(a).widen()) };
    conclude(Ok(value), ExceptionFlags::NONE, env)
}

/// Rounds to an integral number (ROUNDPS). `exact` says whether an inexact result raises #P.
pub fn round_to_integral<F: Format>(
    a: F,
    rounding: Rounding,
    exact: bool,
    env: FloatEnvironment,
) -> (F, ExceptionFlags) {
    let a = operand(a, env);
    if a.is_nan() {
        return (a.quieted(), ExceptionFlags::INVALID.when(a.is_signalling()));
    }
    let ExtendedReal::Finite(finite) = a.value() else { return (a, ExceptionFlags::NONE) };
    let Some(rounded) = integral(finite, rounding) else { return (a, ExceptionFlags::NONE) };
    let flags = ExceptionFlags::PRECISION.when(rounded.inexact && exact);
    if rounded.magnitude == 0 {
        return (F::zero(finite.negative), flags);
    }
    let (bits, _) =
        conclude(Ok(ExtendedReal::Finite(Unrounded::normalized(finite.negative, 127, rounded.magnitude))), flags, env);
    (bits, flags)
}
