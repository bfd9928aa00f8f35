//! Arithmetic on zeros, numbers and infinities: the signs and the invalid combinations (SDM Vol. 1,
//! "Invalid Operation Exception" and "Signed Zeros"), the same for every format. NaNs are handled
//! before, since x87 and SSE differ there.

use super::Rounding;
use super::exact;
use super::number::{Number, Signed, Unrounded};

/// A signed zero, a finite number or an infinity: anything but a NaN. `true` is a negative sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtendedReal<N> {
    Zero(bool),
    Finite(N),
    Infinity(bool),
}

/// The exception that takes the place of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrecomputationException {
    /// #I: the result is a NaN.
    Invalid,
    /// #Z: the result is an infinity of this sign, from finite operands.
    Divide(bool),
}

/// A result before rounding.
pub type Computed = Result<ExtendedReal<Unrounded>, PrecomputationException>;

use ExtendedReal::{Finite, Infinity, Zero};

impl<N: Signed> ExtendedReal<N> {
    /// Whether the sign is set.
    #[inline(always)]
    pub fn is_negative(self) -> bool {
        match self {
            Zero(negative) | Infinity(negative) => negative,
            Finite(number) => number.is_negative(),
        }
    }
}

impl ExtendedReal<Number> {
    /// With the other sign.
    #[inline(always)]
    pub fn negated(self) -> Self {
        match self {
            Zero(negative) => Zero(!negative),
            Finite(number) => Finite(number.negated()),
            Infinity(negative) => Infinity(!negative),
        }
    }

    /// The same value as a result before rounding.
    #[inline(always)]
    pub fn widen(self) -> ExtendedReal<Unrounded> {
        match self {
            Zero(negative) => Zero(negative),
            Finite(number) => Finite(number.widen()),
            Infinity(negative) => Infinity(negative),
        }
    }
}

/// `a + b`; an exact zero from unlike signs is negative only when rounding down.
#[inline(always)]
pub fn sum(a: ExtendedReal<Unrounded>, b: ExtendedReal<Unrounded>, rounding: Rounding) -> Computed {
    let cancelled = Zero(rounding == Rounding::Down);
    Ok(match (a, b) {
        (Finite(x), Finite(y)) => exact::sum(x, y).map_or(cancelled, Finite),
        (Infinity(x), Infinity(y)) if x != y => return Err(PrecomputationException::Invalid),
        (Infinity(_), _) | (Finite(_), Zero(_)) => a,
        (_, Infinity(_)) | (Zero(_), Finite(_)) => b,
        (Zero(x), Zero(y)) => {
            if x == y {
                a
            } else {
                cancelled
            }
        }
    })
}

/// `a + b`.
#[inline(always)]
pub fn add(a: ExtendedReal<Number>, b: ExtendedReal<Number>, rounding: Rounding) -> Computed {
    sum(a.widen(), b.widen(), rounding)
}

/// `a - b`.
#[inline(always)]
pub fn sub(a: ExtendedReal<Number>, b: ExtendedReal<Number>, rounding: Rounding) -> Computed {
    sum(a.widen(), b.negated().widen(), rounding)
}

/// `a * b`.
#[inline(always)]
pub fn mul(a: ExtendedReal<Number>, b: ExtendedReal<Number>, _: Rounding) -> Computed {
    multiplied(a, b, exact::product)
}

/// `a * b`; `product` multiplies finite numbers.
#[inline(always)]
pub fn multiplied<N: Signed>(a: ExtendedReal<N>, b: ExtendedReal<N>, product: impl Fn(N, N) -> Unrounded) -> Computed {
    let negative = a.is_negative() != b.is_negative();
    match (a, b) {
        (Finite(x), Finite(y)) => Ok(Finite(product(x, y))),
        (Infinity(_), Zero(_)) | (Zero(_), Infinity(_)) => Err(PrecomputationException::Invalid),
        (Infinity(_), _) | (_, Infinity(_)) => Ok(Infinity(negative)),
        (Zero(_), _) | (_, Zero(_)) => Ok(Zero(negative)),
    }
}

/// `a / b`.
#[inline(always)]
pub fn div(a: ExtendedReal<Number>, b: ExtendedReal<Number>, _: Rounding) -> Computed {
    let negative = a.is_negative() != b.is_negative();
    match (a, b) {
        (Finite(x), Finite(y)) => Ok(Finite(exact::quotient(x, y))),
        (Infinity(_), Infinity(_)) | (Zero(_), Zero(_)) => Err(PrecomputationException::Invalid),
        (Finite(_), Zero(_)) => Err(PrecomputationException::Divide(negative)),
        (Infinity(_), _) => Ok(Infinity(negative)),
        (Zero(_), _) | (_, Infinity(_)) => Ok(Zero(negative)),
    }
}

/// The square root of `a`; of minus zero it is minus zero.
#[inline(always)]
pub fn sqrt(a: ExtendedReal<Number>) -> Computed {
    match a {
        Zero(negative) => Ok(Zero(negative)),
        Finite(number) if !number.negative => Ok(Finite(exact::square_root(number))),
        Infinity(false) => Ok(Infinity(false)),
        _ => Err(PrecomputationException::Invalid),
    }
}
