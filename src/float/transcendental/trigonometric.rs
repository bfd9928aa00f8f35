//! FSIN, FCOS, FSINCOS, FPTAN (SDM Vol. 2). An argument of 2^63 or more in
//! magnitude gives `None`: the instruction sets C2 and leaves the stack unchanged.

use super::circular;
use super::reduction::{Reduced, reduce};
use super::unrounded::quotient;
use crate::float::ExceptionFlags;
use crate::float::number::Unrounded;
use crate::float::value::{ExtendedReal, PrecomputationException};
use crate::float::x87::{ControlWord, F80, FpuResult, NumberClass, conclude, propagated_alone};

/// Sine.
pub fn sin(x: F80, control: ControlWord) -> Option<FpuResult<F80>> {
    evaluate(x, F80::zero(x.is_negative()), control, sine)
}

/// Cosine.
pub fn cos(x: F80, control: ControlWord) -> Option<FpuResult<F80>> {
    evaluate(x, F80::ONE, control, cosine)
}

/// Tangent; FPTAN pushes a 1 besides where this is a number.
pub fn tan(x: F80, control: ControlWord) -> Option<FpuResult<F80>> {
    evaluate(x, F80::zero(x.is_negative()), control, |angle| quotient(sine(angle), cosine(angle)))
}

/// Sine and cosine, with the flags of both and the rounding direction of the sine.
pub fn sincos(x: F80, control: ControlWord) -> Option<FpuResult<(F80, F80)>> {
    let (sine, cosine) = (sin(x, control)?, cos(x, control)?);
    let flags = sine.flags | cosine.flags;
    Some(FpuResult { flags, ..sine.map(|sine| (sine, cosine.value)) })
}

/// Special operands, and the function between -pi/4 and pi/4 in four quadrants.
#[inline(always)]
fn evaluate(
    x: F80,
    at_zero: F80,
    control: ControlWord,
    function: impl Fn(Reduced) -> Unrounded,
) -> Option<FpuResult<F80>> {
    if let Some((nan, flags)) = propagated_alone(x) {
        return Some(FpuResult::exact(nan, flags, control));
    }
    let computed = match x.value() {
        ExtendedReal::Zero(_) => return Some(FpuResult::exact(at_zero, ExceptionFlags::NONE, control)),
        ExtendedReal::Infinity(_) => Err(PrecomputationException::Invalid),
        ExtendedReal::Finite(number) => Ok(ExtendedReal::Finite(function(reduce(number)?).sticky())),
    };
    let operands = ExceptionFlags::DENORMAL.when(x.class() == NumberClass::Denormal);
    Some(conclude(computed, operands, control.extended()))
}

#[inline(always)]
fn sine(Reduced { quadrant, angle }: Reduced) -> Unrounded {
    match quadrant {
        0 => circular::sine(angle).signed(angle.negative),
        1 => circular::cosine(angle),
        2 => circular::sine(angle).signed(!angle.negative),
        _ => circular::cosine(angle).signed(true),
    }
}

/// The sine a quarter turn further on.
#[inline(always)]
fn cosine(Reduced { quadrant, angle }: Reduced) -> Unrounded {
    sine(Reduced { quadrant: (quadrant + 1) & 3, angle })
}
