//! The four operations, and whether their results were rounded.

use super::super::{add, div, mul, sub};
use super::{Format, Native, are_ordinary, certain, distance_unless_zero, of_zero};
use crate::float::{ExceptionFlags, FloatEnvironment};

/// An operation on two numbers.
pub trait Operation {
    /// Whether zeros among ordinary operands do no harm.
    const ZEROS_FIT: bool;

    /// What the host makes of two numbers.
    fn host<F: Native>(operands: [F; 2]) -> F::Number;

    /// Whether the result was not rounded, for two operands that fit. `false` where that is not known.
    fn is_exact<F: Native>(operands: [F; 2], result: F::Number) -> bool;

    /// The result and its flags, for all operands and environments.
    fn exactly<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags);

    /// The result for ordinary operands.
    #[inline(always)]
    fn ordinary<F: Native>(operands: [F; 2]) -> F {
        F::bits(Self::host(operands))
    }

    /// The result, if a closer look at it and at the operands shows that it is right.
    #[inline(always)]
    fn certain<F: Native>(operands: [F; 2]) -> Option<F> {
        let result = Self::host(operands);
        certain(operands.map(F::number), result).or_else(|| of_zero(operands, result))
    }

    /// The result, if it was not rounded. Where rounding is to nearest it is right, and raises nothing.
    #[inline(always)]
    fn unrounded<F: Native>([a, b]: [F; 2]) -> Option<F> {
        let fit = if Self::ZEROS_FIT {
            (distance_unless_zero(a) | distance_unless_zero(b)).widen() < F::FAR
        } else {
            are_ordinary([a, b])
        };
        let result = Self::host([a, b]);
        (fit && Self::is_exact([a, b], result)).then_some(F::bits(result))
    }
}

/// `a + b`.
pub struct Addition;
/// `a - b`.
pub struct Subtraction;
/// `a * b`.
pub struct Multiplication;
/// `a / b`.
pub struct Division;

impl Operation for Addition {
    const ZEROS_FIT: bool = true;

    #[inline(always)]
    fn host<F: Native>(operands: [F; 2]) -> F::Number {
        let [a, b] = operands.map(F::number);
        a + b
    }

    /// What rounding took from a sum is itself a number of the format, and these subtractions find it (Knuth, The Art
    /// of Computer Programming, Vol. 2, "Accuracy of Floating Point Arithmetic").
    #[inline(always)]
    fn is_exact<F: Native>(operands: [F; 2], sum: F::Number) -> bool {
        let [a, b] = operands.map(F::number);
        let of_b = sum - a;
        let of_a = sum - of_b;
        a - of_a == of_b - b
    }

    #[inline(always)]
    fn exactly<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
        add(a, b, env)
    }
}

impl Operation for Subtraction {
    const ZEROS_FIT: bool = true;

    #[inline(always)]
    fn host<F: Native>(operands: [F; 2]) -> F::Number {
        let [a, b] = operands.map(F::number);
        a - b
    }

    #[inline(always)]
    fn is_exact<F: Native>([a, b]: [F; 2], difference: F::Number) -> bool {
        Addition::is_exact([a, F::narrow(b.widen() ^ F::SIGN)], difference)
    }

    #[inline(always)]
    fn exactly<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
        sub(a, b, env)
    }
}

/// How many bits there are from the first to the last one of a significand; at least 1.
#[inline(always)]
fn significant_bits<F: Native>(a: F) -> u32 {
    F::PRECISION - a.widen().trailing_zeros().min(F::FRACTION)
}

impl Operation for Multiplication {
    const ZEROS_FIT: bool = true;

    #[inline(always)]
    fn host<F: Native>(operands: [F; 2]) -> F::Number {
        let [a, b] = operands.map(F::number);
        a * b
    }

    /// A product has at most as many bits as its factors together; as many as the other if one is a power of two.
    #[inline(always)]
    fn is_exact<F: Native>(operands: [F; 2], _: F::Number) -> bool {
        let [a, b] = operands.map(significant_bits);
        a + b <= F::PRECISION || a.min(b) == 1
    }

    #[inline(always)]
    fn exactly<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
        mul(a, b, env)
    }
}

impl Operation for Division {
    const ZEROS_FIT: bool = false;

    #[inline(always)]
    fn host<F: Native>(operands: [F; 2]) -> F::Number {
        let [a, b] = operands.map(F::number);
        a / b
    }

    #[inline(always)]
    fn is_exact<F: Native>([a, b]: [F; 2], quotient: F::Number) -> bool {
        Multiplication::is_exact([F::bits(quotient), b], a.number()) && quotient * b.number() == a.number()
    }

    #[inline(always)]
    fn exactly<F: Format>(a: F, b: F, env: FloatEnvironment) -> (F, ExceptionFlags) {
        div(a, b, env)
    }
}

/// The square root, if it was not rounded.
#[inline(always)]
pub fn exact_root<F: Native>([a]: [F; 1]) -> Option<F> {
    let root = F::root(a.number());
    let exact =
        a.number() > F::LEAST && Multiplication::is_exact([F::bits(root); 2], root) && root * root == a.number();
    exact.then_some(F::bits(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXACT: ExceptionFlags = ExceptionFlags::NONE;

    /// Numbers of few bits and of many, whose results are exact or not.
    fn numbers() -> impl Iterator<Item = f64> {
        let simple = (-40..40).map(|n| f64::from(n) * 0.375);
        simple.chain((0..40).map(|n| f64::from(n).sqrt())).chain((0..60).map(|n| (1_u64 << n) as f64 + 1.0))
    }

    fn check<O: Operation, F: Native>(a: F, b: F) -> bool {
        let (expected, flags) = O::exactly(a, b, FloatEnvironment::from_mxcsr(0x1f80));
        let found = O::unrounded([a, b]);
        if let Some(found) = found {
            assert_eq!((found, flags), (expected, EXACT), "{a:x?} {b:x?}");
        }
        found.is_some()
    }

    #[test]
    fn what_counts_as_exact_is_the_exact_result_without_flags() {
        let mut exact = [0; 8];
        for (a, b) in numbers().flat_map(|a| numbers().map(move |b| (a, b))) {
            let (wide, narrow) = ([a, b].map(f64::to_bits), [a, b].map(|n| (n as f32).to_bits()));
            let found = [
                check::<Addition, _>(wide[0], wide[1]),
                check::<Subtraction, _>(wide[0], wide[1]),
                check::<Multiplication, _>(wide[0], wide[1]),
                check::<Division, _>(wide[0], wide[1]),
                check::<Addition, _>(narrow[0], narrow[1]),
                check::<Subtraction, _>(narrow[0], narrow[1]),
                check::<Multiplication, _>(narrow[0], narrow[1]),
                check::<Division, _>(narrow[0], narrow[1]),
            ];
            (0..8).for_each(|at| exact[at] += usize::from(found[at]));
        }
        assert!(exact.iter().all(|found| (1000..30_000).contains(found)), "{exact:?}");
    }

    #[test]
    fn small_integers_are_computed_exactly() {
        let number = |n: i32| f64::from(n).to_bits();
        for (a, b) in (1..100).flat_map(|a| (1..100).map(move |b| (a, b))) {
            assert_eq!(Addition::unrounded([number(a), number(-b)]), Some(number(a - b)));
            assert_eq!(Multiplication::unrounded([number(a), number(b)]), Some(number(a * b)));
            assert_eq!(Division::unrounded([number(a * b), number(b)]), Some(number(a)));
            assert_eq!(exact_root([number(a * a)]), Some(number(a)));
        }
        assert_eq!(exact_root([number(2)]), None);
        assert_eq!(Division::unrounded([number(1), number(3)]), None);
        assert_eq!(Division::unrounded([number(1), number(0)]), None);
    }
}
