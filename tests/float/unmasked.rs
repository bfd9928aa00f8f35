//! Overflow, underflow and precision, masked and unmasked, against a witness whose exponents have no
//! bounds: `rustc_apfloat` with the precision of each format and 20 bits of exponent. It says whether a
//! result is out of range, and whether it is inexact by its significand alone.

use rustc_apfloat::ieee::{Double, Half, IeeeFloat, Semantics, Single, X87DoubleExtended};
use rustc_apfloat::{Float, FloatConvert, Round, Status, StatusAnd};
use tab86::internals::float::ieee::{self, Format};
use tab86::internals::float::x87::{self, ControlWord, FpuResult, NumberClass, Precision};
use tab86::internals::float::{ExceptionFlags, F80, FloatEnvironment};

use crate::random::{Random, apfloat_round, operations};

/// A format of `P` significant bits whose exponents are out of reach.
struct Unbounded<const P: usize>;

impl<const P: usize> Semantics for Unbounded<P> {
    const BITS: usize = P + Self::EXP_BITS;
    const EXP_BITS: usize = 20;
}

type Exact<const P: usize> = IeeeFloat<Unbounded<P>>;

/// A format, its witness, and the witness without bounds.
trait Bounded: Format {
    type Witness: Float + FloatConvert<Self::Exact>;
    type Exact: Float;
    const LARGEST: i32 = (1 << (Self::WIDTH - Self::PRECISION - 1)) - 1;

    fn witness(self) -> Self::Witness {
        Self::Witness::from_bits(self.widen().into())
    }

    fn unbounded(self) -> Self::Exact {
        self.witness().convert_r(Round::NearestTiesToEven, &mut false).value
    }

    fn random(random: &mut Random) -> Self {
        Self::narrow(random.ieee(Self::WIDTH, Self::WIDTH - Self::PRECISION))
    }
}

impl Bounded for u16 {
    type Witness = Half;
    type Exact = Exact<11>;
}

impl Bounded for u32 {
    type Witness = Single;
    type Exact = Exact<24>;
}

impl Bounded for u64 {
    type Witness = Double;
    type Exact = Exact<53>;
}

const OVERFLOW: ExceptionFlags = ExceptionFlags::OVERFLOW;
const UNDERFLOW: ExceptionFlags = ExceptionFlags::UNDERFLOW;
const PRECISION: ExceptionFlags = ExceptionFlags::PRECISION;

/// #O or #U, if the exponent of a result is out of range.
fn range<E: Float>(result: &StatusAnd<E>, smallest: i32, largest: i32) -> ExceptionFlags {
    let exponent = result.value.ilogb();
    OVERFLOW.when(exponent > largest) | UNDERFLOW.when(exponent < smallest)
}

fn is_inexact<T>(result: &StatusAnd<T>) -> bool {
    result.status.contains(Status::INEXACT)
}

/// What a result raises, by the witness without bounds and the one within them.
fn expected<E: Float, N: Float>(
    unbounded: &StatusAnd<E>,
    bounded: &StatusAnd<N>,
    largest: i32,
    env: FloatEnvironment,
) -> ExceptionFlags {
    let range = range(unbounded, 1 - largest, largest);
    if !env.masks.contains(range) || range.is_empty() {
        return range | PRECISION.when(is_inexact(unbounded));
    }
    let exact = range == UNDERFLOW && !env.flush_to_zero && !is_inexact(bounded);
    (range | PRECISION).when(!exact)
}

/// #I, #D and #Z masked, the others at random.
fn environment(random: &mut Random) -> FloatEnvironment {
    let masks = (ExceptionFlags(random.next() as u8) | ExceptionFlags::BEFORE) & ExceptionFlags::ALL;
    let flush_to_zero = random.below(4) == 0;
    FloatEnvironment { rounding: random.rounding(), masks, flush_to_zero, ..FloatEnvironment::DEFAULT }
}

/// The operation with this number, in any format of the witness.
fn operation<T: Float>(number: u64, [a, b, c]: [T; 3], round: Round) -> StatusAnd<T> {
    match number {
        0 => a.add_r(b, round),
        1 => a.sub_r(b, round),
        2 => a.mul_r(b, round),
        3 => a.div_r(b, round),
        _ => a.mul_add_r(b, c, round),
    }
}

fn arithmetic<F: Bounded>(seed: u64) {
    let (mut random, mut unmasked) = (Random(seed), 0);
    for i in (0..5).cycle().take(4 * operations() as usize) {
        let operands @ [a, b, c] = [F::random(&mut random), F::random(&mut random), F::random(&mut random)];
        let env = environment(&mut random);
        let exact = operation(i, operands.map(F::unbounded), apfloat_round(env.rounding));
        if !exact.value.is_finite_non_zero() {
            continue;
        }
        let bounded = operation(i, operands.map(F::witness), apfloat_round(env.rounding));
        let (_, flags) = match i {
            0 => ieee::add(a, b, env),
            1 => ieee::sub(a, b, env),
            2 => ieee::mul(a, b, env),
            3 => ieee::div(a, b, env),
            _ => ieee::fma(a, b, c, false, false, env),
        };
        let expected = expected(&exact, &bounded, F::LARGEST, env);
        assert_eq!(flags & !ExceptionFlags::DENORMAL, expected, "operation {i} on {operands:x?} in {env:?}");
        unmasked += u64::from(!env.masks.contains(expected & ExceptionFlags::RANGE));
    }
    assert!(unmasked > operations() / 100, "hardly a result is out of range: {unmasked}");
}

#[test]
fn arithmetic_single() {
    arithmetic::<u32>(61);
}

#[test]
fn arithmetic_double() {
    arithmetic::<u64>(62);
}

/// From `A` to the narrower `B`.
fn conversion<A: Bounded, B: Bounded>(seed: u64, ours: fn(A, FloatEnvironment) -> (B, ExceptionFlags))
where
    A::Witness: FloatConvert<B::Witness> + FloatConvert<B::Exact>,
{
    let mut random = Random(seed);
    for _ in 0..operations() {
        let a = A::random(&mut random);
        // FTZ has no say in conversions to half precision.
        let env = FloatEnvironment { flush_to_zero: false, ..environment(&mut random) };
        let round = apfloat_round(env.rounding);
        let exact: StatusAnd<B::Exact> = a.witness().convert_r(round, &mut false);
        let bounded: StatusAnd<B::Witness> = a.witness().convert_r(round, &mut false);
        if exact.value.is_finite_non_zero() {
            let expected = expected(&exact, &bounded, B::LARGEST, env);
            assert_eq!(ours(a, env).1 & !ExceptionFlags::DENORMAL, expected, "{a:x?} in {env:?}");
        }
    }
}

#[test]
fn conversions() {
    conversion::<u64, u32>(63, ieee::convert);
    conversion::<u32, u16>(64, ieee::to_half);
}

fn extended(a: F80) -> X87DoubleExtended {
    X87DoubleExtended::from_bits(u128::from(a.sign_exponent) << 64 | u128::from(a.significand))
}

/// Anywhere, or within the exponents of a narrower format and a little around them.
fn register(random: &mut Random, largest: i32) -> F80 {
    let (a, span) = (random.f80(), 3 * largest as u16);
    match random.below(4) {
        0 => a,
        _ => F80 {
            sign_exponent: a.sign_exponent & 0x8000 | (0x3fff - span / 2 + a.exponent() % span),
            significand: a.significand | 1 << 63,
        },
    }
}

/// FST m32fp, FST m64fp: what is not stored was not rounded, and neither #P nor C1 says that it was.
fn store<F: Bounded>(seed: u64)
where
    X87DoubleExtended: FloatConvert<F::Exact> + FloatConvert<F::Witness>,
{
    let mut random = Random(seed);
    for _ in 0..operations() {
        let a = register(&mut random, F::LARGEST);
        let env = FloatEnvironment { flush_to_zero: false, ..environment(&mut random) };
        let control = ControlWord { rounding: env.rounding, masks: env.masks, precision: Precision::Extended };
        let round = apfloat_round(env.rounding);
        let exact: StatusAnd<F::Exact> = extended(a).convert_r(round, &mut false);
        let bounded: StatusAnd<F::Witness> = extended(a).convert_r(round, &mut false);
        if !exact.value.is_finite_non_zero() {
            continue;
        }
        let range = range(&exact, 1 - F::LARGEST, F::LARGEST);
        let stored = env.masks.contains(range);
        let flags = if stored { expected(&exact, &bounded, F::LARGEST, env) } else { range };
        let ours = x87::to_format::<F>(a, control);
        assert_eq!((ours.written, ours.flags), (stored, flags), "{a:x?} in {control:?}");
        assert!(stored || !ours.rounded_up, "{a:x?} in {control:?}");
    }
}

#[test]
fn stores() {
    store::<u32>(65);
    store::<u64>(66);
}

/// An operation of the FPU.
type FpuOperation = fn(F80, F80, ControlWord) -> FpuResult<F80>;

/// The exact result, rounded to odd in far more bits than a register has, so that it can be rounded to
/// a register's precision as if it had not been rounded before.
fn rounded_to_odd(number: u64, operands: [F80; 2]) -> Exact<100> {
    let [a, b]: [Exact<100>; 2] = operands.map(|a| extended(a).convert_r(Round::TowardZero, &mut false).value);
    let result = operation(number, [a, b, b], Round::TowardZero);
    Exact::from_bits(result.value.to_bits() | u128::from(is_inexact(&result)))
}

/// What a register receives from an unmasked overflow or underflow: the result times 2^-24576 or
/// 2^24576. Nothing if there is none.
fn wrapped<const P: usize>(result: Exact<100>, control: ControlWord) -> Option<FpuResult<F80>> {
    let round = |mode| -> StatusAnd<Exact<P>> { result.convert_r(apfloat_round(mode), &mut false) };
    let (exact, truncated) = (round(control.rounding), round(tab86::internals::float::Rounding::Zero));
    let range = range(&exact, -16382, 16383);
    if !exact.value.is_finite_non_zero() || control.masks.contains(range) {
        return None;
    }
    let wrapped = exact.value.scalbn(if range == OVERFLOW { -24576 } else { 24576 });
    let value: X87DoubleExtended = wrapped.convert_r(Round::TowardZero, &mut false).value;
    Some(FpuResult {
        value: F80 { significand: value.to_bits() as u64, sign_exponent: (value.to_bits() >> 64) as u16 },
        flags: range | PRECISION.when(is_inexact(&exact)),
        rounded_up: exact.value != truncated.value,
        written: true,
    })
}

fn registers<const P: usize>(seed: u64, precision: Precision) {
    const OPERATIONS: [FpuOperation; 4] = [x87::add, x87::sub, x87::mul, x87::div];
    let (mut random, mut seen) = (Random(seed), 0);
    for i in (0..4).cycle().take(operations() as usize) {
        let operands @ [a, b] = [random.f80(), random.f80()];
        let FloatEnvironment { rounding, masks, .. } = environment(&mut random);
        let control = ControlWord { rounding, masks, precision };
        let Some(expected) = wrapped::<P>(rounded_to_odd(i, operands), control) else { continue };
        let ours = OPERATIONS[i as usize](a, b, control);
        let denormal = operands.iter().any(|one| one.class() == NumberClass::Denormal);
        let ours = FpuResult { flags: ours.flags & !ExceptionFlags::DENORMAL.when(denormal), ..ours };
        assert_eq!(ours, expected, "operation {i} on {operands:x?} in {control:?}");
        seen += 1;
    }
    assert!(seen > operations() / 100, "hardly a result is out of range: {seen}");
}

#[test]
fn registers_of_each_precision() {
    registers::<24>(67, Precision::Single);
    registers::<53>(68, Precision::Double);
    registers::<64>(69, Precision::Extended);
}
