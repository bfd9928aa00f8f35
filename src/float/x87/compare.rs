//! Comparison (SDM Vol. 2, "FCOM", "FUCOM", "FCOMI", "FTST").

use super::operands::propagated;
use super::{Control, F80, Operand, Outcome};
use crate::float::{Flags, Ordering4};

/// `a` against `b`; any NaN is invalid (FCOM, FCOMI, FICOM, FTST).
pub fn compare(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<Ordering4> {
    relation(a.into(), b.into(), true, control)
}

/// `a` against `b`; only signalling NaNs and unsupported encodings are invalid (FUCOM, FUCOMI).
pub fn compare_quiet(a: impl Into<Operand>, b: impl Into<Operand>, control: Control) -> Outcome<Ordering4> {
    relation(a.into(), b.into(), false, control)
}

#[inline(always)]
fn relation(a: Operand, b: Operand, any_nan: bool, control: Control) -> Outcome<Ordering4> {
    let usual = a.normal().is_some() && b.normal().is_some();
    let nan = if usual { None } else { propagated(a.bits, b.bits) };
    if let Some((_, flags)) = nan {
        let flags = flags | Flags::INVALID.when(any_nan);
        return Outcome::exact(Ordering4::Unordered, flags, control);
    }
    let flags = Flags::DENORMAL.when(!usual && (a.is_denormal() || b.is_denormal()));
    Outcome::exact(Ordering4::of(rank(a.bits), rank(b.bits)), flags, control)
}

/// An integer that orders like the number; both zeros are 0.
#[inline(always)]
fn rank(a: F80) -> i128 {
    // A pseudo-denormal has the exponent of the smallest normal numbers.
    let field = if a.significand >> 63 != 0 { a.exponent().max(1) } else { a.exponent() };
    let magnitude = i128::from(field) << 64 | i128::from(a.significand);
    if a.is_negative() { -magnitude } else { magnitude }
}
