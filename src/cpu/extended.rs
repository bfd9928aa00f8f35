//! The registers of the x87 FPU: what is in one (SDM Vol. 1, "x87 FPU Data Registers").

/// A register: 64 bits of significand, and sign and exponent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Extended {
    /// The significand, integer bit on top.
    pub significand: u64,
    /// Sign (bit 15) and biased exponent.
    pub sign_exponent: u16,
}

impl Extended {
    /// From 80 bits, as they lie in memory; bits beyond are dropped.
    #[must_use]
    pub fn from_bits(bits: u128) -> Extended {
        Extended { significand: bits as u64, sign_exponent: (bits >> 64) as u16 }
    }

    /// Its 80 bits, as they lie in memory.
    #[must_use]
    pub fn bits(self) -> u128 {
        u128::from(self.sign_exponent) << 64 | u128::from(self.significand)
    }

    /// Whether this is zero or a normal number.
    #[inline(always)]
    pub fn is_usual(self) -> bool {
        let exponent = self.sign_exponent & 0x7fff;
        let normal = exponent.wrapping_sub(1) < 0x7ffe && self.significand >> 63 != 0;
        normal || (exponent == 0 && self.significand == 0)
    }
}

/// A register as it is kept, with so much room between sign and exponent that a sum of two such words has the exclusive
/// or of the signs and the sum of the exponents.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Slot {
    /// The significand.
    pub significand: u64,
    /// The sign (bit 31) and the biased exponent (bits 0 to 14).
    pub word: u32,
}

impl From<Extended> for Slot {
    #[inline(always)]
    fn from(Extended { significand, sign_exponent }: Extended) -> Slot {
        let [sign, exponent] = [sign_exponent & 0x8000, sign_exponent & 0x7fff].map(u32::from);
        Slot { significand, word: sign << 16 | exponent }
    }
}

impl From<Slot> for Extended {
    #[inline(always)]
    fn from(Slot { significand, word }: Slot) -> Extended {
        Extended { significand, sign_exponent: (word >> 16 | word) as u16 }
    }
}
