//! FPATAN (SDM Vol. 2): the angle of a point, by a table in steps of 1/64 of the tangent and a
//! short series between.

use super::constants::{HALF_PI, PI, QUARTER_PI, THREE_QUARTERS_PI};
use super::fixed::{alternating, arctangent, odd_reciprocals, times};
use super::unrounded::{from_fraction, product, quotient, reduced, sum, to_fraction};
use crate::float::exact;
use crate::float::number::{Number, Unrounded};
use crate::float::value::ExtendedReal;
use crate::float::x87::{ControlWord, F80, FpuResult, conclude, denormal, propagated};

/// 1/3, 1/5, ...
const SERIES: [u128; 9] = odd_reciprocals(3);

/// The arctangent of i/64.
const TABLE: [u128; 64] = {
    let mut table = [0; 64];
    let mut i = 1;
    while i < 64 {
        table[i] = arctangent(i as u64, 64);
        i += 1;
    }
    table
};

/// The angle of the point (x, y), from -pi to pi: ST(1) is y, ST(0) is x.
pub fn atan2(y: F80, x: F80, control: ControlWord) -> FpuResult<F80> {
    if let Some((nan, flags)) = propagated(y, x) {
        return FpuResult::exact(nan, flags, control);
    }
    let operands = denormal(y, x);
    conclude(Ok(angle(y.value(), x.value())), operands, control.extended())
}

fn angle(y: ExtendedReal<Number>, x: ExtendedReal<Number>) -> ExtendedReal<Unrounded> {
    let negative = y.is_negative();
    let magnitude = match (y, x) {
        (ExtendedReal::Finite(y), ExtendedReal::Finite(x)) => between(y, x),
        (ExtendedReal::Infinity(_), ExtendedReal::Infinity(false)) => QUARTER_PI,
        (ExtendedReal::Infinity(_), ExtendedReal::Infinity(true)) => THREE_QUARTERS_PI,
        (ExtendedReal::Infinity(_), _) | (ExtendedReal::Finite(_), ExtendedReal::Zero(_)) => HALF_PI,
        (ExtendedReal::Zero(_), _) | (_, ExtendedReal::Infinity(_)) if x.is_negative() => PI,
        _ => return ExtendedReal::Zero(negative),
    };
    ExtendedReal::Finite(magnitude.signed(negative).sticky())
}

/// The magnitude of the angle of a point that is not on an axis.
fn between(y: Number, x: Number) -> Unrounded {
    let (negative, y, x) = (x.negative, magnitude(y), magnitude(x));
    let steep = (y.exponent, y.significand) > (x.exponent, x.significand);
    let acute = if steep { octant(x, y) } else { octant(y, x) };
    match (negative, steep) {
        (false, false) => acute,
        (true, false) => sum(PI, acute.signed(true)),
        (false, true) => sum(HALF_PI, acute.signed(true)),
        (true, true) => sum(HALF_PI, acute),
    }
}

fn magnitude(a: Number) -> Number {
    Number { negative: false, ..a }
}

/// The arctangent of `low / high`, at most 1.
fn octant(low: Number, high: Number) -> Unrounded {
    let step = nearest_step(exact::quotient(low, high));
    let (low, high) = (low.widen(), high.widen());
    let (Some(tangent), Some(angle)) = (from_fraction(u128::from(step) << 122), TABLE.get(usize::from(step))) else {
        return series(quotient(low, high));
    };
    // atan t = atan c + atan ((t - c) / (1 + c t))
    let (near, far) = (product(high, tangent).signed(true), product(low, tangent));
    let angle = from_fraction(*angle).unwrap_or(tangent);
    exact::sum(low, near).map_or(angle, |rest| sum(angle, series(quotient(rest, sum(high, far)))))
}

/// The nearest multiple of 1/64, at most 63/64.
fn nearest_step(tangent: Unrounded) -> u8 {
    if tangent.exponent < -7 {
        return 0;
    }
    let doubled = tangent.significand.checked_shr((120 - tangent.exponent) as u32).unwrap_or(0) as u8;
    doubled.saturating_add(1).min(127) / 2
}

/// The arctangent of a number of at most 1/64 in magnitude.
fn series(x: Unrounded) -> Unrounded {
    let fraction = to_fraction(x);
    let square = times(fraction, fraction);
    reduced(x, times(square, alternating(square, &SERIES)))
}
