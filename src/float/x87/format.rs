//! The 80-bit format and its special encodings (SDM Vol. 1, "x87 FPU Data Types and Formats",
//! "Unsupported Double Extended-Precision Floating-Point Encodings and Pseudo-Denormals").

use crate::float::number::Number;
use crate::float::round::Rounded;
use crate::float::value::ExtendedReal;

/// A double extended-precision number: 64 significant bits, the integer bit among them, and below
/// the sign in bit 15 an exponent biased by 16383.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct F80 {
    /// The integer bit and 63 bits of fraction.
    pub significand: u64,
    /// The sign and the biased exponent.
    pub sign_exponent: u16,
}

/// The class of an encoding (SDM Vol. 2A, "FXAM").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberClass {
    /// Unnormal, pseudo-infinity or pseudo-NaN: invalid as an operand.
    Unsupported,
    /// A quiet or signalling NaN.
    Nan,
    /// A normal number: the integer bit is set.
    Normal,
    /// An infinity of either sign.
    Infinity,
    /// A zero of either sign.
    Zero,
    /// A denormal or pseudo-denormal number.
    Denormal,
}

const INTEGER_BIT: u64 = 1 << 63;
const QUIET_BIT: u64 = 1 << 62;
const BIAS: i32 = 16383;

impl F80 {
    /// Plus zero.
    pub const ZERO: F80 = F80 { significand: 0, sign_exponent: 0 };
    /// Plus one.
    pub const ONE: F80 = F80 { significand: INTEGER_BIT, sign_exponent: 0x3fff };
    /// The real indefinite: the NaN that masked invalid operations give.
    pub const INDEFINITE: F80 = F80 { significand: INTEGER_BIT | QUIET_BIT, sign_exponent: 0xffff };

    /// Zero of this sign.
    pub fn zero(negative: bool) -> F80 {
        F80 { significand: 0, sign_exponent: u16::from(negative) << 15 }
    }

    /// Infinity of this sign.
    pub fn infinity(negative: bool) -> F80 {
        F80 { significand: INTEGER_BIT, sign_exponent: u16::from(negative) << 15 | 0x7fff }
    }

    /// The exponent field, still biased.
    #[inline(always)]
    pub fn exponent(self) -> u16 {
        self.sign_exponent & 0x7fff
    }

    /// Whether the sign is set, whatever the encoding.
    #[inline(always)]
    pub fn is_negative(self) -> bool {
        self.sign_exponent & 0x8000 != 0
    }

    /// With the other sign (FCHS), whatever the encoding.
    #[inline(always)]
    pub fn negated(self) -> F80 {
        F80 { sign_exponent: self.sign_exponent ^ 0x8000, ..self }
    }

    /// With a clear sign (FABS), whatever the encoding.
    #[inline(always)]
    pub fn absolute(self) -> F80 {
        F80 { sign_exponent: self.exponent(), ..self }
    }

    /// The class of the encoding.
    pub fn class(self) -> NumberClass {
        let integer_bit = self.significand & INTEGER_BIT != 0;
        match self.exponent() {
            0 if self.significand == 0 => NumberClass::Zero,
            0 => NumberClass::Denormal,
            _ if !integer_bit => NumberClass::Unsupported,
            0x7fff if self.significand == INTEGER_BIT => NumberClass::Infinity,
            0x7fff => NumberClass::Nan,
            _ => NumberClass::Normal,
        }
    }

    /// Whether this is a NaN with the quiet bit clear.
    pub fn is_signalling(self) -> bool {
        self.class() == NumberClass::Nan && self.significand & QUIET_BIT == 0
    }

    /// A NaN made quiet.
    pub(in crate::float) fn quieted(self) -> F80 {
        F80 { significand: self.significand | QUIET_BIT, ..self }
    }

    /// The number, if it is a normal one.
    #[inline(always)]
    pub(in crate::float) fn normal(self) -> Option<Number> {
        let usual = self.exponent().wrapping_sub(1) < 0x7ffe && self.significand & INTEGER_BIT != 0;
        usual.then(|| self.number())
    }

    #[inline(always)]
    fn number(self) -> Number {
        let exponent = i32::from(self.exponent()) - BIAS;
        Number { negative: self.is_negative(), exponent, significand: self.significand }
    }

    /// The value of the encoding; meaningless for NaNs and unsupported encodings.
    #[inline(always)]
    pub(in crate::float) fn value(self) -> ExtendedReal<Number> {
        if let Some(number) = self.normal() {
            return ExtendedReal::Finite(number);
        }
        let negative = self.is_negative();
        match self.class() {
            NumberClass::Zero => ExtendedReal::Zero(negative),
            NumberClass::Denormal => ExtendedReal::Finite(Number::normalized(negative, 1 - BIAS, self.significand)),
            _ => ExtendedReal::Infinity(negative),
        }
    }

    /// The bits of a number in the normal range of the registers.
    #[inline(always)]
    pub(in crate::float) fn from_number(number: Number) -> F80 {
        let field = (number.exponent + BIAS) as u16;
        F80 { significand: number.significand, sign_exponent: u16::from(number.negative) << 15 | field }
    }

    /// The bits of a number rounded to the range of the registers.
    #[inline(always)]
    pub(in crate::float) fn encode(rounded: Rounded) -> F80 {
        let field = if rounded.significand & INTEGER_BIT == 0 { 0 } else { (rounded.exponent + BIAS) as u16 };
        F80 { significand: rounded.significand, sign_exponent: u16::from(rounded.negative) << 15 | field }
    }
}
