//! Floating-point operations across lanes: the horizontal ones of SSE3 (SDM Vol. 1, "SSE3
//! Horizontal Addition/Subtraction", "SSE3 SIMD Floating-Point Packed ADD/SUB Instructions") and the
//! dot products of SSE4.1 ("Floating-Point Dot Multiplication Instructions").

use crate::float::ieee;
use crate::float::ieee::native::{Addition, Multiplication, Operation, Subtraction};

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector, build, count, pick};
use crate::instructions::simd_float::{Float, exactly_two, packed, quickly_packed};
use crate::instructions::{Faulting, Machine, Op};

/// ADDSUBPS/ADDSUBPD: subtract in even lanes, add in odd lanes (SDM Vol. 2A, "ADDSUBPS", "ADDSUBPD").
#[inline]
pub fn addsubp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let sources = [A::read(m, op)?, B::read(m, op)?];
    let result = if X::FAST {
        quickly_packed::<Addition, F, V>(m, sources, alternately::<F, V>)
    } else {
        exactly_two(m, sources, [ieee::sub::<F>, ieee::add::<F>])
    };
    Ok(D::write(m, op, result?)?)
}

/// Subtracts even lanes and adds odd ones.
#[inline(always)]
fn alternately<F: Float, V: Vector>(a: V, b: V) -> V {
    let (a, b) = (a.to_bytes(), b.to_bytes());
    build(|number| {
        let both = [F::get(&a, number), F::get(&b, number)];
        if number % 2 == 0 { Subtraction::ordinary(both) } else { Addition::ordinary(both) }
    })
}

/// The neighbours of two vectors, 128 bits at a time: the even lanes of both, and the odd lanes.
#[inline(always)]
fn neighbours<L: Lane, V: Vector>([a, b]: [V; 2]) -> [V; 2] {
    [pick::<L, V>(a, b, |_, lane| 2 * lane), pick::<L, V>(a, b, |_, lane| 2 * lane + 1)]
}

/// Writes `O` of each lane and the one above.
#[inline(always)]
fn horizontally<X: AccessMode, O: Operation, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let sources = neighbours::<F, V>([A::read(m, op)?, B::read(m, op)?]);
    let result = packed::<X, O, F, V>(m, sources)?;
    Ok(D::write(m, op, result)?)
}

/// HADDPS/HADDPD: horizontal add (SDM Vol. 2A, "HADDPS", "HADDPD").
#[inline]
pub fn haddp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    horizontally::<X, Addition, F, V, D, A, B>(m, op)
}

/// HSUBPS/HSUBPD: horizontal subtract (SDM Vol. 2A, "HSUBPS", "HSUBPD").
#[inline]
pub fn hsubp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    horizontally::<X, Subtraction, F, V, D, A, B>(m, op)
}

/// DPPS/DPPD: dot product (SDM Vol. 2A, "DPPS", "DPPD"). The upper half of the immediate chooses the
/// lanes that are multiplied, the lower those that get the sum; the others are zero.
#[inline]
pub fn dpp<X: AccessMode, F: Float, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>, I: Value<u8>>(
    m: &mut Machine,
    op: &Op,
) -> Faulting<()> {
    let (sources, lanes) = ([A::read(m, op)?, B::read(m, op)?], I::read(m, op)?);
    let product = dot_product::<X, F, V>(m, sources, lanes)?;
    Ok(D::write(m, op, product)?)
}

/// Adds neighbouring lanes until each lane holds the sum of all. Each step can raise #XM.
#[inline(never)]
fn dot_product<X: AccessMode, F: Float, V: Vector>(m: &mut Machine, sources: [V; 2], lanes: u8) -> Faulting<V> {
    let factors = sources.map(|source| selected::<F, V>(source, lanes >> 4));
    let mut sums = packed::<X, Multiplication, F, V>(m, factors)?;
    for _ in 0..count::<F, u128>().ilog2() {
        sums = packed::<X, Addition, F, V>(m, neighbours::<F, V>([sums; 2]))?;
    }
    Ok(selected::<F, V>(sums, lanes))
}

/// The lanes whose bits are set, counted within 128 bits; the others are zero.
fn selected<L: Lane, V: Vector>(vector: V, lanes: u8) -> V {
    let bytes = vector.to_bytes();
    build(|number| if lanes >> (number % count::<L, u128>()) & 1 != 0 { L::get(&bytes, number) } else { L::default() })
}
