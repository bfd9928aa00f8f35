//! FSIN, FCOS, FSINCOS, FPTAN (SDM Vol. 2). Nothing is returned for arguments of 2^63 and more in
//! magnitude: C2 is set and the stack stays as it was.

use super::circular;
use super::reduction::{Reduced, reduce};
use super::wide::quotient;
use crate::float::Flags;
use crate::float::number::Wide;
use crate::float::value::{Failure, Value};
use crate::float::x87::{Class, Control, F80, Outcome, conclude, propagated_alone};

/// Sine.
pub fn sin(x: F80, control: Control) -> Option<Outcome<F80>> {
    evaluate(x, F80::zero(x.is_negative()), control, sine)
}

/// Cosine.
pub fn cos(x: F80, control: Control) -> Option<Outcome<F80>> {
    evaluate(x, F80::ONE, control, cosine)
}

/// Tangent; FPTAN pushes a 1 besides where this is a number.
pub fn tan(x: F80, control: Control) -> Option<Outcome<F80>> {
    evaluate(x, F80::zero(x.is_negative()), control, |angle| quotient(sine(angle), cosine(angle)))
}

/// Sine and cosine: flags of both, rounding direction of the sine.
pub fn sincos(x: F80, control: Control) -> Option<Outcome<(F80, F80)>> {
    let (sine, cosine) = (sin(x, control)?, cos(x, control)?);
    let flags = sine.flags | cosine.flags;
    Some(Outcome { flags, ..sine.map(|sine| (sine, cosine.value)) })
}

/// Special operands, and the function between -pi/4 and pi/4 in four quadrants.
#[inline(always)]
fn evaluate(x: F80, at_zero: F80, control: Control, function: impl Fn(Reduced) -> Wide) -> Option<Outcome<F80>> {
    if let Some((nan, flags)) = propagated_alone(x) {
        return Some(Outcome::exact(nan, flags, control));
    }
    let computed = match x.value() {
        Value::Zero(_) => return Some(Outcome::exact(at_zero, Flags::NONE, control)),
        Value::Infinity(_) => Err(Failure::Invalid),
        Value::Finite(number) => Ok(Value::Finite(function(reduce(number)?).sticky())),
    };
    let operands = Flags::DENORMAL.when(x.class() == Class::Denormal);
    Some(conclude(computed, operands, control.extended()))
}

#[inline(always)]
fn sine(Reduced { quadrant, angle }: Reduced) -> Wide {
    match quadrant {
        0 => circular::sine(angle).signed(angle.negative),
        1 => circular::cosine(angle),
        2 => circular::sine(angle).signed(!angle.negative),
        _ => circular::cosine(angle).signed(true),
    }
}

/// The sine a quarter turn further on.
#[inline(always)]
fn cosine(Reduced { quadrant, angle }: Reduced) -> Wide {
    sine(Reduced { quadrant: (quadrant + 1) & 3, angle })
}
