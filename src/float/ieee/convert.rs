//! Conversion between the formats (SDM Vol. 2, "CVTPS2PD", "CVTPD2PS", "VCVTPH2PS", "VCVTPS2PH").

use super::nan::denormal;
use super::{Format, conclude, operand};
use crate::float::{ExceptionFlags, FloatEnvironment};

/// From one format to another (CVTPS2PD, CVTPD2PS).
pub fn convert<A: Format, B: Format>(a: A, env: FloatEnvironment) -> (B, ExceptionFlags) {
    let a = operand(a, env);
    if a.is_nan() {
        return (nan(a), ExceptionFlags::INVALID.when(a.is_signalling()));
    }
    conclude(Ok(a.value().widen()), denormal([a]), env)
}

/// A NaN made quiet, with the upper bits of its fraction that the format has room for.
fn nan<A: Format, B: Format>(a: A) -> B {
    let fraction = a.magnitude() << (64 - A::FRACTION) >> (64 - B::FRACTION);
    B::narrow(B::infinity(a.is_negative()).widen() | B::QUIET | fraction)
}

/// VCVTPH2PS: exact. Denormal operands raise no #D, and DAZ does not apply.
pub fn from_half(a: u16, env: FloatEnvironment) -> (u32, ExceptionFlags) {
    let (bits, flags) = convert(a, FloatEnvironment { denormals_are_zero: false, masks: ExceptionFlags::ALL, ..env });
    (bits, flags & ExceptionFlags::INVALID)
}

/// VCVTPS2PH: rounded as `env` says (the instruction may override the mode); FTZ does not apply.
pub fn to_half(a: u32, env: FloatEnvironment) -> (u16, ExceptionFlags) {
    convert(a, FloatEnvironment { flush_to_zero: false, ..env })
}

/// VCVTNEPS2BF16: to bfloat16, the upper half of the 32-bit format, rounded to nearest, denormals
/// treated as zero, independently of MXCSR.
pub fn to_bfloat(a: u32) -> u16 {
    if a.is_nan() {
        return (a.quieted() >> 16) as u16;
    }
    let a = if a.is_denormal() { u32::zero(a.is_negative()) } else { a };
    ((a + 0x7fff + (a >> 16 & 1)) >> 16) as u16
}
