//! Comparison (SDM Vol. 2, "FCOM", "FUCOM", "FCOMI", "FTST").

use super::operands::propagated;
use super::{ControlWord, F80, FpuOperand, FpuResult};
use crate::float::{ExceptionFlags, Relation};

/// `a` against `b`; any NaN is invalid (FCOM, FCOMI, FICOM, FTST).
pub fn compare(a: impl Into<FpuOperand>, b: impl Into<FpuOperand>, control: ControlWord) -> FpuResult<Relation> {
    relation(a.into(), b.into(), true, control)
}

/// `a` against `b`; only signalling NaNs and unsupported encodings are invalid (FUCOM, FUCOMI).
pub fn compare_quiet(a: impl Into<FpuOperand>, b: impl Into<FpuOperand>, control: ControlWord) -> FpuResult<Relation> {
    relation(a.into(), b.into(), false, control)
}

#[inline(always)]
fn relation(a: FpuOperand, b: FpuOperand, any_nan: bool, control: ControlWord) -> FpuResult<Relation> {
    let usual = a.normal().is_some() && b.normal().is_some();
    let nan = if usual { None } else { propagated(a.bits, b.bits) };
    if let Some((_, flags)) = nan {
        let flags = flags | ExceptionFlags::INVALID.when(any_nan);
        return FpuResult::exact(Relation::Unordered, flags, control);
    }
    let flags = ExceptionFlags::DENORMAL.when(!usual && (a.is_denormal() || b.is_denormal()));
    FpuResult::exact(Relation::of(rank(a.bits), rank(b.bits)), flags, control)
}

/// An integer with the order of the number; both zeros are 0.
#[inline(always)]
fn rank(a: F80) -> i128 {
    // A pseudo-denormal has the exponent of the smallest normal numbers.
    let field = if a.significand >> 63 != 0 { a.exponent().max(1) } else { a.exponent() };
    let magnitude = i128::from(field) << 64 | i128::from(a.significand);
    if a.is_negative() { -magnitude } else { magnitude }
}
