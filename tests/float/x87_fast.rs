//! The short ways of x87 arithmetic against the long ones: where they give a result it is the same.

use tab86::internals::float::x87::fast::{self, FastResult, Usual};
use tab86::internals::float::x87::{self, ControlWord, FpuResult, Precision};
use tab86::internals::float::{ExceptionFlags, F80, Integer, Rounding};

use crate::random::{Random, operations};

/// A number whose exponent is near 0, often with few significant bits or nearly all set; now and
/// then a zero.
fn number(random: &mut Random) -> F80 {
    let (bits, shape) = (random.next(), random.next());
    if shape >> 40 & 31 == 0 {
        return F80::zero(shape >> 63 != 0);
    }
    let significand = match shape % 4 {
        0 => bits,
        1 => bits << (shape >> 8 & 63),
        2 => !(bits >> (shape >> 8 & 63)),
        _ => 1 << (shape >> 8 & 63),
    };
    let spread = [2, 70, 200, 0x7fff][(shape >> 16 & 3) as usize];
    let exponent = (0x3fff + (shape >> 32) % spread) as u16 & 0x7fff;
    F80 { significand: significand | 1 << 63, sign_exponent: exponent.clamp(1, 0x7ffe) | (shape >> 63 << 15) as u16 }
}

fn agree<T: PartialEq>(short: FastResult<T>, long: FpuResult<T>) -> bool {
    let flags = ExceptionFlags::PRECISION.when(short.dropped != 0);
    FpuResult { value: short.value, flags, rounded_up: short.up, written: true } == long
}

/// The operations with a precision.
fn with_precision<const PRECISION: u32>(random: &mut Random, precision: Precision) {
    let control = ControlWord { precision, ..ControlWord::default() };
    for _ in 0..operations().max(200_000) {
        let (a, b) = (number(random), number(random));
        let same = |found: Option<FastResult<Usual>>, long: FpuResult<F80>| {
            let agrees = |short: FastResult<Usual>| {
                agree(FastResult { value: F80::from(short.value), up: short.up, dropped: short.dropped }, long)
            };
            assert!(found.is_none_or(agrees), "{a:x?} {b:x?}: {found:x?}, not {long:x?}");
        };
        let [c, d] = [a, b].map(Usual::from);
        same(fast::add::<PRECISION>(c, d), x87::add(a, b, control));
        same(fast::sub::<PRECISION>(c, d), x87::sub(a, b, control));
        same(fast::mul::<PRECISION>(c, d), x87::mul(a, b, control));
        same(fast::div::<PRECISION>(c, d), x87::div(a, b, control));
        same(fast::sqrt::<PRECISION>(c), x87::sqrt(a, control));
    }
}

#[test]
fn arithmetic() {
    with_precision::<64>(&mut Random(51), Precision::Extended);
    with_precision::<53>(&mut Random(52), Precision::Double);
    with_precision::<24>(&mut Random(53), Precision::Single);
}

/// An integer, which the short way gives wherever the type holds it below 2^62.
fn integer<I: Integer + PartialEq + std::fmt::Debug>(a: F80, rounding: Rounding) {
    let short = fast::to_integer::<I>(a.into(), rounding == Rounding::Zero);
    let long = x87::to_integer::<I>(a, ControlWord { rounding, ..ControlWord::default() });
    assert!(short.is_none_or(|short| agree(short, long)), "{a:x?} {rounding:?}: {short:x?}, not {long:x?}");
    let small = a.exponent() < 0x3fff + 62;
    assert_eq!(short.is_some(), small && !long.flags.contains(ExceptionFlags::INVALID), "{a:x?}");
}

#[test]
fn conversions() {
    let random = &mut Random(54);
    let usual = ControlWord::default();
    for _ in 0..operations().max(200_000) {
        let (a, b) = (number(random), number(random));
        assert_eq!(fast::compare(a.into(), b.into()), x87::compare(a, b, usual).value);
        assert!(fast::narrowed::<u64>(a.into()).is_none_or(|short| agree(short, x87::to_format(a, usual))), "{a:x?}");
        assert!(fast::narrowed::<u32>(a.into()).is_none_or(|short| agree(short, x87::to_format(a, usual))), "{a:x?}");
        let unrounded = fast::widened(b.significand);
        assert!(unrounded.is_none_or(|short| F80::from(short) == x87::from_format(b.significand, usual).value));
        for rounding in [Rounding::Nearest, Rounding::Zero] {
            integer::<i16>(a, rounding);
            integer::<i32>(a, rounding);
            integer::<i64>(a, rounding);
        }
    }
}
