//! The approximations of SSE (SDM Vol. 1, "SSE Packed Arithmetic Instructions"): they raise nothing
//! and are independent of MXCSR.

use crate::float::ieee;

use crate::instructions::operand::{Lane, Place, Value, Vector};
use crate::instructions::simd_float::{each_lane, put_low};
use crate::instructions::{Machine, Op, Outcome};

#[inline(always)]
fn packed<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op, f: fn(u32) -> u32) -> Outcome<()> {
    let source = [S::read(m, op)?];
    D::write(m, op, mapped(source, f))
}

#[inline(never)]
fn mapped<L: Lane, V: Vector>(source: [V; 1], f: fn(L) -> L) -> V {
    each_lane(source, |_, [a]| f(a))
}

#[inline(always)]
fn scalar<D: Place<u32>, A: Value<u128>, B: Value<u32>>(m: &mut Machine, op: &Op, f: fn(u32) -> u32) -> Outcome<()> {
    let source = B::read(m, op)?;
    put_low::<u32, D, A>(m, op, f(source))
}

/// RCPPS: reciprocals of packed single precision values (SDM Vol. 2B, "RCPPS").
#[inline]
pub fn rcpps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    packed::<V, D, S>(m, op, ieee::reciprocal)
}

/// RCPSS: reciprocal of a scalar single precision value (SDM Vol. 2B, "RCPSS").
#[inline]
pub fn rcpss<D: Place<u32>, A: Value<u128>, B: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    scalar::<D, A, B>(m, op, ieee::reciprocal)
}

/// RSQRTPS: reciprocals of square roots of packed single precision values (SDM Vol. 2B, "RSQRTPS").
#[inline]
pub fn rsqrtps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    packed::<V, D, S>(m, op, ieee::reciprocal_root)
}

/// RSQRTSS: reciprocal of the square root of a scalar single precision value (SDM Vol. 2B, "RSQRTSS").
#[inline]
pub fn rsqrtss<D: Place<u32>, A: Value<u128>, B: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    scalar::<D, A, B>(m, op, ieee::reciprocal_root)
}
