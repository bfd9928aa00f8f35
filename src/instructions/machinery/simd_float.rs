//! What SSE and AVX floating-point instructions share: lanes, the fast and the exact path, and the
//! exceptions (SDM Vol. 1, "Programming with SSE", "SSE, SSE2, and SSE3 Exceptions").
//!
//! On the fast path the host computes the lanes, if MXCSR allows it and the result of each lane is certain: as a
//! rule one look at the operands shows that. Otherwise the checked copy of the instruction looks at each lane more
//! closely, and at whether its result was rounded at all if that would be news; then it computes them exactly. What
//! rounds nothing, as comparisons do, does not depend on MXCSR. Large functions are
//! generic over lanes and vectors only, not over operands, so that few copies of them are compiled.

use crate::cpu::Mxcsr;
use crate::float::ieee::Native;
use crate::float::ieee::native::{self, Operation, ROUNDED_ONCE, distance_unless_zero, irregular};
use crate::float::{ExceptionFlags, FloatEnvironment};

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector, build, count, lanes};
use crate::instructions::{Exception, Faulting, Interruption, Machine, Op, Outcome};

/// A lane that is a 32 or 64-bit floating-point number.
pub trait Float: Lane + Native {}

impl Float for u32 {}
impl Float for u64 {}

/// An operation on two numbers, exact in result and flags.
pub(in crate::instructions) type BinaryOperation<F> = fn(F, F, FloatEnvironment) -> (F, ExceptionFlags);

/// Merges the flags of an operation on all lanes into MXCSR.
///
/// # Errors
/// #XM if one of them is not masked; the instruction does not write its result then.
pub(in crate::instructions) fn raise(m: &mut Machine, flags: ExceptionFlags) -> Faulting<()> {
    let env = env(m);
    m.cpu.mxcsr = Mxcsr::from(m.cpu.mxcsr.word() | u32::from(env.reported(flags).0));
    if env.masks.contains(flags) { Ok(()) } else { Err(Exception::Simd.into()) }
}

/// The result, after its flags are merged into MXCSR.
pub(in crate::instructions) fn raised<T>(m: &mut Machine, (result, flags): (T, ExceptionFlags)) -> Faulting<T> {
    raise(m, flags)?;
    Ok(result)
}

/// The floating-point environment of MXCSR.
pub(in crate::instructions) fn env(m: &Machine) -> FloatEnvironment {
    FloatEnvironment::from_mxcsr(m.cpu.mxcsr.word())
}

/// Whether the host's arithmetic may be tried.
#[inline(always)]
fn suits_host(m: &Machine) -> bool {
    ROUNDED_ONCE && m.cpu.mxcsr.is_usual()
}

/// What the host makes of operands, if its result would not be rounded: `f` looks at that.
#[inline(always)]
pub(in crate::instructions) fn unrounded<T>(m: &Machine, f: impl FnOnce() -> Option<T>) -> Option<T> {
    if ROUNDED_ONCE && m.cpu.mxcsr.rounds_to_nearest() { f() } else { None }
}

/// For instructions without a fast path: a miss on it.
#[inline(always)]
pub(in crate::instructions) fn only_exact<X: AccessMode>() -> Faulting<()> {
    if X::FAST { Err(Interruption::Miss) } else { Ok(()) }
}

/// The vector whose lanes are `f` of the lanes of the sources; those beyond the sources are zero.
#[inline(always)]
pub(in crate::instructions) fn each_lane<A: Lane, U: Vector, B: Lane, V: Vector, const N: usize>(
    sources: [U; N],
    mut f: impl FnMut(usize, [A; N]) -> B,
) -> V {
    let bytes = sources.map(U::to_bytes);
    build(|number| {
        if number < count::<A, U>() { f(number, bytes.each_ref().map(|of| A::get(of, number))) } else { B::default() }
    })
}

/// The exact path. `f` receives the number of the lane.
#[inline(never)]
pub(in crate::instructions) fn exactly<A: Lane, U: Vector, B: Lane, V: Vector, const N: usize>(
    m: &mut Machine,
    sources: [U; N],
    f: &dyn Fn(usize, [A; N], FloatEnvironment) -> (B, ExceptionFlags),
) -> Faulting<V> {
    let (env, mut all) = (env(m), ExceptionFlags::NONE);
    let result = each_lane(sources, |number, lanes| {
        let (lane, flags) = f(number, lanes, env);
        all |= flags;
        lane
    });
    raised(m, (result, all))
}

/// The exact path for operations on two numbers: one for even lanes, one for odd lanes.
#[inline(never)]
pub(in crate::instructions) fn exactly_two<F: Lane, V: Vector>(
    m: &mut Machine,
    sources: [V; 2],
    f: [BinaryOperation<F>; 2],
) -> Faulting<V> {
    exactly(m, sources, &|number, [a, b], env| f[number % 2](a, b, env))
}

/// The fast path; a miss if a lane is not certain.
#[inline(always)]
pub(in crate::instructions) fn quickly<A: Lane, U: Vector, B: Lane, V: Vector, const N: usize>(
    m: &Machine,
    sources: [U; N],
    f: impl Fn([A; N]) -> Option<B>,
) -> Faulting<V> {
    if suits_host(m) { by_host(sources, f).ok_or(Interruption::Miss) } else { Err(Interruption::Miss) }
}

/// What the host makes of vectors, if each lane is certain.
#[inline(never)]
pub(in crate::instructions) fn by_host<A: Lane, U: Vector, B: Lane, V: Vector, const N: usize>(
    sources: [U; N],
    f: impl Fn([A; N]) -> Option<B>,
) -> Option<V> {
    let mut certain = true;
    let result = each_lane(sources, |_, lanes| {
        let lane = f(lanes);
        certain &= lane.is_some();
        lane.unwrap_or_default()
    });
    certain.then_some(result)
}

/// The fast path for a single number.
#[inline(always)]
pub(in crate::instructions) fn quickly_one<A, B, const N: usize>(
    m: &Machine,
    sources: [A; N],
    f: impl Fn([A; N]) -> Option<B>,
) -> Faulting<B> {
    if suits_host(m) { f(sources).ok_or(Interruption::Miss) } else { Err(Interruption::Miss) }
}

/// The lowest lane.
#[inline(always)]
pub(in crate::instructions) fn low<F: Float>(vector: u128) -> F {
    F::narrow(vector as u64)
}

/// Writes the lowest lane of a destination whose other lanes are those of the first source.
#[inline(always)]
pub(in crate::instructions) fn put_low<F: Float, D: Place<F>, A: Value<u128>>(
    m: &mut Machine,
    op: &Op,
    lane: F,
) -> Outcome<()> {
    let first = A::read(m, op)?;
    D::complete(m, op, lane, first)
}

/// The bits that some lane has.
#[inline(always)]
fn together<F: Float, V: Vector>(vector: V) -> u64 {
    let (bytes, mut all, mut number) = (vector.to_bytes(), F::default(), 0);
    while number < count::<F, V>() {
        all = all | F::get(&bytes, number);
        number += 1;
    }
    all.widen()
}

/// What operands must be less distant than for the fast path: [`Native::FAR`] where the host's arithmetic may be tried,
/// else 0.
#[inline(always)]
fn limit<F: Native>(m: &Machine) -> u64 {
    if ROUNDED_ONCE { m.cpu.mxcsr.limit() >> (64 - F::WIDTH) } else { 0 }
}

/// How distant the lanes are from ordinary ones, of which nothing need be asked what an operation makes of them.
#[inline(always)]
fn lanes_distance<F: Float, V: Vector>(a: V, b: V) -> u64 {
    together::<F, V>(lanes(a, b, |a: F, b: F| a.distance() | b.distance()))
}

/// The same where zeros do no harm.
#[inline(always)]
fn lanes_distance_unless_zero<F: Float, V: Vector>(a: V, b: V) -> u64 {
    together::<F, V>(lanes(a, b, |a: F, b: F| distance_unless_zero(a) | distance_unless_zero(b)))
}

/// Whether no lane is a NaN or denormal, so that comparing them raises nothing.
#[inline(always)]
fn all_regular<F: Float, V: Vector>(a: V, b: V) -> bool {
    together::<F, V>(lanes(a, b, |a: F, b: F| irregular(a) | irregular(b))) == 0
}

/// The fast path of an operation that rounds nothing and minds no operands but NaNs and denormals: comparisons and
/// choices.
#[inline(always)]
pub(in crate::instructions) fn quickly_choosing<F: Float, V: Vector>(
    [a, b]: [V; 2],
    f: impl Fn([F; 2]) -> F,
) -> Faulting<V> {
    if all_regular::<F, V>(a, b) { Ok(lanes(a, b, |a, b| f([a, b]))) } else { Err(Interruption::Miss) }
}

/// The fast path of a packed operation: `f` computes the lanes of operands that fit `O`.
#[inline(always)]
pub(in crate::instructions) fn quickly_packed<O: Operation, F: Float, V: Vector>(
    m: &Machine,
    [a, b]: [V; 2],
    f: impl FnOnce(V, V) -> V,
) -> Faulting<V> {
    let distance = if O::ZEROS_FIT { lanes_distance_unless_zero::<F, V> } else { lanes_distance::<F, V> };
    if distance(a, b) < limit::<F>(m) { Ok(f(a, b)) } else { Err(Interruption::Miss) }
}

/// A packed operation on two sources.
#[inline(always)]
pub(in crate::instructions) fn packed<X: AccessMode, O: Operation, F: Float, V: Vector>(
    m: &mut Machine,
    sources: [V; 2],
) -> Faulting<V> {
    if X::FAST {
        quickly_packed::<O, F, V>(m, sources, |a, b| lanes(a, b, |a: F, b: F| O::ordinary([a, b])))
    } else {
        packed_at_length::<O, F, V>(m, sources)
    }
}

#[inline(never)]
fn packed_at_length<O: Operation, F: Float, V: Vector>(m: &mut Machine, sources: [V; 2]) -> Faulting<V> {
    if let Ok(vector) = quickly(m, sources, O::certain::<F>) {
        return Ok(vector);
    }
    match unrounded(m, || by_host(sources, O::unrounded::<F>)) {
        Some(vector) => Ok(vector),
        None => exactly_two(m, sources, [O::exactly::<F>; 2]),
    }
}

/// A scalar operation on the lowest lane of the first source and the second; the other lanes are
/// the first source's.
#[inline(always)]
pub(in crate::instructions) fn scalar<
    X: AccessMode,
    O: Operation,
    F: Float,
    D: Place<F>,
    A: Value<u128>,
    B: Value<F>,
>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let sources = [low(A::read(m, op)?), B::read(m, op)?];
    let lane = if X::FAST {
        if native::distance(sources) < limit::<F>(m) {
            O::ordinary(sources)
        } else {
            quickly_one(m, sources, O::certain)?
        }
    } else {
        scalar_at_length::<O, F>(m, sources)?
    };
    Ok(put_low::<F, D, A>(m, op, lane)?)
}

#[inline(never)]
fn scalar_at_length<O: Operation, F: Float>(m: &mut Machine, [a, b]: [F; 2]) -> Faulting<F> {
    match unrounded(m, || O::unrounded([a, b])) {
        Some(lane) => Ok(lane),
        None => {
            let result = O::exactly(a, b, env(m));
            raised(m, result)
        }
    }
}
