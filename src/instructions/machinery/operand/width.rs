//! The widths of integer operands, and the operations that depend on the width.

use crate::cpu::Registers;
use crate::memory::Scalar;

/// The width of an operand: `u8`, `u16` or `u32`.
pub trait Width: Scalar + Eq + Ord {
    /// Bits.
    const BITS: u32;

    /// The register in this slot.
    fn get(regs: &Registers, slot: u8) -> Self;

    /// Replaces the register in this slot, leaving the bits above alone.
    fn set(self, regs: &mut Registers, slot: u8);

    /// Zero-extended to 32 bits.
    fn zero_extend(self) -> u32;

    /// Sign-extended to 32 bits.
    fn sign_extend(self) -> u32;

    /// The low bits.
    fn truncate(value: u32) -> Self;

    /// Sum modulo the width, and the carry.
    fn carrying_add(self, other: Self, carry: bool) -> (Self, bool);

    /// Difference modulo the width, and the borrow.
    fn borrowing_sub(self, other: Self, borrow: bool) -> (Self, bool);
}

macro_rules! width {
    ($number:ty, $signed:ty, $get:expr, $set:expr) => {
        impl Width for $number {
            const BITS: u32 = <$number>::BITS;

            #[inline(always)]
            fn get(regs: &Registers, slot: u8) -> Self {
                $get(regs, slot)
            }
            #[inline(always)]
            fn set(self, regs: &mut Registers, slot: u8) {
                $set(regs, slot, self)
            }
            #[inline(always)]
            fn zero_extend(self) -> u32 {
                u32::from(self)
            }
            #[inline(always)]
            fn sign_extend(self) -> u32 {
                self as $signed as u32
            }
            #[inline(always)]
            fn truncate(value: u32) -> Self {
                value as $number
            }
            #[inline(always)]
            fn carrying_add(self, other: Self, carry: bool) -> (Self, bool) {
                let (sum, first) = self.overflowing_add(other);
                let (sum, second) = sum.overflowing_add(Self::from(carry));
                (sum, first | second)
            }
            #[inline(always)]
            fn borrowing_sub(self, other: Self, borrow: bool) -> (Self, bool) {
                let (difference, first) = self.overflowing_sub(other);
                let (difference, second) = difference.overflowing_sub(Self::from(borrow));
                (difference, first | second)
            }
        }
    };
}

width!(u8, i8, Registers::byte, Registers::set_byte);
width!(u16, i16, |regs: &Registers, slot| regs[slot] as u16, |regs: &mut Registers, slot, value: u16| regs[slot] =
    regs[slot] & 0xffff_0000 | u32::from(value));
width!(u32, i32, |regs: &Registers, slot| regs[slot], |regs: &mut Registers, slot, value| regs[slot] = value);
