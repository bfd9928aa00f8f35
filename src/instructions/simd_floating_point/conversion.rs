//! SSE and AVX conversion between integers and floating-point numbers and between their formats
//! (SDM Vol. 1, "SSE Conversion Instructions", "SSE2 Conversion Instructions").

use crate::float::ieee::{self, native};
use crate::float::{ExceptionFlags, FloatEnvironment, Rounding};

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector};
use crate::instructions::simd_float::{Float, env, exactly, put_low, quickly, quickly_one, raised};
use crate::instructions::{Faulting, Machine, Op};

/// A conversion of one number, exact in result and flags.
type Conversion<A, B> = fn(A, FloatEnvironment) -> (B, ExceptionFlags);

/// To an integer in the mode of MXCSR.
fn nearest<F: Float>(a: F, env: FloatEnvironment) -> (u32, ExceptionFlags) {
    let (integer, flags) = ieee::to_integer::<F, i32>(a, env.rounding, env);
    (integer as u32, flags)
}

/// To an integer, toward zero.
fn truncated<F: Float>(a: F, env: FloatEnvironment) -> (u32, ExceptionFlags) {
    let (integer, flags) = ieee::to_integer::<F, i32>(a, Rounding::Zero, env);
    (integer as u32, flags)
}

/// From an integer.
fn number<F: Float>(a: u32, env: FloatEnvironment) -> (F, ExceptionFlags) {
    ieee::from_integer(a as i32, env)
}

/// A packed conversion; lanes of the destination without a source are zero.
#[inline(always)]
fn packed<X: AccessMode, A: Lane, B: Lane, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
    quick: impl Fn([A; 1]) -> Option<B>,
    exact: Conversion<A, B>,
) -> Faulting<()> {
    let source = [S::read(m, op)?];
    let result = if X::FAST { quickly(m, source, quick) } else { exact_lanes(m, source, exact) };
    Ok(D::write(m, op, result?)?)
}

#[inline(never)]
fn exact_lanes<A: Lane, B: Lane, U: Vector, V: Vector>(
    m: &mut Machine,
    source: [U; 1],
    f: Conversion<A, B>,
) -> Faulting<V> {
    exactly(m, source, &|_, [a], env| f(a, env))
}

/// A scalar conversion.
#[inline(always)]
fn one<X: AccessMode, A: Lane, B: Lane>(
    m: &mut Machine,
    a: A,
    quick: impl Fn([A; 1]) -> Option<B>,
    exact: Conversion<A, B>,
) -> Faulting<B> {
    if X::FAST { quickly_one(m, [a], quick) } else { exact_one(m, a, exact) }
}

#[inline(never)]
fn exact_one<A, B>(m: &mut Machine, a: A, f: Conversion<A, B>) -> Faulting<B> {
    let result = f(a, env(m));
    raised(m, result)
}

/// CVTPS2PD: convert packed single precision to packed double precision (SDM Vol. 2A, "CVTPS2PD").
#[inline]
pub fn cvtps2pd<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u32, u64, U, V, D, S>(m, op, native::convert, ieee::convert)
}

/// CVTPD2PS: convert packed double precision to packed single precision (SDM Vol. 2A, "CVTPD2PS").
#[inline]
pub fn cvtpd2ps<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u64, u32, U, V, D, S>(m, op, native::convert, ieee::convert)
}

/// CVTDQ2PS: convert packed doubleword integers to packed single precision (SDM Vol. 2A, "CVTDQ2PS").
#[inline]
pub fn cvtdq2ps<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u32, u32, U, V, D, S>(m, op, native::from_integer, number)
}

/// CVTDQ2PD: convert packed doubleword integers to packed double precision (SDM Vol. 2A, "CVTDQ2PD").
#[inline]
pub fn cvtdq2pd<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u32, u64, U, V, D, S>(m, op, native::from_integer, number)
}

/// CVTPS2DQ: convert packed single precision to packed doubleword integers (SDM Vol. 2A, "CVTPS2DQ").
#[inline]
pub fn cvtps2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u32, u32, U, V, D, S>(m, op, native::to_integer, nearest)
}

/// CVTTPS2DQ: convert packed single precision to packed doubleword integers, truncating (SDM Vol. 2A, "CVTTPS2DQ").
#[inline]
pub fn cvttps2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u32, u32, U, V, D, S>(m, op, native::truncate, truncated)
}

/// CVTPD2DQ: convert packed double precision to packed doubleword integers (SDM Vol. 2A, "CVTPD2DQ").
#[inline]
pub fn cvtpd2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u64, u32, U, V, D, S>(m, op, native::to_integer, nearest)
}

/// CVTTPD2DQ: convert packed double precision to packed doubleword integers, truncating (SDM Vol. 2A, "CVTTPD2DQ").
#[inline]
pub fn cvttpd2dq<X: AccessMode, U: Vector, V: Vector, D: Place<V>, S: Value<U>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    packed::<X, u64, u32, U, V, D, S>(m, op, native::truncate, truncated)
}

/// CVTSS2SD: convert scalar single precision to double precision (SDM Vol. 2A, "CVTSS2SD").
#[inline]
pub fn cvtss2sd<X: AccessMode, D: Place<u64>, A: Value<u128>, B: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = B::read(m, op)?;
    let lane = one::<X, u32, u64>(m, source, native::convert, ieee::convert)?;
    Ok(put_low::<_, D, A>(m, op, lane)?)
}

/// CVTSD2SS: convert scalar double precision to single precision (SDM Vol. 2A, "CVTSD2SS").
#[inline]
pub fn cvtsd2ss<X: AccessMode, D: Place<u32>, A: Value<u128>, B: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = B::read(m, op)?;
    let lane = one::<X, u64, u32>(m, source, native::convert, ieee::convert)?;
    Ok(put_low::<_, D, A>(m, op, lane)?)
}

/// CVTSI2SS/CVTSI2SD: convert a doubleword integer to a scalar number (SDM Vol. 2A, "CVTSI2SS", "CVTSI2SD").
#[inline]
pub fn cvtsi2s<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<u32>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let source = B::read(m, op)?;
    let lane: F = one::<X, u32, F>(m, source, native::from_integer, number)?;
    Ok(put_low::<_, D, A>(m, op, lane)?)
}

/// CVTSS2SI: convert scalar single precision to a doubleword integer (SDM Vol. 2A, "CVTSS2SI").
#[inline]
pub fn cvtss2si<X: AccessMode, D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, u32, u32>(m, a, native::to_integer, nearest)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTTSS2SI: convert scalar single precision to a doubleword integer, truncating (SDM Vol. 2A, "CVTTSS2SI").
#[inline]
pub fn cvttss2si<X: AccessMode, D: Place<u32>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, u32, u32>(m, a, native::truncate, truncated)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTSD2SI: convert scalar double precision to a doubleword integer (SDM Vol. 2A, "CVTSD2SI").
#[inline]
pub fn cvtsd2si<X: AccessMode, D: Place<u32>, S: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, u64, u32>(m, a, native::to_integer, nearest)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTTSD2SI: convert scalar double precision to a doubleword integer, truncating (SDM Vol. 2A, "CVTTSD2SI").
#[inline]
pub fn cvttsd2si<X: AccessMode, D: Place<u32>, S: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let a = S::read(m, op)?;
    let integer = one::<X, u64, u32>(m, a, native::truncate, truncated)?;
    Ok(D::write(m, op, integer)?)
}

/// CVTPI2PS: convert packed doubleword integers to packed single precision, the upper half of the
/// destination staying (SDM Vol. 2A, "CVTPI2PS").
#[inline]
pub fn cvtpi2ps<D: Place<u64>, A: Value<u128>, B: Value<u64>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = [B::read(m, op)?];
    let lanes: u64 = exact_lanes::<u32, u32, u64, u64>(m, source, number)?;
    Ok(put_low::<u64, D, A>(m, op, lanes)?)
}
