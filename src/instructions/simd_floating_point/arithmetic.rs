//! SSE and AVX floating-point arithmetic, packed and scalar (SDM Vol. 1, "SSE Packed and Scalar
//! Floating-Point Instructions", "SSE2 Packed and Scalar Double Precision Floating-Point
//! Instructions"), and rounding to integral numbers ("SSE4.1 Rounding Instructions").

use crate::float::ieee::native::{Addition, Division, Multiplication, Operation, Subtraction};
use crate::float::ieee::{self, native};
use crate::float::{ExceptionFlags, FloatEnvironment, Rounding};

use crate::instructions::operand::{AccessMode, Place, Value, Vector};
use crate::instructions::simd_float::{
    BinaryOperation, Float, by_host, env, exactly, exactly_two, low, only_exact, packed, put_low, quickly,
    quickly_choosing, quickly_one, raised, scalar, unrounded,
};
use crate::instructions::{Faulting, Interruption, Machine, Op};

/// A packed operation on two sources.
#[inline(always)]
fn operate<X: AccessMode, O: Operation, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let sources = [A::read(m, op)?, B::read(m, op)?];
    let result = packed::<X, O, F, V>(m, sources)?;
    Ok(D::write(m, op, result)?)
}

/// ADDPS/ADDPD: add packed floating-point values (SDM Vol. 2A, "ADDPS", "ADDPD").
#[inline]
pub fn addp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    operate::<X, Addition, F, V, D, A, B>(m, op)
}

/// ADDSS/ADDSD: add scalar floating-point values (SDM Vol. 2A, "ADDSS", "ADDSD").
#[inline]
pub fn adds<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, Addition, F, D, A, B>(m, op)
}

/// SUBPS/SUBPD: subtract packed floating-point values (SDM Vol. 2B, "SUBPS", "SUBPD").
#[inline]
pub fn subp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    operate::<X, Subtraction, F, V, D, A, B>(m, op)
}

/// SUBSS/SUBSD: subtract scalar floating-point values (SDM Vol. 2B, "SUBSS", "SUBSD").
#[inline]
pub fn subs<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, Subtraction, F, D, A, B>(m, op)
}

/// MULPS/MULPD: multiply packed floating-point values (SDM Vol. 2B, "MULPS", "MULPD").
#[inline]
pub fn mulp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    operate::<X, Multiplication, F, V, D, A, B>(m, op)
}

/// MULSS/MULSD: multiply scalar floating-point values (SDM Vol. 2B, "MULSS", "MULSD").
#[inline]
pub fn muls<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, Multiplication, F, D, A, B>(m, op)
}

/// DIVPS/DIVPD: divide packed floating-point values (SDM Vol. 2A, "DIVPS", "DIVPD").
#[inline]
pub fn divp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    operate::<X, Division, F, V, D, A, B>(m, op)
}

/// DIVSS/DIVSD: divide scalar floating-point values (SDM Vol. 2A, "DIVSS", "DIVSD").
#[inline]
pub fn divs<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    scalar::<X, Division, F, D, A, B>(m, op)
}

/// A packed choice between two sources, whose fast path is for numbers that are neither NaN nor denormal.
#[inline(always)]
fn choose<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    quick: impl Fn([F; 2]) -> F,
    exact: BinaryOperation<F>,
) -> Faulting<()> {
    let sources = [A::read(m, op)?, B::read(m, op)?];
    let result = if X::FAST { quickly_choosing(sources, quick) } else { exactly_two(m, sources, [exact; 2]) };
    Ok(D::write(m, op, result?)?)
}

/// A choice between two scalars.
#[inline(always)]
fn choose_one<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
    quick: impl Fn([F; 2]) -> F,
    exact: BinaryOperation<F>,
) -> Faulting<()> {
    let (a, b) = (low(A::read(m, op)?), B::read(m, op)?);
    let lane = if X::FAST {
        native::are_regular([a, b]).then(|| quick([a, b])).ok_or(Interruption::Miss)?
    } else {
        let result = exact(a, b, env(m));
        raised(m, result)?
    };
    Ok(put_low::<F, D, A>(m, op, lane)?)
}

/// MINPS/MINPD: the smaller of each pair of packed floating-point values (SDM Vol. 2B, "MINPS", "MINPD").
#[inline]
pub fn minp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    choose::<X, F, V, D, A, B>(m, op, native::min, ieee::min)
}

/// MINSS/MINSD: the smaller of two scalar floating-point values (SDM Vol. 2B, "MINSS", "MINSD").
#[inline]
pub fn mins<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    choose_one::<X, F, D, A, B>(m, op, native::min, ieee::min)
}

/// MAXPS/MAXPD: the larger of each pair of packed floating-point values (SDM Vol. 2B, "MAXPS", "MAXPD").
#[inline]
pub fn maxp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    choose::<X, F, V, D, A, B>(m, op, native::max, ieee::max)
}

/// MAXSS/MAXSD: the larger of two scalar floating-point values (SDM Vol. 2B, "MAXSS", "MAXSD").
#[inline]
pub fn maxs<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    choose_one::<X, F, D, A, B>(m, op, native::max, ieee::max)
}

/// SQRTPS/SQRTPD: square roots of packed floating-point values (SDM Vol. 2B, "SQRTPS", "SQRTPD").
#[inline]
pub fn sqrtp<X: AccessMode, F: Float, V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = [S::read(m, op)?];
    let roots = if X::FAST { quickly(m, source, native::sqrt::<F>) } else { exact_roots::<F, V>(m, source) };
    Ok(D::write(m, op, roots?)?)
}

#[inline(never)]
fn exact_roots<F: Float, V: Vector>(m: &mut Machine, source: [V; 1]) -> Faulting<V> {
    match unrounded(m, || by_host(source, native::exact_root::<F>)) {
        Some(roots) => Ok(roots),
        None => exactly(m, source, &|_, [a]: [F; 1], env| ieee::sqrt(a, env)),
    }
}

/// SQRTSS/SQRTSD: square root of a scalar floating-point value (SDM Vol. 2B, "SQRTSS", "SQRTSD").
#[inline]
pub fn sqrts<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let source = B::read(m, op)?;
    let root = if X::FAST { quickly_one(m, [source], native::sqrt) } else { exact_root(m, source) };
    Ok(put_low::<F, D, A>(m, op, root?)?)
}

#[inline(never)]
fn exact_root<F: Float>(m: &mut Machine, a: F) -> Faulting<F> {
    match unrounded(m, || native::exact_root([a])) {
        Some(root) => Ok(root),
        None => {
            let root = ieee::sqrt(a, env(m));
            raised(m, root)
        }
    }
}

/// Rounds to an integral number as an immediate says: bits 0 and 1 are the rounding mode, unless bit 2
/// selects that of MXCSR; bit 3 suppresses #P.
fn rounded<F: Float>(a: F, control: u8, env: FloatEnvironment) -> (F, ExceptionFlags) {
    let rounding = if control & 4 == 0 { Rounding::from_bits(control) } else { env.rounding };
    ieee::round_to_integral(a, rounding, control & 8 == 0, env)
}

/// ROUNDPS/ROUNDPD: round packed floating-point values (SDM Vol. 2B, "ROUNDPS", "ROUNDPD").
#[inline]
pub fn roundp<X: AccessMode, F: Float, V: Vector, D: Place<V>, S: Value<V>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    only_exact::<X>()?;
    let (source, control) = ([S::read(m, op)?], I::read(m, op)?);
    let result = round_lanes::<F, V>(m, source, control)?;
    Ok(D::write(m, op, result)?)
}

#[inline(never)]
fn round_lanes<F: Float, V: Vector>(m: &mut Machine, source: [V; 1], control: u8) -> Faulting<V> {
    exactly(m, source, &|_, [a]: [F; 1], env| rounded(a, control, env))
}

/// ROUNDSS/ROUNDSD: round a scalar floating-point value (SDM Vol. 2B, "ROUNDSS", "ROUNDSD").
#[inline]
pub fn rounds<X: AccessMode, F: Float, D: Place<F>, A: Value<u128>, B: Value<F>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    only_exact::<X>()?;
    let (source, control) = (B::read(m, op)?, I::read(m, op)?);
    let result = rounded(source, control, env(m));
    let lane = raised(m, result)?;
    Ok(put_low::<F, D, A>(m, op, lane)?)
}
