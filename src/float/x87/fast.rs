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
const SIGN: u32 = 1 << 31;
const EXPONENT: u32 = 0x7fff;
const BIAS: u32 = 16383;

/// An operand of the fast path: zero, or a normal number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usual {
    /// The significand, integer bit on top.
    pub significand: u64,
    /// The sign (bit 31) and the biased exponent (bits 0 to 14): so far apart that words can be added for a product, and
    /// subtracted for a quotient.
    pub word: u32,
}

impl Usual {
    /// Plus zero.
    pub const ZERO: Usual = Usual { significand: 0, word: 0 };

    /// The exponent field, still biased.
    #[inline(always)]
    fn exponent(self) -> u32 {
        self.word & EXPONENT
    }

    /// Whether the sign is set.
    #[inline(always)]
    fn is_negative(self) -> bool {
        self.word & SIGN != 0
    }

    /// With the other sign.
    #[inline(always)]
    pub fn negated(self) -> Usual {
        Usual { word: self.word ^ SIGN, ..self }
    }

    /// With a clear sign.
    #[inline(always)]
    pub fn absolute(self) -> Usual {
        Usual { word: self.exponent(), ..self }
    }

    /// An integer with the order of the magnitude.
    #[inline(always)]
    fn magnitude(self) -> u128 {
        u128::from(self.exponent()) << 64 | u128::from(self.significand)
    }
}

impl From<F80> for Usual {
    #[inline(always)]
    fn from(number: F80) -> Usual {
        let sign = u32::from(number.is_negative()) << 31;
        Usual { significand: number.significand, word: sign | u32::from(number.exponent()) }
    }
}

impl From<Usual> for F80 {
    #[inline(always)]
    fn from(Usual { significand, word }: Usual) -> F80 {
        F80 { significand, sign_exponent: (word >> 16 | word) as u16 }
    }
}

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

/// Rounds a significand with its top bit set and the 64 bits below it to `PRECISION` bits; `None` if that makes it 1.0 of
/// the next exponent. The exponent in `word` is that of a normal number; zero remains zero.
#[inline(always)]
fn rounded<const PRECISION: u32>(word: u32, high: u64, low: u64) -> Option<FastResult<Usual>> {
    let last = 1 << (64 - PRECISION);
    let (kept, rest) = if PRECISION == 64 {
        (high, low)
    } else {
        (high & !(last - 1), high << (PRECISION & 63) | u64::from(low != 0))
    };
    let (_, up) = rest.overflowing_add(TOP - 1 + u64::from(kept & last != 0));
    let (significand, carry) = kept.overflowing_add(if up { last } else { 0 });
    (!carry).then_some(FastResult { value: Usual { significand, word }, up, dropped: rest })
}

/// The same where the exponent in `word` may have left its field, which reaches into the sign then.
#[inline(always)]
fn packed<const PRECISION: u32>(word: u32, high: u64, low: u64) -> Option<FastResult<Usual>> {
    // Twice the exponent, without the sign.
    if word.wrapping_sub(1) << 1 >= (EXPONENT - 1) << 1 {
        return None;
    }
    rounded::<PRECISION>(word, high, low)
}

/// A result that was not rounded.
#[inline(always)]
fn plain<T>(value: T) -> FastResult<T> {
    FastResult { value, up: false, dropped: 0 }
}

/// `a * b`.
#[inline(always)]
pub fn mul<const PRECISION: u32>(a: Usual, b: Usual) -> Option<FastResult<Usual>> {
    let product = u128::from(a.significand) * u128::from(b.significand);
    let (high, low) = ((product >> 64) as u64, product as u64);
    let word = a.word.wrapping_add(b.word);
    if high == 0 {
        return Some(plain(Usual { significand: 0, word: word & SIGN }));
    }
    // One of the two highest bits is set.
    let short = !high >> 63;
    let word = word.wrapping_sub(BIAS - 1 + short as u32);
    packed::<PRECISION>(word, high << short | low >> 63 & short, low << short)
}

/// `a + b`.
#[inline(always)]
pub fn add<const PRECISION: u32>(a: Usual, b: Usual) -> Option<FastResult<Usual>> {
    let ordered = a.magnitude() >= b.magnitude();
    let (large, small) = if ordered { (a.significand, b.significand) } else { (b.significand, a.significand) };
    let word = if ordered { a.word } else { b.word };
    let other = a.word ^ b.word ^ word;
    let (high, low) = aligned(small, (word & EXPONENT) - (other & EXPONENT));
    if (a.word ^ b.word) & SIGN == 0 {
        let (sum, carry) = large.overflowing_add(high);
        // Where there is a carry nothing is in the lowest bit of all, which goes.
        return match carry {
            true => packed::<PRECISION>(word + 1, sum >> 1 | TOP, low >> 1 | sum << 63),
            false => rounded::<PRECISION>(word, sum, low),
        };
    }
    let (low, borrow) = 0_u64.overflowing_sub(low);
    let high = large - high - u64::from(borrow);
    if high == 0 {
        // Nothing, or the one bit that alignment shifted out: a case for the general way.
        return (low == 0).then_some(plain(Usual::ZERO));
    }
    let left = high.leading_zeros();
    // A shift of both halves, from parts that every processor does fast.
    let (turned, kept) = (low.rotate_left(left), u64::MAX << left);
    packed::<PRECISION>(word.wrapping_sub(left), high << left | turned & !kept, turned & kept)
}

/// `a - b`.
#[inline(always)]
pub fn sub<const PRECISION: u32>(a: Usual, b: Usual) -> Option<FastResult<Usual>> {
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
pub fn div<const PRECISION: u32>(a: Usual, b: Usual) -> Option<FastResult<Usual>> {
    if a.significand == 0 || b.significand == 0 {
        return None;
    }
    let short = a.significand < b.significand;
    let (whole, low) = exact::ratio(a.significand, b.significand, short);
    let word = a.word.wrapping_sub(b.word).wrapping_add(BIAS - u32::from(short));
    packed::<PRECISION>(word, whole, low)
}

/// The square root of `a`.
#[inline(always)]
pub fn sqrt<const PRECISION: u32>(a: Usual) -> Option<FastResult<Usual>> {
    if a.significand == 0 || a.is_negative() {
        return None;
    }
    // The exponent without the bias, even or odd as it was.
    let exponent = a.word as i32 - BIAS as i32;
    let (root, low) = exact::root(a.significand, exponent & 1 != 0);
    packed::<PRECISION>((exponent >> 1).wrapping_add(BIAS as i32) as u32, root, low)
}

/// A 32 or 64-bit number, unless it is denormal, infinite or a NaN.
#[inline(always)]
pub fn widened<F: Format>(a: F) -> Option<Usual> {
    let magnitude = a.magnitude();
    let sign = ((a.widen() & F::SIGN) >> (F::WIDTH - 32)) as u32;
    if magnitude == 0 {
        return Some(Usual { significand: 0, word: sign });
    }
    let normal = magnitude >= 1 << F::FRACTION && magnitude < F::INFINITY;
    let exponent = (magnitude >> F::FRACTION) as u32 + (BIAS - F::BIAS as u32);
    let significand = magnitude << (64 - F::PRECISION) | TOP;
    normal.then_some(Usual { significand, word: sign | exponent })
}

/// Rounded to 32 or 64 bits.
#[inline(always)]
pub fn narrowed<F: Format>(a: Usual) -> Option<FastResult<F>> {
    let sign = u64::from(a.word & SIGN) << (F::WIDTH - 32);
    let exponent = a.exponent().wrapping_sub(BIAS - F::BIAS as u32);
    // One less than the largest, which rounding might go past.
    if !(1..2 * F::BIAS as u32).contains(&exponent) {
        return (a.significand == 0).then(|| plain(F::narrow(sign)));
    }
    let kept = a.significand >> (64 - F::PRECISION);
    let rest = a.significand << F::PRECISION;
    let (_, up) = rest.overflowing_add(TOP - 1 + (kept & 1));
    // The integer bit adds one to the exponent field, and so may rounding.
    let magnitude = ((u64::from(exponent) - 1) << F::FRACTION) + kept + u64::from(up);
    Some(FastResult { value: F::narrow(magnitude | sign), up, dropped: rest })
}

/// Rounded to an integer, to nearest or toward zero; `None` from 2^62 on, or if the type does not hold it.
#[inline(always)]
pub fn to_integer<I: Integer>(a: Usual, truncated: bool) -> Option<FastResult<I>> {
    let by = BIAS + 63 - a.exponent().min(BIAS + 62);
    let (whole, rest) = aligned(a.significand, by);
    let (_, beyond) = rest.overflowing_add(TOP - 1 + (whole & 1));
    let up = beyond && !truncated;
    let magnitude = (whole + u64::from(up)) as i64;
    let value = I::fit(if a.is_negative() { magnitude.wrapping_neg() } else { magnitude }.into())?;
    (by > 1).then_some(FastResult { value, up, dropped: rest })
}

/// `a` against `b`.
#[inline(always)]
pub fn compare(a: Usual, b: Usual) -> Relation {
    // An integer that orders like the number; both zeros are 0.
    let rank = |number: Usual| {
        let sign = i128::from(number.word as i32 >> 31);
        (number.magnitude() as i128 ^ sign) - sign
    };
    Relation::of(rank(a), rank(b))
}
