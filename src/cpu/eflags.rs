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
/// What is kept is a sum or difference and the exclusive or of its operands, since a carry into a bit position
/// is their exclusive or with the sum there. Results narrower than 32 bits are those of their operands
/// sign-extended, so that one formula serves each width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Flags {
    /// Bits 0 to 31: the result. Bit 32: CF. Those above have no meaning.
    wide: u64,
    /// Bits 0 to 31: the exclusive or of the operands. Bits 32 to 36: by how much the result is shifted left to
    /// bring its sign to bit 31. Bits 62 and 63 invert PF and SF, for the states that no result has (POPF and
    /// SAHF can set ZF and SF together).
    operands: u64,
}

const INVERT_SIGN: u64 = 1 << 63;
const INVERT_PARITY: u64 = 1 << 62;

impl Default for Flags {
    /// All clear.
    fn default() -> Self {
        Flags { wide: 1, operands: 0 }
    }
}

impl Flags {
    /// The mask of the six flags in EFLAGS.
    pub const MASK: u32 = 0x8d5;

    /// The flags of a sum or difference with its carry in bit 32, and the exclusive or of its operands.
    #[inline(always)]
    #[must_use]
    pub fn carried(wide: u64, operands: u32) -> Flags {
        Flags { wide, operands: operands.into() }
    }

    /// The same where only the low `bits` of the result are those of the instruction; it is zero as a whole if
    /// they are.
    #[inline(always)]
    #[must_use]
    pub fn carried_in(bits: u32, wide: u64, operands: u32) -> Flags {
        Flags { wide, operands: u64::from(32 - bits) << 32 | u64::from(operands) }
    }

    /// The flags of a sign-extended result with the given CF and OF; AF is clear.
    #[inline(always)]
    #[must_use]
    pub fn of_result(result: u32, carry: bool, overflow: bool) -> Flags {
        let operands = result ^ u32::from(carry ^ overflow) << 31;
        Flags { wide: u64::from(carry) << 32 | u64::from(result), operands: operands.into() }
    }

    /// ZF, PF and CF as given, the others clear: how floating-point comparisons answer.
    #[inline(always)]
    #[must_use]
    pub fn compared(zero: bool, parity: bool, carry: bool) -> Flags {
        let invert = if parity == zero { 0 } else { INVERT_PARITY };
        let wide = u64::from(carry) << 32 | u64::from(!zero);
        Flags { wide, operands: u64::from(carry) << 31 | invert }
    }

    /// One of the two records: a choice field by field, without a branch.
    #[inline(always)]
    #[must_use]
    pub fn select(first: bool, a: Flags, b: Flags) -> Flags {
        Flags { wide: if first { a.wide } else { b.wide }, operands: if first { a.operands } else { b.operands } }
    }

    /// CF.
    #[inline(always)]
    pub fn carry(&self) -> bool {
        self.wide >> 32 & 1 != 0
    }

    /// PF: an even number of ones in the low byte of the result.
    #[inline(always)]
    pub fn parity(&self) -> bool {
        let even = (self.wide as u8).count_ones() & 1 == 0;
        even ^ (self.operands & INVERT_PARITY != 0)
    }

    /// AF.
    #[inline(always)]
    pub fn adjust(&self) -> bool {
        (self.wide ^ self.operands) & 16 != 0
    }

    /// ZF.
    #[inline(always)]
    pub fn zero(&self) -> bool {
        self.wide as u32 == 0
    }

    /// SF.
    #[inline(always)]
    pub fn sign(&self) -> bool {
        (self.sign_word() as i32) < 0
    }

    /// SF in bit 31, which INVERT_SIGN is above; the other bits have no meaning.
    #[inline(always)]
    fn sign_word(&self) -> u32 {
        let above = (self.operands >> 32) as u32;
        (self.wide as u32) << (above & 31) ^ above
    }

    /// OF.
    #[inline(always)]
    pub fn overflow(&self) -> bool {
        self.sign() ^ self.less()
    }

    /// CF or ZF: the first operand of a comparison is below the second or equal to it. One less than a result that is
    /// zero borrows from bit 32, unless that is set anyway.
    #[inline(always)]
    fn carry_or_zero(&self) -> bool {
        (self.wide | self.wide.wrapping_sub(1)) >> 32 & 1 != 0
    }

    /// SF is not OF: the first operand of a comparison is less, as a signed number.
    #[inline(always)]
    pub fn less(&self) -> bool {
        ((self.operands ^ self.wide >> 1) as u32 as i32) < 0
    }

    /// The condition with this encoding `tttn` (SDM Vol. 1, "EFLAGS Condition Codes"): the low
    /// bit inverts the test that the upper three name.
    #[inline(always)]
    pub fn condition(&self, code: u8) -> bool {
        let test = match code >> 1 & 7 {
            0 => self.overflow(),
            1 => self.carry(),
            2 => self.zero(),
            3 => self.carry_or_zero(),
            4 => self.sign(),
            5 => self.parity(),
            6 => self.less(),
            _ => self.zero() | self.less(),
        };
        test ^ (code & 1 != 0)
    }

    /// The same flags but for CF.
    #[inline(always)]
    #[must_use]
    pub fn with_carry(self, carry: bool) -> Flags {
        let change = (self.wide ^ u64::from(carry) << 32) & 1 << 32;
        Flags { wide: self.wide ^ change, operands: self.operands ^ change >> 1 }
    }

    /// The same flags but for OF.
    #[inline(always)]
    #[must_use]
    pub fn with_overflow(self, overflow: bool) -> Flags {
        Flags { operands: self.operands ^ u64::from(overflow ^ self.overflow()) << 31, ..self }
    }

    /// The same flags but for CF and OF, which is CF if bit 31 of `differs` is clear.
    #[inline(always)]
    #[must_use]
    pub(crate) fn with_carry_and_overflow(self, carry: bool, differs: u32) -> Flags {
        let wide = u64::from(self.wide as u32) | u64::from(carry) << 32;
        let top = (self.sign_word() ^ differs) & 1 << 31;
        Flags { wide, operands: self.operands & !(1 << 31) | u64::from(top) }
    }

    /// The same flags but for AF.
    #[inline(always)]
    #[must_use]
    pub fn with_adjust(self, adjust: bool) -> Flags {
        Flags { operands: self.operands ^ u64::from(adjust ^ self.adjust()) << 4, ..self }
    }

    /// The same flags but for ZF, SF and PF, which are those of a sign-extended result.
    #[inline(always)]
    #[must_use]
    pub fn with_result(self, result: u32) -> Flags {
        Flags::of_result(result, self.carry(), self.overflow()).with_adjust(self.adjust())
    }

    /// The same flags but for ZF.
    #[must_use]
    pub fn with_zero(self, zero: bool) -> Flags {
        let bits = self.bits() & !Flag::Zero.mask();
        Flags::from_bits(bits | if zero { Flag::Zero.mask() } else { 0 })
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
        let plain = Flags::compared(on(Flag::Zero), on(Flag::Parity), on(Flag::Carry));
        let invert = if on(Flag::Sign) { INVERT_SIGN } else { 0 };
        Flags { operands: plain.operands | invert, ..plain }
            .with_overflow(on(Flag::Overflow))
            .with_adjust(on(Flag::Adjust))
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
                for (differs, overflow) in [(1 << 30, carry), (u32::MAX, !carry)] {
                    let changed = Flags::from_bits(bits).with_carry_and_overflow(carry, differs).bits();
                    let both = u32::from(carry) | u32::from(overflow) << Flag::Overflow as u32;
                    assert_eq!(changed, bits & !(1 | Flag::Overflow.mask()) | both);
                }
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
