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

/// A register as it is kept.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Slot {
    pub significand: u64,
    pub sign_exponent: u32,
}

impl From<Extended> for Slot {
    #[inline(always)]
    fn from(register: Extended) -> Slot {
        Slot { significand: register.significand, sign_exponent: register.sign_exponent.into() }
    }
}

impl From<Slot> for Extended {
    #[inline(always)]
    fn from(slot: Slot) -> Extended {
        Extended { significand: slot.significand, sign_exponent: slot.sign_exponent as u16 }
    }
}
