//! Rounding a number to an integer, and the integer types that conversions produce. SSE, x87 and
//! packed decimals share it.

use super::Rounding;
use super::number::{Number, shift_right_sticky};

/// A signed integer type of the guest.
pub trait Integer: Copy {
    /// The integer indefinite, 8000...H: the result of an invalid conversion.
    const INDEFINITE: Self;
    /// The same integer; `None` if the type does not hold it.
    fn fit(value: i128) -> Option<Self>;
    /// Sign-extended.
    fn widen(self) -> i64;
}

macro_rules! integer {
    ($($int:ty)*) => { $(
        impl Integer for $int {
            const INDEFINITE: Self = <$int>::MIN;
            #[inline(always)]
            fn fit(value: i128) -> Option<Self> {
                value.try_into().ok()
            }
            #[inline(always)]
            fn widen(self) -> i64 {
                self.into()
            }
        }
    )* };
}

integer!(i16 i32 i64);

/// A number rounded to an integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RoundedInteger {
    pub negative: bool,
    /// At most 2^64.
    pub magnitude: u128,
    pub inexact: bool,
    /// The integer is larger in magnitude than the number.
    pub up: bool,
}

impl RoundedInteger {
    #[inline(always)]
    pub fn signed(self) -> i128 {
        if self.negative { -(self.magnitude as i128) } else { self.magnitude as i128 }
    }
}

/// Rounds to an integer; `None` for magnitudes of 2^64 and more, which are integers already.
#[inline(always)]
pub fn integral(number: Number, rounding: Rounding) -> Option<RoundedInteger> {
    let shift = u32::try_from(63 - number.exponent).ok()?;
    let fixed = shift_right_sticky(u128::from(number.significand) << 64, shift);
    let (whole, rest) = (fixed >> 64, fixed as u64);
    let up = rounding.increments(number.negative, whole & 1 != 0, rest);
    Some(RoundedInteger { negative: number.negative, magnitude: whole + u128::from(up), inexact: rest != 0, up })
}

/// An integer other than zero as a number.
#[inline(always)]
pub fn number(integer: i64) -> Number {
    Number::normalized(integer < 0, 63, integer.unsigned_abs())
}
