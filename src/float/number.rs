//! Finite numbers other than zero, independent of any format: operands after unpacking, and results
//! before rounding. Zeros and infinities are in `value`.

/// `significand / 2^63 * 2^exponent`, with the top bit of the significand set: an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number {
    pub negative: bool,
    pub exponent: i32,
    pub significand: u64,
}

impl Number {
    /// From a significand that is not zero but may have leading zeros.
    #[inline(always)]
    pub fn normalized(negative: bool, exponent: i32, significand: u64) -> Number {
        let shift = significand.leading_zeros();
        Number { negative, exponent: exponent - shift as i32, significand: significand << (shift & 63) }
    }

    /// The same number as a result before rounding.
    #[inline(always)]
    pub fn widen(self) -> Unrounded {
        Unrounded { negative: self.negative, exponent: self.exponent, significand: u128::from(self.significand) << 64 }
    }

    /// The number with this sign changed.
    #[inline(always)]
    pub fn negated(self) -> Number {
        Number { negative: !self.negative, ..self }
    }
}

/// A number with a sign.
pub trait Signed: Copy {
    fn is_negative(self) -> bool;
}

impl Signed for Number {
    #[inline(always)]
    fn is_negative(self) -> bool {
        self.negative
    }
}

impl Signed for Unrounded {
    #[inline(always)]
    fn is_negative(self) -> bool {
        self.negative
    }
}

/// `significand / 2^127 * 2^exponent`, with the top bit of the significand set: a result before
/// rounding. If it is not exact, its lowest bit is set (a sticky bit) and the exact value lies strictly
/// between the neighbouring even significands: rounding to up to 126 bits gives the same result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unrounded {
    pub negative: bool,
    pub exponent: i32,
    pub significand: u128,
}

impl Unrounded {
    /// From a significand that is not zero but may have leading zeros.
    #[inline(always)]
    pub fn normalized(negative: bool, exponent: i32, significand: u128) -> Unrounded {
        let shift = significand.leading_zeros();
        Unrounded { negative, exponent: exponent - shift as i32, significand: significand << (shift & 127) }
    }

    /// The magnitude with this sign.
    #[inline(always)]
    pub fn signed(self, negative: bool) -> Unrounded {
        Unrounded { negative, ..self }
    }

    /// Marked as inexact.
    #[inline(always)]
    pub fn sticky(self) -> Unrounded {
        Unrounded { significand: self.significand | 1, ..self }
    }
}

/// `significand >> shift` for a significand other than zero; the lowest bit is set if a bit that is set
/// was shifted out (a sticky bit).
#[inline(always)]
pub fn shift_right_sticky(significand: u128, shift: u32) -> u128 {
    let lost = significand.trailing_zeros() < shift;
    significand.checked_shr(shift).unwrap_or(0) | u128::from(lost)
}
