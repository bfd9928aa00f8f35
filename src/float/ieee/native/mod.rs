//! 32 and 64-bit arithmetic in the host's floating point, for cases whose result and flags are provably
//! the same: rounding to nearest; no denormal operand; a result that is an exact zero, or normal and
//! larger than the smallest normal number, so that only #P can be raised; and #P is masked and its flag
//! already set, or the result is exact. DAZ and FTZ have no effect then.
//!
//! Programs that compute with integers in floating point may never raise #P, so that its flag stays clear. Whether a
//! result is exact is a question of its own, which costs more than the operation, and is asked only then.
//!
//! Mostly a look at the operands is enough: what comes of *ordinary* ones, which lie in the middle quarter of
//! the exponents, is never out of range, so that the host need not wait for the result to decide. Other
//! operands are looked at more closely, and the result with them.
//!
//! The caller has checked MXCSR and [`ROUNDED_ONCE`]; an operation returns `None` if the exact one must
//! be used.

mod arithmetic;
mod conversion;

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Sub};

use super::Format;
use crate::float::Relation;

pub use arithmetic::{Addition, Division, Multiplication, Operation, Subtraction, exact_root};
pub use conversion::{Conversion, FromInteger, Reformat, ToInteger, Truncate};

/// Whether the host rounds each result once. A host that has only an x87 FPU does not.
pub const ROUNDED_ONCE: bool = cfg!(not(all(target_arch = "x86", not(target_feature = "sse2"))));

/// A format that the host computes in.
pub trait Native: Format + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> {
    /// The host's type.
    type Number: Copy
        + PartialOrd
        + Add<Output = Self::Number>
        + Sub<Output = Self::Number>
        + Mul<Output = Self::Number>
        + Div<Output = Self::Number>;

    /// The smallest normal number.
    const LEAST: Self::Number;
    /// The largest number.
    const MOST: Self::Number;
    /// The smallest positive number, a denormal.
    const STEP: Self::Number;

    /// From the bits.
    fn number(self) -> Self::Number;
    /// The bits.
    fn bits(number: Self::Number) -> Self;
    /// The magnitude.
    fn size(number: Self::Number) -> Self::Number;
    /// The square root.
    fn root(number: Self::Number) -> Self::Number;
    /// The same as a 64-bit number.
    fn double(self) -> f64;
    /// The nearest to a 64-bit number.
    fn nearest(double: f64) -> Self::Number;
    /// Less than [`FAR`](Self::FAR) if the number is ordinary.
    fn distance(self) -> Self;

    /// The two highest bits begin here.
    const FAR: u64 = 1 << (Self::WIDTH - 2);
}

/// Whether the operands are ordinary: normal, and with an exponent in the middle quarter, from 2^-31 to 2^33
/// or from 2^-255 to 2^257. Sums, differences, products, quotients and roots of such numbers are zero, exactly,
/// or normal and not near the ends of the range.
#[inline(always)]
pub fn are_ordinary<F: Native, const N: usize>(operands: [F; N]) -> bool {
    distance(operands) < F::FAR
}

/// Less than [`Native::FAR`] if the operands are ordinary.
#[inline(always)]
pub fn distance<F: Native, const N: usize>(operands: [F; N]) -> u64 {
    operands.map(F::distance).into_iter().fold(F::narrow(0), F::bitor).widen()
}

/// [`Native::distance`], but 0 for zeros too: sums, differences and products of ordinary numbers and zeros are of
/// that kind as well.
#[inline(always)]
pub fn distance_unless_zero<F: Native>(a: F) -> F {
    if a.magnitude() == 0 { F::narrow(0) } else { a.distance() }
}

/// All ones for a NaN or a denormal number, with which a comparison may raise an exception; else zero.
#[inline(always)]
pub fn irregular<F: Native>(a: F) -> F {
    let regular = (F::size(a.number()) >= F::LEAST) | (a.magnitude() == 0);
    F::narrow(if regular { 0 } else { u64::MAX })
}

macro_rules! native {
    ($bits:ty, $number:ty) => {
        impl Native for $bits {
            type Number = $number;
            const LEAST: $number = <$number>::MIN_POSITIVE;
            const MOST: $number = <$number>::MAX;
            const STEP: $number = <$number>::from_bits(1);

            #[inline(always)]
            fn number(self) -> $number {
                <$number>::from_bits(self)
            }
            #[inline(always)]
            fn bits(number: $number) -> Self {
                number.to_bits()
            }
            #[inline(always)]
            fn size(number: $number) -> $number {
                number.abs()
            }
            #[inline(always)]
            fn root(number: $number) -> $number {
                number.sqrt()
            }
            #[inline(always)]
            fn double(self) -> f64 {
                f64::from(self.number())
            }
            #[inline(always)]
            fn nearest(double: f64) -> $number {
                double as $number
            }
            #[inline(always)]
            fn distance(self) -> Self {
                // Without its sign the middle quarter is that from three eighths to five eighths.
                (self << 1).wrapping_sub(3 << (<$bits>::BITS - 3))
            }
        }
    };
}

native!(u32, f32);
native!(u64, f64);

/// The smaller of two numbers, neither of them a NaN.
#[inline(always)]
fn smaller<N: PartialOrd>(a: N, b: N) -> N {
    if a < b { a } else { b }
}

/// The result, if it and the operands are normal and larger than the smallest normal number: a result
/// that was rounded to that one may have been tiny. The comparisons are in floating point, so that the
/// numbers stay in their registers, and one comparison serves all of them.
#[inline(always)]
fn certain<F: Native, const N: usize>(operands: [F::Number; N], result: F::Number) -> Option<F> {
    let size = F::size(result);
    let least = operands.into_iter().map(F::size).fold(size, smaller);
    (size <= F::MOST && least > F::LEAST).then_some(F::bits(result))
}

/// The result of an operation with a zero operand, which is exact; `None` if an operand is denormal or
/// the result is not finite.
#[inline(always)]
fn of_zero<F: Native>([a, b]: [F; 2], result: F::Number) -> Option<F> {
    let zero = a.magnitude() == 0 || b.magnitude() == 0;
    let finite = F::size(result) <= F::MOST;
    (zero && finite && is_usual::<F>(a.number()) && is_usual::<F>(b.number())).then_some(F::bits(result))
}

/// Whether a number is normal or zero.
#[inline(always)]
fn is_usual<F: Native>(number: F::Number) -> bool {
    let size = F::size(number);
    (size >= F::LEAST || size < F::STEP) && size <= F::MOST
}

/// The square root of `a`.
#[inline(always)]
pub fn sqrt<F: Native>([a]: [F; 1]) -> Option<F> {
    let root = certain([a.number()], F::root(a.number()));
    root.or_else(|| (a.magnitude() == 0).then_some(a))
}

/// Whether no operand is irregular.
#[inline(always)]
pub fn are_regular<F: Native>([a, b]: [F; 2]) -> bool {
    let least = |number: F| F::size(number.number()) >= F::LEAST;
    (least(a) || a.magnitude() == 0) && (least(b) || b.magnitude() == 0)
}

/// `a` against `b`. Most numbers that are compared are ordinary, which takes fewer instructions to see.
#[inline(always)]
pub fn compare<F: Native>(operands: [F; 2]) -> Option<Relation> {
    let [a, b] = operands.map(F::number);
    (are_ordinary(operands) || are_regular(operands)).then(|| Relation::of(a, b))
}

/// The smaller of two numbers that are not irregular, `b` where both are zero.
#[inline(always)]
pub fn min<F: Native>([a, b]: [F; 2]) -> F {
    if a.number() < b.number() { a } else { b }
}

/// The larger of two numbers that are not irregular, `b` where both are zero.
#[inline(always)]
pub fn max<F: Native>([a, b]: [F; 2]) -> F {
    if a.number() > b.number() { a } else { b }
}
