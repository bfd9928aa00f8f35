//! FYL2X, FYL2XP1 (SDM Vol. 2): binary logarithms, by a table in steps of 1/64 and the series of
//! the inverse hyperbolic tangent.

use super::constants::{ONE, TWO, TWO_OVER_LN_2};
use super::fixed::{ascending, hyperbolic, odd_reciprocals, ratio, times};
use super::wide::{increased, integer, product, quotient, sum, to_fraction};
use crate::float::exact;
use crate::float::number::{Number, Wide};
use crate::float::value::{Computed, Failure, Value, multiplied};
use crate::float::x87::{Control, F80, Outcome, conclude, denormal, propagated, undefined};

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
pub fn y_log2(y: F80, x: F80, control: Control) -> Outcome<F80> {
    scaled(y, x, control, |x| match x {
        Value::Zero(_) => Ok(Value::Infinity(true)),
        Value::Finite(number) if !number.negative => Ok(logarithm(number.widen())),
        Value::Infinity(false) => Ok(Value::Infinity(false)),
        _ => Err(Failure::Invalid),
    })
}

/// `y * log2(x + 1)`: ST(1) is y, ST(0) is x. The manual defines it for |x| up to 1 - sqrt(1/2); it
/// is computed above -1, and from there on x comes back, with #P as from current processors.
pub fn y_log2_plus_1(y: F80, x: F80, control: Control) -> Outcome<F80> {
    let numbers = matches!((y.value(), x.value()), (Value::Finite(_), Value::Finite(_)));
    if numbers && propagated(y, x).is_none() && x.is_negative() && x.exponent() >= F80::ONE.exponent() {
        return undefined(x, denormal(y, x), control);
    }
    scaled(y, x, control, |x| match x {
        Value::Finite(number) => logarithm_plus_1(number),
        Value::Infinity(true) => Err(Failure::Invalid),
        other => Ok(other.widen()),
    })
}

fn scaled(y: F80, x: F80, control: Control, function: impl Fn(Value<Number>) -> Computed) -> Outcome<F80> {
    if let Some((nan, flags)) = propagated(y, x) {
        return Outcome::exact(nan, flags, control);
    }
    let operands = denormal(y, x);
    let computed = function(x.value()).and_then(|logarithm| times_y(y.value(), logarithm));
    conclude(computed, operands, control.extended())
}

/// A finite y times the infinite logarithm of zero is a division by zero.
fn times_y(y: Value<Number>, logarithm: Value<Wide>) -> Computed {
    match (y, logarithm) {
        (Value::Finite(number), Value::Infinity(true)) => Err(Failure::Divide(!number.negative)),
        _ => multiplied(y.widen(), logarithm, product),
    }
}

fn logarithm_plus_1(x: Number) -> Computed {
    let wide = x.widen();
    if x.exponent < -7 {
        return Ok(Value::Finite(series(quotient(wide, sum(TWO, wide))).sticky()));
    }
    match exact::sum(ONE, wide) {
        Some(sum) if !sum.negative => Ok(logarithm(sum)),
        _ => Err(Failure::Invalid),
    }
}

/// The binary logarithm of a positive number; exact for powers of two.
fn logarithm(x: Wide) -> Value<Wide> {
    const ROOT: u128 = 0xb504_f334 << 96;
    let above = i32::from(x.significand >= ROOT);
    let whole = x.exponent + above;
    let near_one = Wide { exponent: -above, ..x };
    let step = nearest_step(near_one);
    let centre = Wide::normalized(false, 121, u128::from(step));
    let tangent = exact::sum(near_one, centre.signed(true)).map(|rest| quotient(rest, sum(near_one, centre)));
    let parts = [(whole != 0).then(|| integer(whole)), table(step), tangent.map(|tangent| series(tangent).sticky())];
    let total = parts.into_iter().flatten().reduce(sum);
    total.map_or(Value::Zero(false), Value::Finite)
}

/// The nearest multiple of 1/64.
fn nearest_step(x: Wide) -> u64 {
    ((x.significand >> (120 - x.exponent)) as u64).div_ceil(2)
}

/// The binary logarithm of a step, unless that is 1.
fn table(step: u64) -> Option<Wide> {
    let entry = TABLE.get(step.wrapping_sub(FIRST) as usize)?;
    let half = (*entry != 0).then(|| Wide::normalized(step < 64, -1, *entry))?;
    Some(product(half, TWO_OVER_LN_2).sticky())
}

/// Twice the inverse hyperbolic tangent of a number of at most 1/128 in magnitude, over ln 2.
fn series(x: Wide) -> Wide {
    let fraction = to_fraction(x);
    let square = times(fraction, fraction);
    product(increased(x, times(square, ascending(square, &SERIES))), TWO_OVER_LN_2)
}
