//! 32 and 64-bit arithmetic against `rustc_apfloat`.

use rustc_apfloat::ieee::{Double, Single};
use rustc_apfloat::{Float, Status, StatusAnd};
use tab86::cpu::Mxcsr;
use tab86::internals::float::ieee::native::Operation;
use tab86::internals::float::ieee::{self, Format, native};
use tab86::internals::float::{ExceptionFlags, FloatEnvironment, Rounding};

use crate::random::{Random, agree, apfloat_round, operations, told};

/// A format with its witness.
trait Witnessed: Format {
    type Witness: Float;
    const EXPONENT_BITS: u32 = Self::WIDTH - Self::PRECISION;

    fn random(random: &mut Random) -> Self {
        Self::narrow(random.ieee(Self::WIDTH, Self::EXPONENT_BITS))
    }

    fn witness(self) -> Self::Witness {
        Self::Witness::from_bits(self.widen().into())
    }
}

impl Witnessed for u32 {
    type Witness = Single;
}

impl Witnessed for u64 {
    type Witness = Double;
}

/// Result and flags are those of the witness; #D is counted here.
fn check<F: Witnessed>(case: &str, operands: &[F], ours: (F, ExceptionFlags), theirs: StatusAnd<F::Witness>) {
    let expected = if theirs.value.is_nan() { F::INDEFINITE } else { theirs.value.to_bits() as u64 };
    assert_eq!(ours.0.widen(), expected, "{case} {operands:x?}: {ours:x?}");
    let before = theirs.status.intersects(Status::INVALID_OP | Status::DIV_BY_ZERO);
    let denormal = !before && operands.iter().any(|operand| operand.is_denormal());
    let flags = told(theirs.status) | ExceptionFlags::DENORMAL.when(denormal);
    let (smallest, largest) = (1 << F::FRACTION, F::INFINITY - 1);
    let agree = agree(ours.1, flags, ours.0.magnitude() == smallest, ours.0.magnitude() == largest);
    assert!(agree, "{case} {operands:x?}: {ours:x?}, witness {flags:?}");
}

fn arithmetic<F: Witnessed>(seed: u64) {
    let mut random = Random(seed);
    for i in 0..operations() {
        let (a, b, c) = (F::random(&mut random), F::random(&mut random), F::random(&mut random));
        let rounding = random.rounding();
        let (env, round) = (FloatEnvironment { rounding, ..FloatEnvironment::default() }, apfloat_round(rounding));
        let (x, y, z) = (a.witness(), b.witness(), c.witness());
        match i % 5 {
            0 => check("add", &[a, b], ieee::add(a, b, env), x.add_r(y, round)),
            1 => check("sub", &[a, b], ieee::sub(a, b, env), x.sub_r(y, round)),
            2 => check("mul", &[a, b], ieee::mul(a, b, env), x.mul_r(y, round)),
            3 => check("div", &[a, b], ieee::div(a, b, env), x.div_r(y, round)),
            _ => check("fma", &[a, b, c], ieee::fma(a, b, c, false, false, env), x.mul_add_r(y, z, round)),
        }
    }
}

#[test]
fn single() {
    arithmetic::<u32>(11);
}

#[test]
fn double() {
    arithmetic::<u64>(12);
}

/// The negated forms are the plain one of negated operands.
#[test]
fn negated_multiply_add() {
    let mut random = Random(13);
    for _ in 0..operations() {
        let [a, b, c] = [u64::random(&mut random), u64::random(&mut random), u64::random(&mut random)];
        let env = FloatEnvironment { rounding: random.rounding(), ..FloatEnvironment::default() };
        let plain = |a, c| ieee::fma(a, b, c, false, false, env);
        assert_eq!(ieee::fma(a, b, c, true, false, env), plain(a.negated(), c));
        assert_eq!(ieee::fma(a, b, c, false, true, env), plain(a, c.negated()));
    }
}

/// Host arithmetic, where it gives a result, gives that of the exact operation, and no flag but #P.
fn host<F: Witnessed + native::Native>(seed: u64) {
    let mut random = Random(seed);
    let env = FloatEnvironment::default();
    let zero = F::narrow(0);
    let mut used = 0;
    let mut same = |case: &str, native: Option<F>, exact: (F, ExceptionFlags)| {
        let Some(result) = native else { return };
        used += 1;
        assert_eq!(result, exact.0, "{case}");
        assert!(ExceptionFlags::PRECISION.contains(exact.1), "{case}: {exact:x?}");
    };
    let unrounded = |case: &str, native: Option<F>, exact: (F, ExceptionFlags)| {
        assert!(native.is_none_or(|result| (result, ExceptionFlags::NONE) == exact), "{case} is exact: {exact:x?}");
    };
    for _ in 0..operations() {
        let (a, b) = (F::random(&mut random), F::random(&mut random));
        same("sum", native::Addition::certain([a, b]), ieee::add(a, b, env));
        same("difference", native::Subtraction::certain([a, b]), ieee::sub(a, b, env));
        same("product", native::Multiplication::certain([a, b]), ieee::mul(a, b, env));
        same("quotient", native::Division::certain([a, b]), ieee::div(a, b, env));
        same("sqrt", native::sqrt([a]), ieee::sqrt(a, env));
        let ordinary = |result: fn([F; 2]) -> F| native::are_ordinary([a, b]).then(|| result([a, b]));
        same("ordinary sum", ordinary(native::Addition::ordinary), ieee::add(a, b, env));
        same("ordinary difference", ordinary(native::Subtraction::ordinary), ieee::sub(a, b, env));
        same("ordinary product", ordinary(native::Multiplication::ordinary), ieee::mul(a, b, env));
        same("ordinary quotient", ordinary(native::Division::ordinary), ieee::div(a, b, env));
        unrounded("sum", native::Addition::unrounded([a, b]), ieee::add(a, b, env));
        unrounded("difference", native::Subtraction::unrounded([a, b]), ieee::sub(a, b, env));
        unrounded("product", native::Multiplication::unrounded([a, b]), ieee::mul(a, b, env));
        unrounded("quotient", native::Division::unrounded([a, b]), ieee::div(a, b, env));
        unrounded("root", native::exact_root([a]), ieee::sqrt(a, env));
        let regular = |result: fn([F; 2]) -> F| native::are_regular([a, b]).then(|| result([a, b]));
        same("min", regular(native::min), ieee::min(a, b, env));
        same("max", regular(native::max), ieee::max(a, b, env));
        assert_eq!(native::are_regular([a, b]), native::irregular(a) == zero && native::irregular(b) == zero);
    }
    assert!(used > operations(), "host arithmetic is hardly used: {used}");
}

#[test]
fn host_single() {
    host::<u32>(14);
}

#[test]
fn host_double() {
    host::<u64>(15);
}

#[test]
fn host_only_where_inexact_is_old_news() {
    let suits = |word| Mxcsr::from(word).is_usual();
    assert!(suits(0x1fa0));
    assert!(!suits(0x1f80), "#P would be news");
    assert!(!suits(0x5fa0), "another rounding mode");
    assert!(!suits(0x0fa0), "#P is not masked");
    assert_eq!(Mxcsr::from(0x1fa0).word(), 0x1fa0);
}

/// The square root, by the host's in all but the sign of what is left.
#[test]
fn square_root() {
    let mut random = Random(16);
    for _ in 0..operations() {
        let a = u64::random(&mut random) & !(1 << 63);
        let (root, flags) = ieee::sqrt(a, FloatEnvironment::default());
        assert_eq!(root, f64::from_bits(a).sqrt().to_bits(), "{a:x}");
        let (down, _) = ieee::sqrt(a, FloatEnvironment { rounding: Rounding::Down, ..FloatEnvironment::default() });
        let (up, _) = ieee::sqrt(a, FloatEnvironment { rounding: Rounding::Up, ..FloatEnvironment::default() });
        assert_eq!(up - down, u64::from(flags.contains(ExceptionFlags::PRECISION)), "{a:x}");
        assert!(root == up || root == down);
    }
}
