//! Decimal adjustments (SDM Vol. 1, "BCD and Packed BCD Instructions"): from AL or AX and the
//! flags before to the result and the flags.

use crate::cpu::Flags;

use super::logic;

/// Whether the low decimal digit overflowed: beyond 9, or a carry came out of it.
fn low_digit_overflows(al: u8, before: Flags) -> bool {
    al & 0xf > 9 || before.adjust()
}

/// AL after adding two packed decimal numbers: 6 added to each digit that overflowed.
pub fn daa(al: u8, before: Flags) -> (u8, Flags) {
    let (low, high) = (low_digit_overflows(al, before), al > 0x99 || before.carry());
    let result = al.wrapping_add(correction(low, high));
    (result, logic(result).with_carry(high).with_adjust(low))
}

/// AL after subtracting two packed decimal numbers: 6 taken from each digit that overflowed.
pub fn das(al: u8, before: Flags) -> (u8, Flags) {
    let (low, high) = (low_digit_overflows(al, before), al > 0x99 || before.carry());
    let result = al.wrapping_sub(correction(low, high));
    let borrow = high || low && al < 6;
    (result, logic(result).with_carry(borrow).with_adjust(low))
}

fn correction(low: bool, high: bool) -> u8 {
    (if low { 0x06 } else { 0 }) + (if high { 0x60 } else { 0 })
}

/// AX after adding two unpacked decimal digits: the excess of AL carries into AH.
pub fn aaa(ax: u16, before: Flags) -> (u16, Flags) {
    let carry = low_digit_overflows(ax as u8, before);
    unpacked(if carry { ax.wrapping_add(0x106) } else { ax }, carry)
}

/// AX after subtracting two unpacked decimal digits: AL borrows from AH.
pub fn aas(ax: u16, before: Flags) -> (u16, Flags) {
    let borrow = low_digit_overflows(ax as u8, before);
    unpacked(if borrow { ax.wrapping_sub(0x106) } else { ax }, borrow)
}

fn unpacked(ax: u16, carry: bool) -> (u16, Flags) {
    let result = ax & 0xff0f;
    (result, logic(result as u8).with_carry(carry).with_adjust(carry))
}

/// AX with the digits of AL in any base: quotient in AH, remainder in AL; `None` for base 0.
pub fn aam(al: u8, base: u8) -> Option<(u16, Flags)> {
    let (high, low) = (al.checked_div(base)?, al.checked_rem(base)?);
    Some((u16::from_le_bytes([low, high]), logic(low)))
}

/// AX with the value of the digits in AH and AL in any base.
pub fn aad(ax: u16, base: u8) -> (u16, Flags) {
    let [low, high] = ax.to_le_bytes();
    let result = high.wrapping_mul(base).wrapping_add(low);
    (u16::from(result), logic(result))
}
