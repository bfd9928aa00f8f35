//! The fast path of x87 arithmetic: operands that are normal or zero, rounding to nearest, and every
//! exception masked. With 64 bits, as FNINIT leaves the control word, it is what the handlers themselves do;
//! their checked copies use it with the 53 or 24 bits that some programs set. Each function returns the result of
//! the general path, or `None` if that is not certainly a normal number or zero; the caller guarantees
//! the operands. Conditions that a host processor cannot predict, such as which of two terms is larger,
//! are computed without a branch.
//!
//! The bits that rounding dropped are returned as they are, and the caller accumulates them: not zero
//! means #P.

use super::F80;
use crate::float::exact;
use crate::float::ieee::Format;
use crate::float::{Integer, Relation};

const TOP: u64 = 1 << 63;
const SIGN: u16 = 1 << 15;
const BIAS: i32 = 16383;

/// A result of the fast path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FastResult<T> {
    /// The rounded result.
    pub value: T,
    /// Whether it was rounded up in magnitude.
    pub up: bool,
    /// The bits that rounding dropped: zero if the result is exact.
    pub dropped: u64,
}

/// Rounds a significand with its top bit set and the 64 bits below it to `PRECISION` bits, and packs.
#[inline(always)]
fn packed<const PRECISION: u32>(sign: u16, exponent: i32, high: u64, low: u64) -> Option<FastResult<F80>> {
    let last = 1 << (64 - PRECISION);
    let (kept, rest) = if PRECISION == 64 {
        (high, low)
    } else {
        (high & !(last - 1), high << (PRECISION & 63) | u64::from(low != 0))
    };
    let (_, up) = rest.overflowing_add(TOP - 1 + u64::from(kept & last != 0));
    let (significand, carry) = kept.overflowing_add(if up { last } else { 0 });
    if carry || !(1..0x7fff).contains(&exponent) {
        return None;
    }
    let value = F80 { significand, sign_exponent: sign | exponent as u16 };
    Some(FastResult { value, up, dropped: rest })
}

/// A result that was not rounded.
#[inline(always)]
fn plain<T>(value: T) -> FastResult<T> {
    FastResult { value, up: false, dropped: 0 }
}

/// `a * b`.
#[inline(always)]
pub fn mul<const PRECISION: u32>(a: F80, b: F80) -> Option<FastResult<F80>> {
    let sign = (a.sign_exponent ^ b.sign_exponent) & SIGN;
    let product = u128::from(a.significand) * u128::from(b.significand);
    let (high, low) = ((product >> 64) as u64, product as u64);
    if high == 0 {
        return Some(plain(F80 { significand: 0, sign_exponent: sign }));
    }
    // One of the two highest bits is set.
    let short = !high >> 63;
    let exponent = i32::from(a.exponent()) + i32::from(b.exponent()) - BIAS + 1 - short as i32;
    packed::<PRECISION>(sign, exponent, high << short | low >> 63 & short, low << short)
}

/// `a + b`.
#[inline(always)]
pub fn add<const PRECISION: u32>(a: F80, b: F80) -> Option<FastResult<F80>> {
    let ordered = magnitude(a) >= magnitude(b);
    let pick = |yes: u64, no: u64| if ordered { yes } else { no };
    let (large, small) = (pick(a.significand, b.significand), pick(b.significand, a.significand));
    let upper = pick(a.sign_exponent.into(), b.sign_exponent.into()) as u16;
    let exponent = upper & !SIGN;
    let (high, low) = aligned(small, a.exponent().abs_diff(b.exponent()).into());
    if (a.sign_exponent ^ b.sign_exponent) < SIGN {
        let (sum, carry) = large.overflowing_add(high);
        // Where there is a carry nothing is in the lowest bit of all, which goes.
        if carry {
            return packed::<PRECISION>(upper & SIGN, i32::from(exponent) + 1, sum >> 1 | TOP, low >> 1 | sum << 63);
        }
        if sum == 0 {
            return Some(plain(F80 { significand: 0, sign_exponent: upper }));
        }
        return packed::<PRECISION>(upper & SIGN, i32::from(exponent), sum, low);
    }
    let (low, borrow) = 0_u64.overflowing_sub(low);
    let high = large - high - u64::from(borrow);
    if high == 0 {
        // Nothing, or the one bit that alignment shifted out: a case for the general way.
        return (low == 0).then_some(plain(F80::ZERO));
    }
    let left = high.leading_zeros();
    // A shift of both halves, from parts that every processor does fast.
    let (turned, kept) = (low.rotate_left(left), u64::MAX << left);
    packed::<PRECISION>(upper & SIGN, i32::from(exponent) - left as i32, high << left | turned & !kept, turned & kept)
}

/// `a - b`.
#[inline(always)]
pub fn sub<const PRECISION: u32>(a: F80, b: F80) -> Option<FastResult<F80>> {
    add::<PRECISION>(a, b.negated())
}

/// A significand shifted right, and the 64 bits below it, of which the lowest is sticky.
#[inline(always)]
fn aligned(significand: u64, by: u32) -> (u64, u64) {
    if by < 64 {
        return (significand >> by, significand << 1 << (63 - by));
    }
    let by = (by - 64).min(63);
    let kept = significand >> by;
    (0, kept | u64::from(kept << by != significand))
}

/// `a / b`.
#[inline(always)]
pub fn div<const PRECISION: u32>(a: F80, b: F80) -> Option<FastResult<F80>> {
    if a.significand == 0 || b.significand == 0 {
        return None;
    }
    let short = a.significand < b.significand;
    let (whole, low) = exact::ratio(a.significand, b.significand, short);
    let exponent = i32::from(a.exponent()) - i32::from(b.exponent()) + BIAS - i32::from(short);
    packed::<PRECISION>((a.sign_exponent ^ b.sign_exponent) & SIGN, exponent, whole, low)
}

/// The square root of `a`.
#[inline(always)]
pub fn sqrt<const PRECISION: u32>(a: F80) -> Option<FastResult<F80>> {
    if a.significand == 0 || a.is_negative() {
        return None;
    }
    let exponent = i32::from(a.exponent()) - BIAS;
    let (root, low) = exact::root(a.significand, exponent & 1 != 0);
    packed::<PRECISION>(0, (exponent >> 1) + BIAS, root, low)
}

/// A 32 or 64-bit number, unless it is denormal, infinite or a NaN.
#[inline(always)]
pub fn widened<F: Format>(a: F) -> Option<F80> {
    let magnitude = a.magnitude();
    let sign = u16::from(a.is_negative()) << 15;
    if magnitude == 0 {
        return Some(F80 { significand: 0, sign_exponent: sign });
    }
    let normal = magnitude >= 1 << F::FRACTION && magnitude < F::INFINITY;
    let exponent = (magnitude >> F::FRACTION) as u16 + (BIAS - F::BIAS) as u16;
    let significand = magnitude << (64 - F::PRECISION) | TOP;
    normal.then_some(F80 { significand, sign_exponent: sign | exponent })
}

/// Rounded to 32 or 64 bits.
#[inline(always)]
pub fn narrowed<F: Format>(a: F80) -> Option<FastResult<F>> {
    let exponent = i32::from(a.exponent()) - (BIAS - F::BIAS);
    // One less than the largest, which rounding might go past.
    if !(1..2 * F::BIAS).contains(&exponent) {
        return (a.significand == 0).then(|| plain(F::zero(a.is_negative())));
    }
    let kept = a.significand >> (64 - F::PRECISION);
    let rest = a.significand << F::PRECISION;
    let (_, up) = rest.overflowing_add(TOP - 1 + (kept & 1));
    // The integer bit adds one to the exponent field, and so may rounding.
    let magnitude = ((exponent as u64 - 1) << F::FRACTION) + kept + u64::from(up);
    let value = F::narrow(magnitude | F::zero(a.is_negative()).widen());
    Some(FastResult { value, up, dropped: rest })
}

/// Rounded to an integer, to nearest or toward zero; `None` from 2^62 on, or if the type does not hold it.
#[inline(always)]
pub fn to_integer<I: Integer>(a: F80, truncated: bool) -> Option<FastResult<I>> {
    let by = (BIAS + 63) as u32 - u32::from(a.exponent()).min((BIAS + 62) as u32);
    let (whole, rest) = aligned(a.significand, by);
    let (_, beyond) = rest.overflowing_add(TOP - 1 + (whole & 1));
    let up = beyond && !truncated;
    let magnitude = (whole + u64::from(up)) as i64;
    let value = I::fit(if a.is_negative() { magnitude.wrapping_neg() } else { magnitude }.into())?;
    (by > 1).then_some(FastResult { value, up, dropped: rest })
}

/// `a` against `b`.
#[inline(always)]
pub fn compare(a: F80, b: F80) -> Relation {
    // An integer that orders like the number; both zeros are 0.
    let rank = |number: F80| {
        let sign = i128::from(number.sign_exponent as i16 >> 15);
        (magnitude(number) as i128 ^ sign) - sign
    };
    Relation::of(rank(a), rank(b))
}

/// An integer with the order of the magnitude.
#[inline(always)]
fn magnitude(a: F80) -> u128 {
    u128::from(a.exponent()) << 64 | u128::from(a.significand)
}
