//! Sum, product, quotient and square root of finite numbers, exact but for a sticky bit: each is
//! rounded once, elsewhere. The same code serves all formats and the fused multiply-add.

use super::number::{Number, Wide, shift_right_sticky};

/// `a + b`, or nothing where they cancel.
///
/// Each term has at most 106 significant bits (a product of two 53-bit numbers), so bits are only
/// lost where the exponents differ by more than one, and then at most one leading bit cancels.
#[inline(always)]
pub fn sum(a: Wide, b: Wide) -> Option<Wide> {
    let ordered = a.exponent > b.exponent || (a.exponent == b.exponent && a.significand >= b.significand);
    let (large, small) = if ordered { (a, b) } else { (b, a) };
    let aligned = shift_right_sticky(small.significand, (large.exponent - small.exponent) as u32);
    if large.negative == small.negative { Some(carried(large, aligned)) } else { difference(large, aligned) }
}

#[inline(always)]
fn carried(large: Wide, aligned: u128) -> Wide {
    let (significand, carry) = large.significand.overflowing_add(aligned);
    if carry {
        let significand = significand >> 1 | significand & 1 | 1 << 127;
        Wide { exponent: large.exponent + 1, significand, ..large }
    } else {
        Wide { significand, ..large }
    }
}

#[inline(always)]
fn difference(large: Wide, aligned: u128) -> Option<Wide> {
    let significand = large.significand - aligned;
    (significand != 0).then(|| Wide::normalized(large.negative, large.exponent, significand))
}

/// `a * b`.
#[inline(always)]
pub fn product(a: Number, b: Number) -> Wide {
    let significand = u128::from(a.significand) * u128::from(b.significand);
    let short = (significand >> 127) as i32 ^ 1;
    Wide {
        negative: a.negative != b.negative,
        exponent: a.exponent + b.exponent + 1 - short,
        significand: significand << short,
    }
}

/// `a / b`.
#[inline(always)]
pub fn quotient(a: Number, b: Number) -> Wide {
    let short = a.significand < b.significand;
    let divisor = u128::from(b.significand);
    let dividend = u128::from(a.significand) << (63 + u32::from(short));
    let (whole, rest) = divide(dividend, divisor);
    Wide {
        negative: a.negative != b.negative,
        exponent: a.exponent - b.exponent - i32::from(short),
        significand: whole << 64 | fraction(2 * rest, divisor),
    }
}

/// Quotient and remainder, by one division: a remainder asked for by itself would cost another.
#[inline(always)]
pub fn divide(dividend: u128, divisor: u128) -> (u128, u128) {
    let whole = dividend / divisor;
    (whole, dividend - whole * divisor)
}

/// The square root of a positive number.
#[inline(always)]
pub fn square_root(a: Number) -> Wide {
    let odd = a.exponent & 1;
    let radicand = u128::from(a.significand) << (63 + odd);
    let root = radicand.isqrt();
    let rest = radicand - root * root;
    // (root + 1/2)^2 = root^2 + root + 1/4: the next bit is set where rest > root.
    Wide {
        negative: false,
        exponent: (a.exponent - odd) / 2,
        significand: root << 64 | fraction(2 * rest, 2 * root + 1),
    }
}

/// The 64 bits below a whole quotient: their first bit and stickiness, which is all that rounding
/// asks, given twice the remainder and the divisor.
#[inline(always)]
fn fraction(twice_rest: u128, divisor: u128) -> u128 {
    let half = u128::from(twice_rest >= divisor);
    half << 63 | u128::from(twice_rest != 0 && twice_rest != divisor)
}
