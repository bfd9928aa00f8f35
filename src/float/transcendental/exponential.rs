//! F2XM1 (SDM Vol. 2): powers of two less one, by a table in steps of 1/64 and a short series.

use super::constants::{LN_2, ONE};
use super::fixed::{ascending, exponential, factorial_reciprocals, ratio, times};
use super::unrounded::{from_fraction, increased, product, quotient, sum, to_fraction};
use crate::float::ExceptionFlags;
use crate::float::number::{Number, Unrounded};
use crate::float::value::ExtendedReal;
use crate::float::x87::{ControlWord, F80, FpuResult, NumberClass, conclude, propagated_alone, undefined};

/// 1/2!, 1/3!, ...
const SERIES: [u128; 14] = factorial_reciprocals(2, 1);

/// 2^(i/64) - 1.
const TABLE: [u128; 64] = {
    let mut table = [0; 64];
    let mut i = 1;
    while i < 64 {
        table[i] = exponential(times(ratio(i as u64, 64), LN_2.significand));
        i += 1;
    }
    table
};

/// `2^x - 1` for x from -1 to 1. For other numbers the manual defines no result; current processors
/// return them unchanged and raise #P.
pub fn exp2_minus_1(x: F80, control: ControlWord) -> FpuResult<F80> {
    if let Some((nan, flags)) = propagated_alone(x) {
        return FpuResult::exact(nan, flags, control);
    }
    let operands = ExceptionFlags::DENORMAL.when(x.class() == NumberClass::Denormal);
    let result = match x.value() {
        ExtendedReal::Finite(number) => power(number).map(ExtendedReal::Finite),
        ExtendedReal::Infinity(true) => Some(ExtendedReal::Finite(ONE.signed(true))),
        other => Some(other.widen()),
    };
    result.map_or_else(|| undefined(x, operands, control), |result| conclude(Ok(result), operands, control.extended()))
}

/// `2^x - 1`; `None` beyond -1 and 1.
fn power(x: Number) -> Option<Unrounded> {
    match (x.exponent, x.negative) {
        (0.., _) if x.exponent > 0 || x.significand != 1 << 63 => None,
        (0.., false) => Some(ONE),
        (0.., true) => Some(Unrounded { exponent: -1, ..ONE }.signed(true)),
        (_, false) => Some(positive(x.widen()).sticky()),
        (_, true) => Some(reciprocal(positive(x.widen())).sticky()),
    }
}

/// `2^-x - 1`, given `2^x - 1`.
fn reciprocal(above_one: Unrounded) -> Unrounded {
    quotient(above_one, sum(ONE, above_one)).signed(true)
}

/// `2^|x| - 1` below 1.
fn positive(x: Unrounded) -> Unrounded {
    let x = x.signed(false);
    if x.exponent < -6 {
        return short(x);
    }
    let fraction = to_fraction(x);
    let entry = TABLE.get((fraction >> 122) as usize).and_then(|entry| from_fraction(*entry));
    let rest = from_fraction(fraction << 6 >> 6).map(short);
    match (entry, rest) {
        // (1 + a)(1 + b) - 1 = a + b + a b
        (Some(entry), Some(rest)) => sum(sum(entry, rest), product(entry, rest)),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => x,
    }
}

/// The same below 1/64.
fn short(x: Unrounded) -> Unrounded {
    let y = product(x, LN_2);
    let fraction = to_fraction(y);
    increased(y, times(fraction, ascending(fraction, &SERIES)))
}
