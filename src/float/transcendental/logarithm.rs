//! FYL2X, FYL2XP1 (SDM Vol. 2): binary logarithms, by a table in steps of 1/64 and the series of
//! the inverse hyperbolic tangent.

use super::constants::{ONE, TWO, TWO_OVER_LN_2};
use super::fixed::{ascending, hyperbolic, odd_reciprocals, ratio, times};
use super::unrounded::{increased, integer, product, quotient, sum, to_fraction};
use crate::float::exact;
use crate::float::number::{Number, Unrounded};
use crate::float::value::{Computed, ExtendedReal, PrecomputationException, multiplied};
use crate::float::x87::{ControlWord, F80, FpuResult, conclude, denormal, propagated, undefined};

/// 1/3, 1/5, ...
const SERIES: [u128; 9] = odd_reciprocals(3);

/// The steps of 1/64 from below the square root of 1/2 to above that of 2.
const FIRST: u64 = 45;

/// The inverse hyperbolic tangent of |c - 1| / (c + 1), half the logarithm of c, for c = i/64.
const TABLE: [u128; 47] = {
    let mut table = [0; 47];
    let mut i = 0;
    while i < 47 {
        let step = FIRST + i as u64;
        table[i] = hyperbolic(ratio(step.abs_diff(64), step + 64));
        i += 1;
    }
    table
};

/// `y * log2(x)`: ST(1) is y, ST(0) is x.
pub fn y_log2(y: F80, x: F80, control: ControlWord) -> FpuResult<F80> {
    scaled(y, x, control, |x| match x {
        ExtendedReal::Zero(_) => Ok(ExtendedReal::Infinity(true)),
        ExtendedReal::Finite(number) if !number.negative => Ok(logarithm(number.widen())),
        ExtendedReal::Infinity(false) => Ok(ExtendedReal::Infinity(false)),
        _ => Err(PrecomputationException::Invalid),
    })
}

/// `y * log2(x + 1)`: ST(1) is y, ST(0) is x. The manual defines it for |x| up to 1 - sqrt(1/2). Here it
/// is computed for x above -1; at and below, current processors return x and raise #P.
pub fn y_log2_plus_1(y: F80, x: F80, control: ControlWord) -> FpuResult<F80> {
    let numbers = matches!((y.value(), x.value()), (ExtendedReal::Finite(_), ExtendedReal::Finite(_)));
    if numbers && propagated(y, x).is_none() && x.is_negative() && x.exponent() >= F80::ONE.exponent() {
        return undefined(x, denormal(y, x), control);
    }
    scaled(y, x, control, |x| match x {
        ExtendedReal::Finite(number) => logarithm_plus_1(number),
        ExtendedReal::Infinity(true) => Err(PrecomputationException::Invalid),
        other => Ok(other.widen()),
    })
}

fn scaled(y: F80, x: F80, control: ControlWord, function: impl Fn(ExtendedReal<Number>) -> Computed) -> FpuResult<F80> {
    if let Some((nan, flags)) = propagated(y, x) {
        return FpuResult::exact(nan, flags, control);
    }
    let operands = denormal(y, x);
    let computed = function(x.value()).and_then(|logarithm| times_y(y.value(), logarithm));
    conclude(computed, operands, control.extended())
}

/// A finite y times the infinite logarithm of zero is a division by zero.
fn times_y(y: ExtendedReal<Number>, logarithm: ExtendedReal<Unrounded>) -> Computed {
    match (y, logarithm) {
        (ExtendedReal::Finite(number), ExtendedReal::Infinity(true)) => {
            Err(PrecomputationException::Divide(!number.negative))
        }
        _ => multiplied(y.widen(), logarithm, product),
    }
}

fn logarithm_plus_1(x: Number) -> Computed {
    let unrounded = x.widen();
    if x.exponent < -7 {
        return Ok(ExtendedReal::Finite(series(quotient(unrounded, sum(TWO, unrounded))).sticky()));
    }
    match exact::sum(ONE, unrounded) {
        Some(sum) if !sum.negative => Ok(logarithm(sum)),
        _ => Err(PrecomputationException::Invalid),
    }
}

/// The binary logarithm of a positive number; exact for powers of two.
fn logarithm(x: Unrounded) -> ExtendedReal<Unrounded> {
    const ROOT: u128 = 0xb504_f334 << 96;
    let above = i32::from(x.significand >= ROOT);
    let whole = x.exponent + above;
    let near_one = Unrounded { exponent: -above, ..x };
    let step = nearest_step(near_one);
    let centre = Unrounded::normalized(false, 121, u128::from(step));
    let tangent = exact::sum(near_one, centre.signed(true)).map(|rest| quotient(rest, sum(near_one, centre)));
    let parts = [(whole != 0).then(|| integer(whole)), table(step), tangent.map(|tangent| series(tangent).sticky())];
    let total = parts.into_iter().flatten().reduce(sum);
    total.map_or(ExtendedReal::Zero(false), ExtendedReal::Finite)
}

/// The nearest multiple of 1/64.
fn nearest_step(x: Unrounded) -> u64 {
    ((x.significand >> (120 - x.exponent)) as u64).div_ceil(2)
}

/// The binary logarithm of a step, unless that is 1.
fn table(step: u64) -> Option<Unrounded> {
    let entry = TABLE.get(step.wrapping_sub(FIRST) as usize)?;
    let half = (*entry != 0).then(|| Unrounded::normalized(step < 64, -1, *entry))?;
    Some(product(half, TWO_OVER_LN_2).sticky())
}

/// Twice the inverse hyperbolic tangent of a number of at most 1/128 in magnitude, over ln 2.
fn series(x: Unrounded) -> Unrounded {
    let fraction = to_fraction(x);
    let square = times(fraction, fraction);
    product(increased(x, times(square, ascending(square, &SERIES))), TWO_OVER_LN_2)
}
