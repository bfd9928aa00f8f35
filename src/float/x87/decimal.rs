//! Packed decimal integers of 18 digits (SDM Vol. 1, "BCD and Packed BCD Integers"; Vol. 2, "FBLD",
//! "FBSTP"): ten bytes, two digits a byte, the sign in the top bit.

use super::integer::{told, whole};
use super::{ControlWord, F80, FpuResult};
use crate::float::ExceptionFlags;
use crate::float::number::Number;

/// The digits, lowest in the lowest nibble, and the sign in bit 79.
pub type Packed = u128;

const SIGN: Packed = 1 << 79;
/// The packed decimal indefinite.
const INDEFINITE: Packed = 0xffff_c000_0000_0000_0000;
const LIMIT: u128 = 1_000_000_000_000_000_000;

/// FBLD: exact. Digits above 9, for which the manual defines no result, have their binary value.
pub fn from_packed(packed: Packed) -> F80 {
    let negative = packed & SIGN != 0;
    let magnitude = (0..18).rev().fold(0, |sum: u64, digit| sum * 10 + (packed >> (4 * digit)) as u64 % 16);
    if magnitude == 0 {
        return F80::zero(negative);
    }
    F80::from_number(Number::normalized(negative, 63, magnitude))
}

/// FBSTP: rounded to an integer; what does not fit 18 digits is invalid and gives the indefinite.
pub fn to_packed(a: F80, control: ControlWord) -> FpuResult<Packed> {
    match whole(a, control.rounding) {
        Some(rounded) if rounded.magnitude < LIMIT => {
            let sign = if rounded.negative { SIGN } else { 0 };
            told(sign | digits(rounded.magnitude as u64), rounded)
        }
        _ => FpuResult::exact(INDEFINITE, ExceptionFlags::INVALID, control),
    }
}

fn digits(magnitude: u64) -> Packed {
    (0..18).rev().fold(0, |packed, place| packed << 4 | u128::from(magnitude / 10u64.pow(place) % 10))
}
