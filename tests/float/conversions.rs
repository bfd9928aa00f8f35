//! Conversions between formats, integers and decimals against `rustc_apfloat` and the host's
//! integers.

use rustc_apfloat::ieee::{Double, Half, Single, X87DoubleExtended};
use rustc_apfloat::{Float, FloatConvert};
use tab86::internals::float::ieee::{self, Format};
use tab86::internals::float::x87::{self, ControlWord, NumberClass};
use tab86::internals::float::{ExceptionFlags, F80, FloatEnvironment};

use crate::random::{Random, agree, apfloat_round, operations, told};

fn extended(a: F80) -> X87DoubleExtended {
    X87DoubleExtended::from_bits(u128::from(a.sign_exponent) << 64 | u128::from(a.significand))
}

/// Whether the flags of a conversion agree, #D aside.
fn same<F: Format>(ours: (F, ExceptionFlags), theirs: ExceptionFlags) -> bool {
    let magnitude = ours.0.magnitude();
    agree(ours.1 & !ExceptionFlags::DENORMAL, theirs, magnitude == 1 << F::FRACTION, magnitude == F::INFINITY - 1)
}

#[test]
fn extended_to_shorter() {
    let mut random = Random(21);
    let mut loses = false;
    for i in 0..operations() {
        let (mut a, rounding) = (random.f80(), random.rounding());
        if i % 2 == 0 {
            // Into the range of the shorter formats and a little around it.
            a = F80 {
                sign_exponent: a.sign_exponent & 0x8000 | (0x3fff - 1100 + a.exponent() % 2200),
                significand: a.significand | 1 << 63,
            };
        }
        let control = ControlWord { rounding, ..ControlWord::default() };
        let single: rustc_apfloat::StatusAnd<Single> = extended(a).convert_r(apfloat_round(rounding), &mut loses);
        let ours = x87::to_format::<u32>(a, control);
        assert_eq!(u128::from(ours.value), single.value.to_bits(), "{a:x?} {rounding:?}");
        assert!(same((ours.value, ours.flags), told(single.status)), "{a:x?} {rounding:?} {ours:x?}");
        let double: rustc_apfloat::StatusAnd<Double> = extended(a).convert_r(apfloat_round(rounding), &mut loses);
        let ours = x87::to_format::<u64>(a, control);
        assert_eq!(u128::from(ours.value), double.value.to_bits(), "{a:x?} {rounding:?}");
        assert!(same((ours.value, ours.flags), told(double.status)), "{a:x?} {rounding:?} {ours:x?}");
    }
}

#[test]
fn double_to_and_from_the_others() {
    let mut random = Random(22);
    let mut loses = false;
    for _ in 0..operations() {
        let (a, rounding) = (random.ieee(64, 11), random.rounding());
        let (witness, env) =
            (Double::from_bits(a.into()), FloatEnvironment { rounding, ..FloatEnvironment::default() });
        let single: rustc_apfloat::StatusAnd<Single> = witness.convert_r(apfloat_round(rounding), &mut loses);
        let (ours, flags) = ieee::convert::<u64, u32>(a, env);
        assert_eq!(u128::from(ours), single.value.to_bits(), "{a:x} {rounding:?}");
        assert!(same((ours, flags), told(single.status)), "{a:x} {rounding:?}");
        let loaded = x87::from_format(a, ControlWord::default());
        assert_eq!(x87::to_format::<u64>(loaded.value, ControlWord::default()).value, a);
        assert_eq!(loaded.flags, ExceptionFlags::DENORMAL.when(Double::from_bits(a.into()).is_denormal()));
    }
}

#[test]
fn halves() {
    let mut loses = false;
    for half in 0..=u16::MAX {
        let witness = Half::from_bits(half.into());
        if witness.is_nan() {
            continue;
        }
        let single: rustc_apfloat::StatusAnd<Single> = witness.convert(&mut loses);
        assert_eq!(
            ieee::from_half(half, FloatEnvironment::default()),
            (single.value.to_bits() as u32, ExceptionFlags::NONE)
        );
    }
    let mut random = Random(23);
    for _ in 0..operations() {
        let (a, rounding) = (random.ieee(32, 8) as u32, random.rounding());
        let env = FloatEnvironment { rounding, ..FloatEnvironment::default() };
        let half: rustc_apfloat::StatusAnd<Half> =
            Single::from_bits(a.into()).convert_r(apfloat_round(rounding), &mut loses);
        let (ours, flags) = ieee::to_half(a, env);
        assert_eq!(u128::from(ours), half.value.to_bits(), "{a:x} {rounding:?}");
        assert!(same((ours, flags), told(half.status)), "{a:x} {rounding:?}");
    }
}

#[test]
fn integers() {
    let mut random = Random(24);
    for _ in 0..operations() {
        let (a, rounding) = (random.f80(), random.rounding());
        let a = F80 {
            sign_exponent: a.sign_exponent & 0x8000 | (0x3ffc + a.exponent() % 72),
            significand: a.significand | 1 << 63,
        };
        let control = ControlWord { rounding, ..ControlWord::default() };
        let mut exact = false;
        let witness = extended(a).to_i128_r(64, apfloat_round(rounding), &mut exact);
        let ours = x87::to_integer::<i64>(a, control);
        if told(witness.status) == ExceptionFlags::INVALID {
            assert_eq!((ours.value, ours.flags), (i64::MIN, ExceptionFlags::INVALID), "{a:x?}");
        } else {
            assert_eq!(
                (i128::from(ours.value), ours.flags),
                (witness.value, ExceptionFlags::PRECISION.when(!exact)),
                "{a:x?}"
            );
        }
        let integral = extended(a).round_to_integral(apfloat_round(rounding)).value.to_bits();
        let ours = x87::round_to_integral(a, control).value;
        assert_eq!(u128::from(ours.sign_exponent) << 64 | u128::from(ours.significand), integral, "{a:x?}");
    }
}

#[test]
fn integers_come_back() {
    let mut random = Random(25);
    for _ in 0..operations() {
        let (a, env) = (random.pattern() as i64, FloatEnvironment::default());
        let register = x87::from_integer(a);
        assert_eq!(x87::to_integer::<i64>(register, ControlWord::default()).value, a);
        assert_eq!(ieee::from_integer::<u64, i64>(a, env).0, (a as f64).to_bits());
        assert_eq!(ieee::from_integer::<u32, i32>(a as i32, env).0, (a as i32 as f32).to_bits());
        assert_eq!(
            ieee::to_integer::<u64, i32>((a as i32 as f64).to_bits(), env.rounding, env),
            (a as i32, ExceptionFlags::NONE)
        );
    }
}

#[test]
fn decimals_come_back() {
    let mut random = Random(26);
    for _ in 0..operations() {
        let magnitude = random.pattern() % 1_000_000_000_000_000_000;
        let negative = random.below(2) != 0;
        let register = x87::from_integer(if negative { -(magnitude as i64) } else { magnitude as i64 });
        let packed = u128::from_str_radix(&magnitude.to_string(), 16).expect("decimal digits");
        let packed = packed | u128::from(negative && magnitude != 0) << 79;
        assert_eq!(x87::to_packed(register, ControlWord::default()).value, packed);
        assert_eq!(x87::from_packed(packed), register);
    }
    let large = x87::from_integer(1_000_000_000_000_000_000i64);
    let outcome = x87::to_packed(large, ControlWord::default());
    assert_eq!((outcome.value, outcome.flags), (0xffff_c000_0000_0000_0000, ExceptionFlags::INVALID));
}

#[test]
fn scaling_undoes_extraction() {
    let mut random = Random(27);
    for _ in 0..operations() {
        let a = random.f80();
        if matches!(a.class(), NumberClass::Zero | NumberClass::Infinity) {
            continue;
        }
        let parts = x87::extract(a, ControlWord::default());
        assert_eq!(parts.flags, ExceptionFlags::DENORMAL.when(a.class() == NumberClass::Denormal));
        assert_eq!(
            x87::scale(parts.value.significand, parts.value.exponent, ControlWord::default()).value,
            a,
            "{a:x?}"
        );
    }
}
