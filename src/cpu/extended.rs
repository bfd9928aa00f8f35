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
