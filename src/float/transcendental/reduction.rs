//! Arguments of sine, cosine and tangent brought between -pi/4 and pi/4, exactly, with the pi of
//! 66 bits that processors use (SDM Vol. 1, "Approximation of Pi").

use crate::float::exact::divide;
use crate::float::number::{Number, Unrounded};

/// Pi / 2 in units of 2^-65.
const HALF_PI: u128 = 0x3_243f_6a88_85a3_08d3;

/// `x = quadrant * pi/2 + angle`.
#[derive(Clone, Copy, Debug)]
pub struct Reduced {
    /// Modulo 4.
    pub quadrant: u8,
    pub angle: Unrounded,
}

/// Reduces a number below 2^63 in magnitude; `None` above.
///
/// From pi/4 up a number is a multiple of 2^-64, and below 2^63 it has less than 2^128 of the units
/// that pi/2 is counted in: the remainder is exact, and it is never zero, because pi/2 has more
/// significant bits than the number.
#[inline(always)]
pub fn reduce(x: Number) -> Option<Reduced> {
    if x.exponent >= 63 {
        return None;
    }
    if x.exponent < -1 {
        return Some(Reduced { quadrant: 0, angle: x.widen() });
    }
    let units = u128::from(x.significand) << (x.exponent + 2);
    let (turns, rest) = divide(units, HALF_PI);
    let above = 2 * rest > HALF_PI;
    let rest = if above { HALF_PI - rest } else { rest };
    let quadrant = (turns as u8).wrapping_add(u8::from(above));
    let quadrant = if x.negative { quadrant.wrapping_neg() } else { quadrant } & 3;
    Some(Reduced { quadrant, angle: Unrounded::normalized(x.negative != above, 62, rest) })
}
