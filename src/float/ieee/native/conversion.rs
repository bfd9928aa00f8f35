//! Conversions between integers and numbers and between formats, and whether their results were rounded.

use super::super::{convert, from_integer, to_integer};
use super::{Native, certain};
use crate::float::{ExceptionFlags, FloatEnvironment, Rounding};

/// A conversion of one number. Integers are signed.
pub trait Conversion<A: Copy, B: Copy> {
    /// Whether no result is rounded.
    const NEVER_ROUNDS: bool = false;

    /// What the host makes of it, if that is certain to be right.
    fn host(a: A) -> Option<B>;

    /// Whether `b`, which `a` became, was not rounded.
    fn is_exact(a: A, b: B) -> bool;

    /// The result and its flags, for all numbers and environments.
    fn exactly(a: A, env: FloatEnvironment) -> (B, ExceptionFlags);

    /// The result, if it was not rounded.
    #[inline(always)]
    fn unrounded(a: A) -> Option<B> {
        Self::host(a).filter(|b| Self::is_exact(a, *b))
    }
}

/// From one format to the other.
pub struct Reformat;
/// From an integer.
pub struct FromInteger;
/// To an integer, in the current rounding mode; the host rounds to nearest.
pub struct ToInteger;
/// To an integer, toward zero.
pub struct Truncate;

impl<A: Native, B: Native> Conversion<A, B> for Reformat {
    const NEVER_ROUNDS: bool = A::PRECISION <= B::PRECISION;

    #[inline(always)]
    fn host(a: A) -> Option<B> {
        let result = B::nearest(a.double());
        let normal = certain::<B, 0>([], result).filter(|_| A::size(a.number()) > A::LEAST);
        normal.or_else(|| (a.magnitude() == 0).then_some(B::bits(result)))
    }

    #[inline(always)]
    fn is_exact(a: A, b: B) -> bool {
        b.double() == a.double()
    }

    #[inline(always)]
    fn exactly(a: A, env: FloatEnvironment) -> (B, ExceptionFlags) {
        convert(a, env)
    }
}

impl<F: Native> Conversion<u32, F> for FromInteger {
    const NEVER_ROUNDS: bool = F::PRECISION >= i32::BITS;

    #[inline(always)]
    fn host(a: u32) -> Option<F> {
        Some(F::bits(F::nearest(f64::from(a as i32))))
    }

    #[inline(always)]
    fn is_exact(a: u32, b: F) -> bool {
        b.double() == f64::from(a as i32)
    }

    #[inline(always)]
    fn exactly(a: u32, env: FloatEnvironment) -> (F, ExceptionFlags) {
        from_integer(a as i32, env)
    }
}

/// Whether a number converts to an integer without an exception but #P.
#[inline(always)]
fn is_in_range(number: f64) -> bool {
    number.abs() < f64::from(i32::MAX)
}

impl<F: Native> Conversion<F, u32> for ToInteger {
    #[inline(always)]
    fn host(a: F) -> Option<u32> {
        // The sum has no bits below one, and the integer in its low bits.
        const INTEGRAL: f64 = (3_u64 << 51) as f64;
        let number = a.double();
        is_in_range(number).then(|| (number + INTEGRAL).to_bits() as u32)
    }

    #[inline(always)]
    fn is_exact(a: F, b: u32) -> bool {
        a.double() == f64::from(b as i32)
    }

    #[inline(always)]
    fn exactly(a: F, env: FloatEnvironment) -> (u32, ExceptionFlags) {
        let (integer, flags) = to_integer::<F, i32>(a, env.rounding, env);
        (integer as u32, flags)
    }
}

impl<F: Native> Conversion<F, u32> for Truncate {
    #[inline(always)]
    fn host(a: F) -> Option<u32> {
        let number = a.double();
        is_in_range(number).then_some(number as i32 as u32)
    }

    #[inline(always)]
    fn is_exact(a: F, b: u32) -> bool {
        a.double() == f64::from(b as i32)
    }

    #[inline(always)]
    fn exactly(a: F, env: FloatEnvironment) -> (u32, ExceptionFlags) {
        let (integer, flags) = to_integer::<F, i32>(a, Rounding::Zero, env);
        (integer as u32, flags)
    }
}
