//! Special operands by the tables of the SDM: NaNs, unsupported encodings, zeros and infinities,
//! what DAZ and FTZ change, and what unmasked exceptions prevent.

use tab86::internals::float::x87::{self, ControlWord, NumberClass};
use tab86::internals::float::{ExceptionFlags, F80, FloatEnvironment, Relation, ieee, transcendental};

const fn f80(sign_exponent: u16, significand: u64) -> F80 {
    F80 { significand, sign_exponent }
}

const QUIET: F80 = f80(0x7fff, 0xc000_0000_0000_0001);
const LARGER_QUIET: F80 = f80(0xffff, 0xc000_0000_0000_0002);
const SIGNALLING: F80 = f80(0x7fff, 0xbfff_ffff_ffff_ffff);
const INFINITY: F80 = f80(0x7fff, 1 << 63);
const DENORMAL: F80 = f80(0, 1);
const PSEUDO_DENORMAL: F80 = f80(0, 1 << 63);
/// Unnormal, pseudo-infinity, pseudo-NaN.
const UNSUPPORTED: [F80; 3] = [f80(0x3fff, 1), f80(0x7fff, 0), f80(0x7fff, 1 << 62)];

fn control() -> ControlWord {
    ControlWord::default()
}

/// SDM Vol. 1, "Rules for Handling NaNs", the x87 column.
#[test]
fn x87_nans() {
    let sum = |a, b| (x87::add(a, b, control()).value, x87::add(a, b, control()).flags);
    let quieted = f80(0x7fff, u64::MAX);
    assert_eq!(sum(SIGNALLING, QUIET), (QUIET, ExceptionFlags::INVALID));
    assert_eq!(sum(QUIET, LARGER_QUIET), (LARGER_QUIET, ExceptionFlags::NONE));
    assert_eq!(sum(LARGER_QUIET, QUIET), (LARGER_QUIET, ExceptionFlags::NONE));
    assert_eq!(sum(QUIET, QUIET.negated()), (QUIET, ExceptionFlags::NONE));
    assert_eq!(sum(F80::ONE, SIGNALLING), (quieted, ExceptionFlags::INVALID));
    assert_eq!(sum(DENORMAL, QUIET), (QUIET, ExceptionFlags::NONE));
}

/// SDM Vol. 1, "Unsupported Double Extended-Precision Floating-Point Encodings".
#[test]
fn unsupported_encodings_are_invalid() {
    for a in UNSUPPORTED {
        assert_eq!(a.class(), NumberClass::Unsupported);
        let outcomes = [
            x87::add(a, QUIET, control()),
            x87::sqrt(a, control()),
            x87::round_to_integral(a, control()),
            x87::scale(F80::ONE, a, control()),
            transcendental::atan2(a, F80::ONE, control()),
        ];
        for outcome in outcomes {
            assert_eq!((outcome.value, outcome.flags), (F80::INDEFINITE, ExceptionFlags::INVALID), "{a:x?}");
        }
        assert_eq!(x87::to_integer::<i16>(a, control()).value, i16::MIN);
        assert_eq!(x87::compare_quiet(a, F80::ONE, control()).flags, ExceptionFlags::INVALID);
    }
}

#[test]
fn pseudo_denormals_are_numbers() {
    assert_eq!(PSEUDO_DENORMAL.class(), NumberClass::Denormal);
    let outcome = x87::add(PSEUDO_DENORMAL, F80::ZERO, control());
    assert_eq!((outcome.value, outcome.flags), (f80(1, 1 << 63), ExceptionFlags::DENORMAL));
    assert_eq!(x87::compare(PSEUDO_DENORMAL, f80(1, 1 << 63), control()).value, Relation::Equal);
}

#[test]
fn comparisons() {
    let told = |a, b| (x87::compare(a, b, control()).flags, x87::compare_quiet(a, b, control()).flags);
    assert_eq!(told(QUIET, F80::ONE), (ExceptionFlags::INVALID, ExceptionFlags::NONE));
    assert_eq!(told(F80::ONE, SIGNALLING), (ExceptionFlags::INVALID, ExceptionFlags::INVALID));
    assert_eq!(told(DENORMAL, F80::ONE), (ExceptionFlags::DENORMAL, ExceptionFlags::DENORMAL));
    assert_eq!(x87::compare(F80::ZERO, F80::zero(true), control()).value, Relation::Equal);
    assert_eq!(x87::compare(INFINITY.negated(), INFINITY, control()).value, Relation::Less);
}

/// A denormal number in memory raises #D though it is normal in a register.
#[test]
fn memory_operands() {
    let outcome = x87::add(F80::ONE, x87::memory(1u32), control());
    assert_eq!(outcome.flags, ExceptionFlags::DENORMAL | ExceptionFlags::PRECISION);
    assert_eq!(x87::add(QUIET, x87::memory(1u32), control()).flags, ExceptionFlags::NONE);
    assert_eq!(x87::compare(F80::ONE, x87::memory(1u64), control()).flags, ExceptionFlags::DENORMAL);
    let signalling = x87::memory(0x7f80_0001u32);
    assert_eq!(x87::mul(F80::ONE, signalling, control()).flags, ExceptionFlags::INVALID);
}

#[test]
fn invalid_operations() {
    let invalid = [
        x87::sub(INFINITY, INFINITY, control()),
        x87::mul(INFINITY, F80::ZERO, control()),
        x87::div(F80::ZERO, F80::ZERO, control()),
        x87::sqrt(F80::ONE.negated(), control()),
        x87::sqrt(DENORMAL.negated(), control()),
        x87::scale(F80::ZERO, INFINITY, control()),
        transcendental::y_log2(F80::ONE, F80::ONE.negated(), control()),
        transcendental::y_log2(INFINITY, F80::ONE, control()),
    ];
    for outcome in invalid {
        assert_eq!((outcome.value, outcome.flags), (F80::INDEFINITE, ExceptionFlags::INVALID));
    }
    let sine = transcendental::sin(INFINITY, control()).map(|outcome| outcome.flags);
    assert_eq!(sine, Some(ExceptionFlags::INVALID));
}

/// Unmasked, what is found before a result keeps the destination; #O and #U only a memory one.
#[test]
fn unmasked_exceptions_and_the_destination() {
    let unmasked = ControlWord { masks: ExceptionFlags::NONE, ..control() };
    assert!(!x87::add(INFINITY, INFINITY.negated(), unmasked).written);
    assert!(!x87::div(F80::ONE, F80::ZERO, unmasked).written);
    let denormal = x87::div(DENORMAL, f80(0x3fff, u64::MAX), unmasked);
    assert_eq!((denormal.flags, denormal.written), (ExceptionFlags::DENORMAL, false));
    let huge = f80(0x7ffe, u64::MAX);
    assert!(x87::mul(huge, huge, unmasked).written);
    assert!(!x87::to_format::<u64>(huge, unmasked).written);
    assert!(x87::to_format::<u64>(f80(0x3fff, u64::MAX), unmasked).written);
    assert!(!x87::to_integer::<i32>(huge, unmasked).written);
}

/// Exact tiny results raise #U only where it is unmasked.
#[test]
fn exact_underflow() {
    let half = f80(0x3ffe, 1 << 63);
    let smallest = f80(1, 1 << 63);
    assert_eq!(x87::mul(smallest, half, control()).flags, ExceptionFlags::NONE);
    let unmasked = ControlWord { masks: !ExceptionFlags::UNDERFLOW, ..control() };
    assert_eq!(x87::mul(smallest, half, unmasked).flags, ExceptionFlags::UNDERFLOW);
    let (half, smallest) = (0.5f64.to_bits(), f64::MIN_POSITIVE.to_bits());
    assert_eq!(ieee::mul(smallest, half, FloatEnvironment::default()).1, ExceptionFlags::NONE);
    let unmasked = FloatEnvironment { masks: !ExceptionFlags::UNDERFLOW, ..FloatEnvironment::default() };
    assert_eq!(ieee::mul(smallest, half, unmasked).1, ExceptionFlags::UNDERFLOW);
}

#[test]
fn sse_nans() {
    let (quiet, signalling) = (0x7fc0_0001u32, 0xff80_0002u32);
    let env = FloatEnvironment::default();
    assert_eq!(ieee::add(quiet, signalling, env), (quiet, ExceptionFlags::INVALID));
    assert_eq!(ieee::add(signalling, quiet, env), (0xffc0_0002, ExceptionFlags::INVALID));
    assert_eq!(ieee::mul(0x7f80_0000u32, 0, env), (0xffc0_0000, ExceptionFlags::INVALID));
    assert_eq!(ieee::min(quiet, 1.0f32.to_bits(), env), (1.0f32.to_bits(), ExceptionFlags::INVALID));
    assert_eq!(ieee::max(0u32, 0x8000_0000, env), (0x8000_0000, ExceptionFlags::NONE));
    assert_eq!(ieee::convert::<u64, u32>(0x7ff0_0000_0000_0001, env), (0x7fc0_0000, ExceptionFlags::INVALID));
}

/// SDM Vol. 1, "Denormals-Are-Zeros" and "Flush-To-Zero".
#[test]
fn denormals_are_zero_and_flush_to_zero() {
    let (one, denormal, smallest) = (1.0f64.to_bits(), 1u64, f64::MIN_POSITIVE.to_bits());
    let daz = FloatEnvironment { denormals_are_zero: true, ..FloatEnvironment::default() };
    assert_eq!(ieee::add(one, denormal, daz), (one, ExceptionFlags::NONE));
    assert_eq!(ieee::div(one, denormal, daz).1, ExceptionFlags::DIVIDE);
    let ftz = FloatEnvironment { flush_to_zero: true, ..FloatEnvironment::default() };
    let half = 0.5f64.to_bits();
    assert_eq!(ieee::mul(smallest, half, ftz), (0, ExceptionFlags::UNDERFLOW | ExceptionFlags::PRECISION));
    let unmasked = FloatEnvironment { masks: !ExceptionFlags::UNDERFLOW, ..ftz };
    assert_eq!(ieee::mul(smallest, half, unmasked).1, ExceptionFlags::UNDERFLOW);
}

#[test]
fn mxcsr_and_control_word_fields() {
    let env = FloatEnvironment::from_mxcsr(0x1f80);
    assert_eq!(env, FloatEnvironment::default());
    assert_eq!(ControlWord::from_word(0x037f), control());
    assert!(FloatEnvironment::from_mxcsr(0x1f80 | 0x8040).flush_to_zero);
    let lanes = ExceptionFlags::DENORMAL | ExceptionFlags::PRECISION;
    assert_eq!(FloatEnvironment { masks: !ExceptionFlags::DENORMAL, ..env }.reported(lanes), ExceptionFlags::DENORMAL);
    assert_eq!(env.reported(lanes), lanes);
}

/// SDM Vol. 2, the tables of "FPATAN" and "FYL2X" for zeros and infinities.
#[test]
fn transcendental_special_operands() {
    let value = |outcome: x87::FpuResult<F80>| outcome.value;
    let (one, minus) = (F80::ONE, F80::ONE.negated());
    let pi = f80(0x4000, 0xc90f_daa2_2168_c235);
    let angle = |y, x| value(transcendental::atan2(y, x, control()));
    assert_eq!(angle(F80::ZERO, minus), pi);
    assert_eq!(angle(F80::zero(true), F80::zero(true)), pi.negated());
    assert_eq!(angle(F80::zero(true), one), F80::zero(true));
    assert_eq!(angle(one, F80::ZERO), f80(0x3fff, pi.significand));
    assert_eq!(angle(INFINITY, INFINITY), f80(0x3ffe, pi.significand));
    assert_eq!(angle(one, INFINITY), F80::ZERO);
    let logarithm = transcendental::y_log2(one, F80::ZERO, control());
    assert_eq!((logarithm.value, logarithm.flags), (INFINITY.negated(), ExceptionFlags::DIVIDE));
    assert_eq!(value(transcendental::y_log2(minus, INFINITY, control())), INFINITY.negated());
    assert_eq!(value(transcendental::exp2_minus_1(one, control())), one);
    assert_eq!(value(transcendental::exp2_minus_1(minus, control())), f80(0xbffe, 1 << 63));
    assert_eq!(transcendental::sin(f80(0x403e, 1 << 63), control()), None);
}
