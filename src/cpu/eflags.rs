//! EFLAGS (SDM Vol. 1, "EFLAGS Register"): the status flags as a record of the last result, the
//! others as bits.
//!
//! Most results are never asked for their flags, so an instruction leaves behind what the flags
//! follow from, and each flag is derived when somebody reads it. The formulas that make a record
//! from operands are in `instructions/flags`.

/// A flag of EFLAGS; the discriminant is its bit number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flag {
    /// CF, carry.
    Carry = 0,
    /// PF, parity of the low byte of the result.
    Parity = 2,
    /// AF, carry out of bit 3.
    Adjust = 4,
    /// ZF, result zero.
    Zero = 6,
    /// SF, sign of the result.
    Sign = 7,
    /// TF, single step.
    Trap = 8,
    /// IF, external interrupts.
    Interrupt = 9,
    /// DF, string instructions count down.
    Direction = 10,
    /// OF, signed overflow.
    Overflow = 11,
    /// NT, nested task.
    NestedTask = 14,
    /// RF, resume.
    Resume = 16,
    /// AC, alignment check.
    AlignmentCheck = 18,
    /// ID, CPUID is there.
    Identification = 21,
}

impl Flag {
    /// Its bit in EFLAGS.
    #[must_use]
    pub const fn mask(self) -> u32 {
        1 << self as u32
    }
}

/// The six status flags: CF, PF, AF, ZF, SF and OF.
///
/// Results narrower than 32 bits are kept sign-extended, so that one formula serves each width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flags {
    /// ZF, SF and PF follow from it.
    pub result: u32,
    /// Carries into each bit position: bit 4 is AF; OF is bit 31 exclusive-or CF.
    pub chain: u32,
    /// Bit 0 is CF. Bits 1 and 2 invert SF and PF, for the states that no result has
    /// (POPF and SAHF can set ZF and SF together).
    pub extra: u8,
}

const INVERT_SIGN: u8 = 2;
const INVERT_PARITY: u8 = 4;

impl Default for Flags {
    /// All clear.
    fn default() -> Self {
        Flags { result: 1, chain: 0, extra: 0 }
    }
}

impl Flags {
    /// The mask of the six flags in EFLAGS.
    pub const MASK: u32 = 0x8d5;

    /// ZF, PF and CF as given, the others clear: how floating-point comparisons answer.
    #[inline(always)]
    #[must_use]
    pub fn compared(zero: bool, parity: bool, carry: bool) -> Flags {
        let invert = if parity == zero { 0 } else { INVERT_PARITY };
        Flags { result: u32::from(!zero), chain: u32::from(carry) << 31, extra: u8::from(carry) | invert }
    }

    /// CF.
    #[inline(always)]
    pub fn carry(&self) -> bool {
        self.extra & 1 != 0
    }

    /// PF: an even number of ones in the low byte of the result.
    #[inline(always)]
    pub fn parity(&self) -> bool {
        let even = (self.result as u8).count_ones() & 1 == 0;
        even ^ (self.extra & INVERT_PARITY != 0)
    }

    /// AF.
    #[inline(always)]
    pub fn adjust(&self) -> bool {
        self.chain & 16 != 0
    }

    /// ZF.
    #[inline(always)]
    pub fn zero(&self) -> bool {
        self.result == 0
    }

    /// SF.
    #[inline(always)]
    pub fn sign(&self) -> bool {
        ((self.result as i32) < 0) ^ (self.extra & INVERT_SIGN != 0)
    }

    /// OF.
    #[inline(always)]
    pub fn overflow(&self) -> bool {
        ((self.chain as i32) < 0) ^ self.carry()
    }

    /// The condition with this encoding `tttn` (SDM Vol. 1, "EFLAGS Condition Codes"): the low
    /// bit inverts the test that the upper three name.
    #[inline(always)]
    pub fn condition(&self, code: u8) -> bool {
        let test = match code >> 1 & 7 {
            0 => self.overflow(),
            1 => self.carry(),
            2 => self.zero(),
            3 => self.carry() | self.zero(),
            4 => self.sign(),
            5 => self.parity(),
            6 => self.sign() ^ self.overflow(),
            _ => self.zero() | (self.sign() ^ self.overflow()),
        };
        test ^ (code & 1 != 0)
    }

    /// The same flags but for CF.
    #[inline(always)]
    #[must_use]
    pub fn with_carry(self, carry: bool) -> Flags {
        let chain = if carry == self.carry() { self.chain } else { self.chain ^ 1 << 31 };
        Flags { chain, extra: self.extra & !1 | u8::from(carry), ..self }
    }

    /// The same flags but for OF.
    #[inline(always)]
    #[must_use]
    pub fn with_overflow(self, overflow: bool) -> Flags {
        let top = u32::from(overflow ^ self.carry()) << 31;
        Flags { chain: self.chain & !(1 << 31) | top, ..self }
    }

    /// The same flags but for AF.
    #[inline(always)]
    #[must_use]
    pub fn with_adjust(self, adjust: bool) -> Flags {
        Flags { chain: self.chain & !16 | u32::from(adjust) << 4, ..self }
    }

    /// The same flags but for ZF, SF and PF, which are those of a sign-extended result.
    #[inline(always)]
    #[must_use]
    pub fn with_result(self, result: u32) -> Flags {
        Flags { result, chain: self.chain, extra: self.extra & 1 }
    }

    /// The same flags but for ZF.
    #[must_use]
    pub fn with_zero(self, zero: bool) -> Flags {
        let bits = self.bits() & !Flag::Zero.mask();
        Flags::from_bits(bits | if zero { Flag::Zero.mask() } else { 0 })
    }

    #[inline]
    fn with_parity(self, parity: bool) -> Flags {
        let extra = if parity == self.parity() { self.extra } else { self.extra ^ INVERT_PARITY };
        Flags { extra, ..self }
    }

    /// The flags as EFLAGS has them.
    #[must_use]
    pub fn bits(&self) -> u32 {
        let bit = |on: bool, flag: Flag| u32::from(on) << flag as u32;
        bit(self.carry(), Flag::Carry)
            | bit(self.parity(), Flag::Parity)
            | bit(self.adjust(), Flag::Adjust)
            | bit(self.zero(), Flag::Zero)
            | bit(self.sign(), Flag::Sign)
            | bit(self.overflow(), Flag::Overflow)
    }

    /// A record that gives these bits of EFLAGS.
    #[inline]
    #[must_use]
    pub fn from_bits(bits: u32) -> Flags {
        let on = |flag: Flag| bits & flag.mask() != 0;
        let result = u32::from(!on(Flag::Zero));
        let extra = if on(Flag::Sign) { INVERT_SIGN } else { 0 };
        Flags { result, chain: 0, extra }
            .with_carry(on(Flag::Carry))
            .with_overflow(on(Flag::Overflow))
            .with_adjust(on(Flag::Adjust))
            .with_parity(on(Flag::Parity))
    }
}

/// The flags of EFLAGS that no result sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Eflags(pub u32);

impl Default for Eflags {
    /// Interrupts on, everything else clear.
    fn default() -> Self {
        Eflags::from_bits(Flag::Interrupt.mask())
    }
}

impl Eflags {
    /// Bits 3, 5, 15 and 22 to 31 are reserved and clear, bit 1 is reserved and set.
    const RESERVED_CLEAR: u32 = 0xffc0_8028;

    /// Keeps what is not a status flag.
    pub fn from_bits(bits: u32) -> Eflags {
        Eflags(bits & !Flags::MASK & !Self::RESERVED_CLEAR | 2)
    }

    /// DF: string instructions go down.
    #[inline(always)]
    pub fn direction(self) -> bool {
        self.0 & Flag::Direction.mask() != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_of_status_flags_survives() {
        for bits in (0..1 << 12).filter(|bits| bits & !Flags::MASK == 0) {
            assert_eq!(Flags::from_bits(bits).bits(), bits, "{bits:#x}");
            for carry in [false, true] {
                let changed = Flags::from_bits(bits).with_carry(carry).bits();
                assert_eq!(changed, bits & !1 | u32::from(carry));
            }
        }
    }

    #[test]
    fn conditions_follow_the_manual() {
        let flags = |bits| Flags::from_bits(bits);
        let (sf, of, zf) = (Flag::Sign.mask(), Flag::Overflow.mask(), Flag::Zero.mask());
        assert!(flags(sf).condition(0xc), "JL: SF != OF");
        assert!(!flags(sf | of).condition(0xc));
        assert!(flags(sf | of).condition(0xf), "JG: ZF = 0 and SF = OF");
        assert!(flags(sf | of | zf).condition(0xe), "JLE: ZF = 1 or SF != OF");
    }
}
