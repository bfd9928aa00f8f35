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

    /// From the bits.
    fn number(self) -> Self::Number;
    /// The bits.
    fn bits(number: Self::Number) -> Self;
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

            #[inline(always)]
            fn number(self) -> $number {
                <$number>::from_bits(self)
            }
            #[inline(always)]
            fn bits(number: $number) -> Self {
                number.to_bits()
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

/// The result, if it is certain: normal, or zero where a zero is exact. The smallest normal number is
/// not, as what was rounded to it may have been tiny.
#[inline(always)]
fn certain<A: Format, B: Native, const N: usize>(operands: [A; N], zero: bool, result: B::Number) -> Option<B> {
    let result = B::bits(result);
    let least = 2 << B::FRACTION;
    let normal = result.magnitude().wrapping_sub(least) < B::INFINITY - least;
    let denormal = operands.iter().any(|operand| operand.is_denormal());
    (!denormal && (normal || (zero && result.magnitude() == 0))).then_some(result)
}

/// `a + b`.
#[inline(always)]
pub fn add<F: Native>([a, b]: [F; 2]) -> Option<F> {
    certain([a, b], true, a.number() + b.number())
}

/// `a - b`.
#[inline(always)]
pub fn sub<F: Native>([a, b]: [F; 2]) -> Option<F> {
    certain([a, b], true, a.number() - b.number())
}

/// `a * b`; a zero is exact only if an operand is zero.
#[inline(always)]
pub fn mul<F: Native>([a, b]: [F; 2]) -> Option<F> {
    let zero = a.magnitude() == 0 || b.magnitude() == 0;
    certain([a, b], zero, a.number() * b.number())
}

/// `a / b`; a zero is exact only if `a` is zero.
#[inline(always)]
pub fn div<F: Native>([a, b]: [F; 2]) -> Option<F> {
    certain([a, b], a.magnitude() == 0, a.number() / b.number())
}

/// The square root of `a`.
#[inline(always)]
pub fn sqrt<F: Native>([a]: [F; 1]) -> Option<F> {
    certain([a], true, F::root(a.number()))
}

/// `a` against `b`.
#[inline(always)]
pub fn compare<F: Native>([a, b]: [F; 2]) -> Option<Ordering4> {
    let order = a.number().partial_cmp(&b.number()).filter(|_| !a.is_denormal() && !b.is_denormal());
    order.map(Ordering4::from)
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
    certain([a], a.magnitude() == 0, B::nearest(a.double()))
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
