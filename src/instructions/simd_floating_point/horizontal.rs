//! Floating-point operations across lanes: the horizontal ones of SSE3 (SDM Vol. 1, "SSE3
//! Horizontal Addition/Subtraction", "SSE3 SIMD Floating-Point Packed ADD/SUB Instructions") and the
//! dot products of SSE4.1 ("Floating-Point Dot Product Instructions").

use crate::float::ieee::{self, native};

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector, build, count, pick};
use crate::instructions::simd_float::{BinaryOperation, Float, exactly_two, only_exact, quickly};
use crate::instructions::{Faulting, Machine, Op};

/// ADDSUBPS/ADDSUBPD: subtract in even lanes, add in odd lanes (SDM Vol. 2A, "ADDSUBPS", "ADDSUBPD").
#[inline]
pub fn addsubp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    only_exact::<X>()?;
    let sources = [A::read(m, op)?, B::read(m, op)?];
    let result = exactly_two::<F, V>(m, sources, [ieee::sub, ieee::add])?;
    Ok(D::write(m, op, result)?)
}

/// The neighbours of two vectors, 128 bits at a time: the even lanes of both, and the odd lanes.
#[inline(never)]
fn neighbours<L: Lane, V: Vector>([a, b]: [V; 2]) -> [V; 2] {
    [0, 1].map(|odd| pick::<L, V>(a, b, |_, lane| 2 * lane + odd))
}

/// Writes `f` of each lane and the one above.
#[inline(always)]
fn horizontally<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    quick: impl Fn([F; 2]) -> Option<F>,
    exact: BinaryOperation<F>,
) -> Faulting<()> {
    let sources = neighbours::<F, V>([A::read(m, op)?, B::read(m, op)?]);
    let result = if X::FAST { quickly(m, sources, quick) } else { exactly_two(m, sources, [exact; 2]) };
    Ok(D::write(m, op, result?)?)
}

/// HADDPS/HADDPD: horizontal add (SDM Vol. 2A, "HADDPS", "HADDPD").
#[inline]
pub fn haddp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    horizontally::<X, F, V, D, A, B>(m, op, native::add, ieee::add)
}

/// HSUBPS/HSUBPD: horizontal subtract (SDM Vol. 2A, "HSUBPS", "HSUBPD").
#[inline]
pub fn hsubp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    horizontally::<X, F, V, D, A, B>(m, op, native::sub, ieee::sub)
}

/// DPPS/DPPD: dot product (SDM Vol. 2A, "DPPS", "DPPD"). The upper half of the immediate chooses the
/// lanes that are multiplied, the lower those that get the sum; the others are zero.
#[inline]
pub fn dpp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    only_exact::<X>()?;
    let (sources, lanes) = ([A::read(m, op)?, B::read(m, op)?], I::read(m, op)?);
    let product = dot_product::<F, V>(m, sources, lanes)?;
    Ok(D::write(m, op, product)?)
}

/// Adds neighbouring lanes until each lane holds the sum of all. Each step can raise #XM.
#[inline(never)]
fn dot_product<F: Float, V: Vector>(m: &mut Machine, sources: [V; 2], lanes: u8) -> Faulting<V> {
    let factors = sources.map(|source| selected::<F, V>(source, lanes >> 4));
    let mut sums = exactly_two::<F, V>(m, factors, [ieee::mul; 2])?;
    for _ in 0..count::<F, u128>().ilog2() {
        sums = exactly_two::<F, V>(m, neighbours::<F, V>([sums; 2]), [ieee::add; 2])?;
    }
    Ok(selected::<F, V>(sums, lanes))
}

/// The lanes whose bits are set, counted within 128 bits; the others are zero.
fn selected<L: Lane, V: Vector>(vector: V, lanes: u8) -> V {
    let bytes = vector.to_bytes();
    build(|number| if lanes >> (number % count::<L, u128>()) & 1 != 0 { L::get(&bytes, number) } else { L::default() })
}
