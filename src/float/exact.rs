//! Sum, product, quotient and square root of finite numbers before rounding: exact, or truncated with
//! a sticky bit. Each is rounded once, in `round`. All formats and the fused multiply-add use them.

use super::number::{Number, Unrounded, shift_right_sticky};

/// `a + b`; `None` if the sum is zero.
///
/// Each term has at most 106 significant bits (a product of two 53-bit numbers), so bits are only
/// lost where the exponents differ by more than one, and then at most one leading bit cancels.
#[inline(always)]
pub fn sum(a: Unrounded, b: Unrounded) -> Option<Unrounded> {
    let ordered = a.exponent > b.exponent || (a.exponent == b.exponent && a.significand >= b.significand);
    let (large, small) = if ordered { (a, b) } else { (b, a) };
    let aligned = shift_right_sticky(small.significand, (large.exponent - small.exponent) as u32);
    if large.negative == small.negative { Some(carried(large, aligned)) } else { difference(large, aligned) }
}

#[inline(always)]
fn carried(large: Unrounded, aligned: u128) -> Unrounded {
    let (significand, carry) = large.significand.overflowing_add(aligned);
    if carry {
        let significand = significand >> 1 | significand & 1 | 1 << 127;
        Unrounded { exponent: large.exponent + 1, significand, ..large }
    } else {
        Unrounded { significand, ..large }
    }
}

#[inline(always)]
fn difference(large: Unrounded, aligned: u128) -> Option<Unrounded> {
    let significand = large.significand - aligned;
    (significand != 0).then(|| Unrounded::normalized(large.negative, large.exponent, significand))
}

/// `a * b`.
#[inline(always)]
pub fn product(a: Number, b: Number) -> Unrounded {
    let significand = u128::from(a.significand) * u128::from(b.significand);
    let short = (significand >> 127) as i32 ^ 1;
    Unrounded {
        negative: a.negative != b.negative,
        exponent: a.exponent + b.exponent + 1 - short,
        significand: significand << short,
    }
}

/// `a / b`.
#[inline(always)]
pub fn quotient(a: Number, b: Number) -> Unrounded {
    let short = a.significand < b.significand;
    let (whole, low) = ratio(a.significand, b.significand, short);
    Unrounded {
        negative: a.negative != b.negative,
        exponent: a.exponent - b.exponent - i32::from(short),
        significand: u128::from(whole) << 64 | u128::from(low),
    }
}

/// The quotient of two significands, and the 64 bits below it: the round bit and a sticky bit. `short`
/// says that the dividend is the smaller one; it is doubled then.
#[inline(always)]
pub fn ratio(a: u64, b: u64, short: bool) -> (u64, u64) {
    let (whole, rest) = divide(u128::from(a) << (63 + u32::from(short)), b.into());
    (whole as u64, fraction(2 * rest, b.into()))
}

/// Quotient and remainder by one division; `%` would be another one.
#[inline(always)]
pub fn divide(dividend: u128, divisor: u128) -> (u128, u128) {
    let whole = dividend / divisor;
    (whole, dividend - whole * divisor)
}

/// The square root of a positive number.
#[inline(always)]
pub fn square_root(a: Number) -> Unrounded {
    let (root, low) = self::root(a.significand, a.exponent & 1 != 0);
    Unrounded { negative: false, exponent: a.exponent >> 1, significand: u128::from(root) << 64 | u128::from(low) }
}

/// The square root of a significand with its top bit set, and the 64 bits below it: the round bit and a
/// sticky bit. `odd` says that the exponent is odd; the significand is doubled then.
///
/// The host's square root gives 53 bits, one step of Newton's method the others, and integer arithmetic
/// corrects the last ones.
#[inline(always)]
pub fn root(significand: u64, odd: bool) -> (u64, u64) {
    let radicand = u128::from(significand) << (63 + u32::from(odd));
    let guess = ((radicand >> 65) as i64 as f64 * TWO_TO_65).sqrt().min(LARGEST);
    // From 2^63 to 2^64: the fraction is all there is to it.
    let near = guess.to_bits() << 11 | 1 << 63;
    let off = (radicand.wrapping_sub(u128::from(near) * u128::from(near)) as i128 >> 16) as i64;
    let step = off as f64 * 65536.0 / (2.0 * guess);
    let mut root = near.saturating_add_signed(i64::from((step + INTEGER).to_bits() as i32));
    let mut rest = radicand.wrapping_sub(u128::from(root) * u128::from(root)) as i128;
    while rest < 0 {
        root -= 1;
        rest += 2 * i128::from(root) + 1;
    }
    while rest > 2 * i128::from(root) {
        rest -= 2 * i128::from(root) + 1;
        root += 1;
    }
    // (root + 1/2)^2 = root^2 + root + 1/4: the next bit is set where rest > root.
    (root, fraction(2 * rest as u128, 2 * u128::from(root) + 1))
}

/// 2^65.
const TWO_TO_65: f64 = 36_893_488_147_419_103_232.0;

/// The largest 64-bit number below 2^64.
const LARGEST: f64 = 18_446_744_073_709_549_568.0;

/// 1.5 * 2^52: a sum with it is rounded to an integer, which the low bits of its encoding hold.
const INTEGER: f64 = 6_755_399_441_055_744.0;

/// The 64 bits below an integer quotient, given twice the remainder and the divisor: the round bit in
/// the highest, a sticky bit in the lowest.
#[inline(always)]
fn fraction(twice_rest: u128, divisor: u128) -> u64 {
    let half = u64::from(twice_rest >= divisor);
    half << 63 | u64::from(twice_rest != 0 && twice_rest != divisor)
}
