//! NaN, unsupported and denormal operands of x87 operations (SDM Vol. 1, "Rules for Handling NaNs"
//! and "Operand encodings not supported"), before anything is computed.

use super::{F80, NumberClass};
use crate::float::ExceptionFlags;
use crate::float::number::Number;

/// An operand of arithmetic or comparison: a register (`F80` converts) or a number in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FpuOperand {
    pub(super) bits: F80,
    /// Denormal in a narrower format, where `bits` are normal.
    pub(super) was_denormal: bool,
}

impl From<F80> for FpuOperand {
    #[inline(always)]
    fn from(bits: F80) -> FpuOperand {
        FpuOperand { bits, was_denormal: false }
    }
}

impl FpuOperand {
    /// The number, if it is a normal one.
    #[inline(always)]
    pub(super) fn normal(self) -> Option<Number> {
        if self.was_denormal { None } else { self.bits.normal() }
    }

    pub(super) fn is_denormal(self) -> bool {
        self.was_denormal || self.bits.class() == NumberClass::Denormal
    }
}

/// The result if an operand is a NaN or unsupported, else `None`. Of two NaNs it is, made quiet, the
/// quiet one if the other is signalling, else the one with the larger significand, else the positive
/// one.
pub fn propagated(a: F80, b: F80) -> Option<(F80, ExceptionFlags)> {
    if is_unsupported(a) || is_unsupported(b) {
        return Some((F80::INDEFINITE, ExceptionFlags::INVALID));
    }
    let nan = match (is_nan(a), is_nan(b)) {
        (false, false) => return None,
        (true, false) => a,
        (false, true) => b,
        (true, true) => dominant(a, b),
    };
    Some((nan.quieted(), ExceptionFlags::INVALID.when(a.is_signalling() || b.is_signalling())))
}

/// The same for a single operand.
pub fn propagated_alone(a: F80) -> Option<(F80, ExceptionFlags)> {
    propagated(a, F80::ZERO)
}

fn dominant(a: F80, b: F80) -> F80 {
    let rank = |nan: F80| (!nan.is_signalling(), nan.significand, !nan.is_negative());
    if rank(a) >= rank(b) { a } else { b }
}

/// #D where one of two registers is denormal.
pub fn denormal(a: F80, b: F80) -> ExceptionFlags {
    ExceptionFlags::DENORMAL.when(a.class() == NumberClass::Denormal || b.class() == NumberClass::Denormal)
}

fn is_nan(a: F80) -> bool {
    a.class() == NumberClass::Nan
}

fn is_unsupported(a: F80) -> bool {
    a.class() == NumberClass::Unsupported
}
