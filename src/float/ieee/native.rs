//! 32 and 64-bit arithmetic by the host's, where result and flags are provably the same: rounding
//! to nearest, operands zero or normal, the result an exact zero or normal and not the smallest
//! such, so that nothing but #P can come up, and #P masked and already told.
//!
//! `Env::suits_host` is asked once an instruction; each operation then gives nothing where the exact
//! one must be used.

use super::Format;
use crate::float::{Env, Flags, Rounding};

impl Env {
    /// Whether host arithmetic may be tried, given the flags already set in MXCSR.
    #[inline(always)]
    pub fn suits_host(self, told: Flags) -> bool {
        const SINGLE_ROUNDING: bool = cfg!(not(all(target_arch = "x86", not(target_feature = "sse2"))));
        let inexact_is_old = told.contains(Flags::PRECISION) && self.masks.contains(Flags::PRECISION);
        SINGLE_ROUNDING && inexact_is_old && self.rounding == Rounding::Nearest
    }
}

/// A format that the host computes in.
pub trait Native: Format {
    /// The host's type.
    type Float: Copy
        + std::ops::Add<Output = Self::Float>
        + std::ops::Sub<Output = Self::Float>
        + std::ops::Mul<Output = Self::Float>
        + std::ops::Div<Output = Self::Float>;
    /// The number the bits stand for.
    fn to_host(self) -> Self::Float;
    /// The bits of a number.
    fn from_host(float: Self::Float) -> Self;
    /// The square root, rounded to nearest.
    fn host_root(float: Self::Float) -> Self::Float;
}

macro_rules! native {
    ($bits:ty, $float:ty) => {
        impl Native for $bits {
            type Float = $float;
            #[inline(always)]
            fn to_host(self) -> $float {
                <$float>::from_bits(self)
            }
            #[inline(always)]
            fn from_host(float: $float) -> Self {
                float.to_bits()
            }
            #[inline(always)]
            fn host_root(float: $float) -> $float {
                float.sqrt()
            }
        }
    };
}

native!(u32, f32);
native!(u64, f64);

/// Whether the exponent field is at least `least` and that of a finite number.
#[inline(always)]
fn is_normal<F: Format>(a: F, least: u64) -> bool {
    let least = least << F::FRACTION;
    a.magnitude().wrapping_sub(least) < F::INFINITY - least
}

#[inline(always)]
fn is_plain<F: Format>(a: F) -> bool {
    is_normal(a, 1) || a.magnitude() == 0
}

#[inline(always)]
fn checked<F: Native>(plain: bool, zero: bool, result: F::Float) -> Option<F> {
    let result = F::from_host(result);
    let usable = is_normal(result, 2) || (zero && result.magnitude() == 0);
    (plain && usable).then_some(result)
}

/// `a + b`.
#[inline(always)]
pub fn add<F: Native>(a: F, b: F) -> Option<F> {
    checked(is_plain(a) && is_plain(b), true, a.to_host() + b.to_host())
}

/// `a - b`.
#[inline(always)]
pub fn sub<F: Native>(a: F, b: F) -> Option<F> {
    checked(is_plain(a) && is_plain(b), true, a.to_host() - b.to_host())
}

/// `a * b`; a zero is exact only if an operand is zero.
#[inline(always)]
pub fn mul<F: Native>(a: F, b: F) -> Option<F> {
    let zero = a.magnitude() == 0 || b.magnitude() == 0;
    checked(is_plain(a) && is_plain(b), zero, a.to_host() * b.to_host())
}

/// `a / b`; a zero is exact only if `a` is zero.
#[inline(always)]
pub fn div<F: Native>(a: F, b: F) -> Option<F> {
    checked(is_plain(a) && is_plain(b), a.magnitude() == 0, a.to_host() / b.to_host())
}

/// The square root of `a`.
#[inline(always)]
pub fn sqrt<F: Native>(a: F) -> Option<F> {
    checked(is_plain(a), true, F::host_root(a.to_host()))
}
