//! The bit layout of the 16, 32 and 64-bit formats (SDM Vol. 1, "Floating-Point Data Types"). A
//! format is the integer that holds its bits: `u16`, `u32`, `u64`.

use crate::float::number::Number;
use crate::float::round::{FormatParameters, Rounded};
use crate::float::value::ExtendedReal;

/// Binary interchange format of IEEE 754, as the bits of an unsigned integer.
pub trait Format: Copy + Eq + std::fmt::Debug {
    /// The width of the format in bits.
    const WIDTH: u32;
    /// Significant bits, the implied one included.
    const PRECISION: u32;

    /// The bits, zero-extended.
    fn widen(self) -> u64;
    /// The low bits of `bits`.
    fn narrow(bits: u64) -> Self;

    /// Bits of the fraction field.
    const FRACTION: u32 = Self::PRECISION - 1;
    /// The sign bit.
    const SIGN: u64 = 1 << (Self::WIDTH - 1);
    /// The exponent field, all ones: infinity.
    const INFINITY: u64 = Self::SIGN - (1 << Self::FRACTION);
    /// The first bit of the fraction: set in a quiet NaN.
    const QUIET: u64 = 1 << (Self::FRACTION - 1);
    /// The real indefinite: the NaN that masked invalid operations give.
    const INDEFINITE: u64 = Self::SIGN | Self::INFINITY | Self::QUIET;
    /// The bias of the exponent field.
    const BIAS: i32 = (1 << (Self::WIDTH - Self::PRECISION - 1)) - 1;
    /// The parameters that rounding needs.
    const PARAMETERS: FormatParameters =
        FormatParameters { precision: Self::PRECISION, min: 1 - Self::BIAS, max: Self::BIAS };

    /// All but the sign.
    #[inline(always)]
    fn magnitude(self) -> u64 {
        self.widen() & !Self::SIGN
    }

    /// Whether the sign is set, NaNs and zeros included.
    #[inline(always)]
    fn is_negative(self) -> bool {
        self.widen() & Self::SIGN != 0
    }

    /// Whether this is a NaN, quiet or signalling.
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.magnitude() > Self::INFINITY
    }

    /// Whether this is a signalling NaN: its quiet bit is clear.
    #[inline(always)]
    fn is_signalling(self) -> bool {
        self.is_nan() && self.widen() & Self::QUIET == 0
    }

    /// Whether this is denormal: smaller than a normal number, but not zero.
    #[inline(always)]
    fn is_denormal(self) -> bool {
        self.magnitude().wrapping_sub(1) < (1 << Self::FRACTION) - 1
    }

    /// A NaN made quiet.
    #[inline(always)]
    fn quieted(self) -> Self {
        Self::narrow(self.widen() | Self::QUIET)
    }

    /// With the other sign, NaNs included.
    #[inline(always)]
    fn negated(self) -> Self {
        Self::narrow(self.widen() ^ Self::SIGN)
    }

    /// Zero of this sign.
    #[inline(always)]
    fn zero(negative: bool) -> Self {
        Self::narrow(if negative { Self::SIGN } else { 0 })
    }

    /// Infinity of this sign.
    #[inline(always)]
    fn infinity(negative: bool) -> Self {
        Self::narrow(Self::zero(negative).widen() | Self::INFINITY)
    }

    /// The value of the encoding; meaningless for a NaN.
    #[inline(always)]
    fn value(self) -> ExtendedReal<Number> {
        let (negative, magnitude) = (self.is_negative(), self.magnitude());
        let field = (magnitude >> Self::FRACTION) as i32;
        let significand = magnitude << (64 - Self::PRECISION);
        if magnitude == 0 {
            ExtendedReal::Zero(negative)
        } else if magnitude >= Self::INFINITY {
            ExtendedReal::Infinity(negative)
        } else if field == 0 {
            ExtendedReal::Finite(Number::normalized(negative, Self::PARAMETERS.min, significand))
        } else {
            ExtendedReal::Finite(Number { negative, exponent: field - Self::BIAS, significand: significand | 1 << 63 })
        }
    }

    /// The bits of a number rounded to `PARAMETERS`; meaningless for an exponent out of range, which only
    /// an unmasked overflow or underflow leaves.
    #[inline(always)]
    fn encode(rounded: Rounded) -> Self {
        let fraction = rounded.significand >> (64 - Self::PRECISION);
        // The implied bit, where set, carries into the exponent field.
        let field = (rounded.exponent + Self::BIAS - 1) as u64;
        Self::narrow(Self::zero(rounded.negative).widen() | (field << Self::FRACTION).wrapping_add(fraction))
    }
}

macro_rules! format {
    ($bits:ty, $precision:expr) => {
        impl Format for $bits {
            const WIDTH: u32 = <$bits>::BITS;
            const PRECISION: u32 = $precision;
            #[inline(always)]
            fn widen(self) -> u64 {
                u64::from(self)
            }
            #[inline(always)]
            fn narrow(bits: u64) -> Self {
                bits as $bits
            }
        }
    };
}

format!(u16, 11);
format!(u32, 24);
format!(u64, 53);
