//! 32 and 64-bit arithmetic by the host's, where result and flags are provably the same: rounding
//! to nearest, no denormal operand, the result an exact zero or normal and not the smallest such, so
//! that nothing but #P can come up, and #P masked and already told. DAZ and FTZ then have nothing to
//! do.
//!
//! `Env::suits_host` is asked once an instruction; each operation then gives nothing where the exact
//! one must be used.

use std::ops::{Add, Div, Mul, Sub};

use super::Format;
use crate::float::{Env, Flags, Ordering4};

impl Env {
    /// Whether host arithmetic may be tried with this MXCSR.
    #[inline(always)]
    pub fn suits_host(mxcsr: u32) -> bool {
        const SINGLE_ROUNDING: bool = cfg!(not(all(target_arch = "x86", not(target_feature = "sse2"))));
        const ROUNDING: u32 = 3 << 13;
        const PRECISION: u32 = Flags::PRECISION.0 as u32;
        const INEXACT_IS_OLD: u32 = PRECISION | PRECISION << 7;
        SINGLE_ROUNDING && mxcsr & (ROUNDING | INEXACT_IS_OLD) == INEXACT_IS_OLD
    }
}

/// A format that the host computes in.
pub trait Native: Format {
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
    /// The smallest number but zero.
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
        }
    };
}

native!(u32, f32);
native!(u64, f64);

/// Whether a number is zero. Compilers make a comparison with zero beside one with the smallest
/// normal number an integer test, which is longer and takes registers that handlers do not have.
#[inline(always)]
fn is_zero<F: Native>(number: F::Number) -> bool {
    F::size(number) < F::STEP
}

/// Whether a number is neither a NaN nor denormal.
#[inline(always)]
fn is_plain<F: Native>(number: F::Number) -> bool {
    F::size(number) >= F::LEAST || is_zero::<F>(number)
}

/// The result, if it is certain: normal, or zero where a zero is exact. The smallest normal number is
/// not, as what was rounded to it may have been tiny. The questions are asked in the host's floats,
/// so that numbers need not change registers.
#[inline(always)]
fn certain<A: Native, B: Native, const N: usize>(
    operands: [A::Number; N],
    zero: impl FnOnce() -> bool,
    result: B::Number,
) -> Option<B> {
    let plain = operands.iter().all(|operand| is_plain::<A>(*operand));
    let normal = B::size(result) > B::LEAST && B::size(result) <= B::MOST;
    (plain && (normal || (is_zero::<B>(result) && zero()))).then_some(B::bits(result))
}

/// `a + b`.
#[inline(always)]
pub fn add<F: Native>(operands: [F; 2]) -> Option<F> {
    let [a, b] = operands.map(F::number);
    certain::<F, F, 2>([a, b], || true, a + b)
}

/// `a - b`.
#[inline(always)]
pub fn sub<F: Native>(operands: [F; 2]) -> Option<F> {
    let [a, b] = operands.map(F::number);
    certain::<F, F, 2>([a, b], || true, a - b)
}

/// `a * b`; a zero is exact only if an operand is zero.
#[inline(always)]
pub fn mul<F: Native>(operands: [F; 2]) -> Option<F> {
    let [a, b] = operands.map(F::number);
    certain::<F, F, 2>([a, b], || is_zero::<F>(a) || is_zero::<F>(b), a * b)
}

/// `a / b`; a zero is exact only if `a` is zero.
#[inline(always)]
pub fn div<F: Native>(operands: [F; 2]) -> Option<F> {
    let [a, b] = operands.map(F::number);
    certain::<F, F, 2>([a, b], || is_zero::<F>(a), a / b)
}

/// The square root of `a`.
#[inline(always)]
pub fn sqrt<F: Native>([a]: [F; 1]) -> Option<F> {
    certain::<F, F, 1>([a.number()], || true, F::root(a.number()))
}

/// `a` against `b`.
#[inline(always)]
pub fn compare<F: Native>(operands: [F; 2]) -> Option<Ordering4> {
    let [a, b] = operands.map(F::number);
    let order = || {
        if a < b {
            Ordering4::Less
        } else if a == b {
            Ordering4::Equal
        } else {
            Ordering4::Greater
        }
    };
    (is_plain::<F>(a) && is_plain::<F>(b)).then(order)
}

/// The smaller, `b` where both are zero.
#[inline(always)]
pub fn min<F: Native>(operands: [F; 2]) -> Option<F> {
    compare(operands).map(|order| operands[usize::from(order != Ordering4::Less)])
}

/// The larger, `b` where both are zero.
#[inline(always)]
pub fn max<F: Native>(operands: [F; 2]) -> Option<F> {
    compare(operands).map(|order| operands[usize::from(order != Ordering4::Greater)])
}

/// From one format to the other.
#[inline(always)]
pub fn convert<A: Native, B: Native>([a]: [A; 1]) -> Option<B> {
    certain::<A, B, 1>([a.number()], || is_zero::<A>(a.number()), B::nearest(a.double()))
}

/// To the nearest integer, even where two are.
#[inline(always)]
pub fn to_integer<F: Native>([a]: [F; 1]) -> Option<u32> {
    // The sum has no bits below one, and the integer in its low bits.
    const INTEGRAL: f64 = (3_u64 << 51) as f64;
    let number = a.double();
    (number.abs() < f64::from(i32::MAX)).then(|| (number + INTEGRAL).to_bits() as u32)
}

/// To an integer, toward zero.
#[inline(always)]
pub fn truncate<F: Native>([a]: [F; 1]) -> Option<u32> {
    let number = a.double();
    (number.abs() < f64::from(i32::MAX)).then_some(number as i32 as u32)
}

/// From an integer.
#[inline(always)]
pub fn from_integer<F: Native>([a]: [u32; 1]) -> Option<F> {
    Some(F::bits(F::nearest(f64::from(a as i32))))
}
