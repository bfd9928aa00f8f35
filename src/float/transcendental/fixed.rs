//! Fixed-point fractions: a `u128` stands for itself over 2^128. Power series over them, at run
//! time from a few coefficients, at compile time for the tables.

/// `a * b`, truncated.
#[inline(always)]
pub const fn times(a: u128, b: u128) -> u128 {
    const LOW: u128 = u64::MAX as u128;
    let middle = (a >> 64) * (b & LOW) + (((a & LOW) * (b & LOW)) >> 64);
    let other = (a & LOW) * (b >> 64) + (middle & LOW);
    (a >> 64) * (b >> 64) + (middle >> 64) + (other >> 64)
}

/// `c0 - c1 z + c2 z^2 - ...`, where every sum is positive.
#[inline(always)]
pub fn alternating<const N: usize>(z: u128, coefficients: &[u128; N]) -> u128 {
    coefficients.iter().rev().fold(0, |sum, coefficient| coefficient - times(z, sum))
}

/// `c0 + c1 z + c2 z^2 + ...`
#[inline(always)]
pub fn ascending<const N: usize>(z: u128, coefficients: &[u128; N]) -> u128 {
    coefficients.iter().rev().fold(0, |sum, coefficient| coefficient + times(z, sum))
}

/// `numerator / denominator`, below 1.
pub const fn ratio(numerator: u64, denominator: u64) -> u128 {
    let (numerator, denominator) = (numerator as u128, denominator as u128);
    let high = (numerator << 64) / denominator;
    let rest = (numerator << 64) % denominator;
    (high << 64) | ((rest << 64) / denominator)
}

/// 1/first, 1/(first + 2), 1/(first + 4), ...
pub const fn odd_reciprocals<const N: usize>(first: u64) -> [u128; N] {
    let mut reciprocals = [0; N];
    let mut i = 0;
    while i < N {
        reciprocals[i] = ratio(1, first + 2 * i as u64);
        i += 1;
    }
    reciprocals
}

/// 1/first!, 1/(first + step)!, 1/(first + 2 step)!, ...
pub const fn factorial_reciprocals<const N: usize>(first: u128, step: u128) -> [u128; N] {
    let mut reciprocals = [0; N];
    let (mut factor, mut reciprocal, mut i) = (2, u128::MAX, 0);
    while i < N {
        while factor <= first + step * i as u128 {
            reciprocal /= factor;
            factor += 1;
        }
        reciprocals[i] = reciprocal;
        i += 1;
    }
    reciprocals
}

/// `x^n/n!` summed from `first` by steps of 2 with alternating signs: sine from 1, versed sine
/// (1 - cosine) from 2. For tables.
pub const fn circular(x: u128, first: u128) -> u128 {
    let square = times(x, x);
    let (mut term, mut n) = (if first == 1 { x } else { square / 2 }, first);
    let (mut plus, mut minus) = (0, 0);
    while term != 0 {
        plus += term;
        term = times(term, square) / ((n + 1) * (n + 2));
        minus += term;
        term = times(term, square) / ((n + 3) * (n + 4));
        n += 4;
    }
    plus - minus
}

/// `e^x - 1`, below 1. For tables.
pub const fn exponential(x: u128) -> u128 {
    let (mut sum, mut term, mut n) = (0, x, 2);
    while term != 0 {
        sum += term;
        term = times(term, x) / n;
        n += 1;
    }
    sum
}

/// `x + x^3/3 + x^5/5 + ...`, the inverse hyperbolic tangent. For tables.
pub const fn hyperbolic(x: u128) -> u128 {
    let square = times(x, x);
    let (mut sum, mut power, mut n) = (0, x, 1);
    while power != 0 {
        sum += power / n;
        power = times(power, square);
        n += 2;
    }
    sum
}

/// The arctangent of `numerator / denominator` by Euler's series, which converges fast up to 1. For
/// tables.
pub const fn arctangent(numerator: u64, denominator: u64) -> u128 {
    let hypotenuse = numerator * numerator + denominator * denominator;
    let ratio_of_squares = ratio(numerator * numerator, hypotenuse);
    let (mut sum, mut term, mut n) = (0, ratio(numerator * denominator, hypotenuse), 1);
    while term != 0 {
        sum += term;
        term = times(term, ratio_of_squares) / (2 * n + 1) * (2 * n);
        n += 1;
    }
    sum
}
