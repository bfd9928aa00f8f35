//! 80-bit arithmetic against `rustc_apfloat`.

use rustc_apfloat::ieee::{Double, Single, X87DoubleExtended};
use rustc_apfloat::{Float, FloatConvert, Status, StatusAnd};
use tab86::internals::float::x87::{self, ControlWord, FpuResult, NumberClass, Precision};
use tab86::internals::float::{ExceptionFlags, F80, Rounding};

use crate::random::{Random, agree, apfloat_round, operations, told};

type Ours = fn(F80, F80, ControlWord) -> FpuResult<F80>;
type Theirs = fn(X87DoubleExtended, X87DoubleExtended, rustc_apfloat::Round) -> StatusAnd<X87DoubleExtended>;

const OPERATIONS: [(&str, Ours, Theirs); 4] = [
    ("add", x87::add, X87DoubleExtended::add_r),
    ("sub", x87::sub, X87DoubleExtended::sub_r),
    ("mul", x87::mul, X87DoubleExtended::mul_r),
    ("div", x87::div, X87DoubleExtended::div_r),
];

fn widen(a: F80) -> X87DoubleExtended {
    X87DoubleExtended::from_bits(u128::from(a.sign_exponent) << 64 | u128::from(a.significand))
}

fn narrow(a: X87DoubleExtended) -> F80 {
    if a.is_nan() {
        return F80::INDEFINITE;
    }
    F80 { significand: a.to_bits() as u64, sign_exponent: (a.to_bits() >> 64) as u16 }
}

fn denormal(a: F80, b: F80) -> ExceptionFlags {
    ExceptionFlags::DENORMAL.when(a.class() == NumberClass::Denormal || b.class() == NumberClass::Denormal)
}

fn same_flags(ours: ExceptionFlags, theirs: ExceptionFlags, result: F80) -> bool {
    let smallest = result.absolute() == F80 { significand: 1 << 63, sign_exponent: 1 };
    let largest = result.absolute() == F80 { significand: u64::MAX, sign_exponent: 0x7ffe };
    agree(ours, theirs, smallest, largest)
}

/// C1, from the exact value's side: the truncated result is smaller.
fn larger(result: F80, truncated: F80) -> bool {
    result.absolute() != truncated.absolute()
}

#[test]
fn arithmetic() {
    let mut random = Random(1);
    for i in 0..operations() {
        let (name, ours, theirs) = OPERATIONS[i as usize % 4];
        let (a, b, rounding) = (random.f80(), random.f80(), random.rounding());
        let outcome = ours(a, b, ControlWord { rounding, ..ControlWord::default() });
        let witness = theirs(widen(a), widen(b), apfloat_round(rounding));
        let truncated = theirs(widen(a), widen(b), apfloat_round(Rounding::Zero));
        let before = witness.status.intersects(Status::INVALID_OP | Status::DIV_BY_ZERO);
        let flags = told(witness.status) | if before { ExceptionFlags::NONE } else { denormal(a, b) };
        let case = || format!("{name} {a:x?} {b:x?} {rounding:?}: {outcome:x?}, witness {witness:?}");
        assert_eq!(outcome.value, narrow(witness.value), "{}", case());
        assert!(same_flags(outcome.flags, flags, outcome.value), "{}", case());
        assert_eq!(outcome.rounded_up, larger(outcome.value, narrow(truncated.value)), "{}", case());
    }
}

/// Precision control: the witness rounds to odd in 64 bits, then to the short format, which is the
/// same as rounding once; exponents stay where the short format is normal.
#[test]
fn precision_control() {
    let mut random = Random(2);
    let moderate = |random: &mut Random| {
        let a = random.f80();
        F80 {
            significand: a.significand | 1 << 63,
            sign_exponent: a.sign_exponent & 0x8000 | (0x3fff - 20 + a.exponent() % 40),
        }
    };
    for i in 0..operations() {
        let (name, ours, theirs) = OPERATIONS[i as usize % 4];
        let (a, b, rounding) = (moderate(&mut random), moderate(&mut random), random.rounding());
        let odd = theirs(widen(a), widen(b), rustc_apfloat::Round::TowardZero);
        let inexact = u128::from(odd.status.contains(Status::INEXACT));
        let odd = X87DoubleExtended::from_bits(odd.value.to_bits() | inexact);
        for precision in [Precision::Single, Precision::Double] {
            let outcome = ours(a, b, ControlWord { rounding, precision, ..ControlWord::default() });
            let expected = shortened(odd, precision, apfloat_round(rounding));
            if !odd.is_zero() {
                assert_eq!(outcome.value, expected, "{name} {a:x?} {b:x?} {rounding:?} {precision:?}");
            }
        }
    }
}

fn shortened(a: X87DoubleExtended, precision: Precision, round: rustc_apfloat::Round) -> F80 {
    let mut loses = false;
    let nearest = rustc_apfloat::Round::NearestTiesToEven;
    let short: X87DoubleExtended = match precision {
        Precision::Single => {
            let single: Single = a.convert_r(round, &mut loses).value;
            single.convert_r(nearest, &mut loses).value
        }
        _ => {
            let double: Double = a.convert_r(round, &mut loses).value;
            double.convert_r(nearest, &mut loses).value
        }
    };
    narrow(short)
}

/// FPREM repeated until it is complete, and FPREM1, against the witness's remainders. The witness
/// takes a step for each bit, so that exponents are mostly near each other.
#[test]
fn remainders() {
    let mut random = Random(3);
    for i in 0..operations() / 10 {
        let (a, mut b) = (random.f80(), random.f80());
        if i % 1000 != 0 {
            let field = a.exponent().clamp(200, 0x7fff - 200) + 10 - random.below(200) as u16;
            b = F80 { significand: b.significand | 1 << 63, sign_exponent: b.sign_exponent & 0x8000 | field };
        }
        let (exact, nearest) = (widen(a).c_fmod(widen(b)).value, widen(a).ieee_rem(widen(b)).value);
        assert_eq!(completed(a, b, x87::remainder), narrow(exact), "fprem {a:x?} {b:x?}");
        assert_eq!(completed(a, b, x87::remainder_nearest), narrow(nearest), "fprem1 {a:x?} {b:x?}");
    }
}

fn completed(mut a: F80, b: F80, step: fn(F80, F80, ControlWord) -> FpuResult<x87::Remainder>) -> F80 {
    loop {
        let outcome = step(a, b, ControlWord::default());
        a = outcome.value.value;
        if !outcome.value.partial {
            return a;
        }
    }
}

/// An unmasked overflow or underflow gives the result of operands 2^24576 smaller or larger.
#[test]
fn wrapped_exponents() {
    const WRAP: u16 = 24576;
    let mut random = Random(4);
    let number = |random: &mut Random, field: u64| F80 {
        significand: random.pattern() | 1 << 63,
        sign_exponent: (random.next() as u16) << 15 | field as u16,
    };
    let unmasked = |rounding| ControlWord { rounding, masks: ExceptionFlags::NONE, ..ControlWord::default() };
    for _ in 0..operations() / 10 {
        let (high, low) = (0x7000 + random.below(0xf00), 1 + random.below(0x1000));
        let (a, b, rounding) = (number(&mut random, high), number(&mut random, high), random.rounding());
        let small = F80 { sign_exponent: a.sign_exponent - WRAP, ..a };
        let (wrapped, expected) = (x87::mul(a, b, unmasked(rounding)), x87::mul(small, b, unmasked(rounding)));
        assert_eq!((wrapped.value, wrapped.flags), (expected.value, expected.flags | ExceptionFlags::OVERFLOW));
        let (c, d) = (number(&mut random, low), number(&mut random, low));
        let large = F80 { sign_exponent: c.sign_exponent + WRAP, ..c };
        let (wrapped, expected) = (x87::mul(c, d, unmasked(rounding)), x87::mul(large, d, unmasked(rounding)));
        assert_eq!((wrapped.value, wrapped.flags), (expected.value, expected.flags | ExceptionFlags::UNDERFLOW));
        assert!(wrapped.written);
    }
}

/// The root is the largest number whose square is not above: checked by squaring in big integers.
#[test]
fn square_root() {
    let mut random = Random(5);
    for _ in 0..operations() {
        let (a, rounding) = (random.f80().absolute(), random.rounding());
        if a.class() != NumberClass::Normal {
            continue;
        }
        let outcome = x87::sqrt(a, ControlWord { rounding, ..ControlWord::default() });
        let truncated = x87::sqrt(a, ControlWord { rounding: Rounding::Zero, ..ControlWord::default() }).value;
        let odd = u32::from(a.exponent() & 1 == 0);
        let radicand = u128::from(a.significand) << (63 + odd);
        let root = u128::from(truncated.significand);
        let rest = radicand.checked_sub(root * root).expect("the truncated root is not above");
        assert!(rest <= 2 * root, "{a:x?}: {truncated:x?} is not the largest");
        let up = match rounding {
            Rounding::Nearest => rest > root,
            Rounding::Up => rest != 0,
            _ => false,
        };
        let expected = root + u128::from(up);
        assert_eq!(outcome.value.significand, if expected >> 64 == 0 { expected as u64 } else { 1 << 63 });
        assert_eq!((outcome.rounded_up, outcome.flags), (up, ExceptionFlags::PRECISION.when(rest != 0)), "{a:x?}");
    }
}
