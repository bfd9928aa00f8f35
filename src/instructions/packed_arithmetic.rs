//! Packed integer arithmetic of MMX, SSE and AVX (SDM Vol. 1, "MMX Packed Arithmetic Instructions",
//! "SSE2 128-Bit SIMD Integer Instructions").

use super::operand::{Lane, Place, Value, Vector, lanes};
use super::{Machine, Op, Outcome};

/// Writes `f` of the lanes of two sources to the destination.
#[inline(always)]
fn lane_by_lane<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    f: impl Fn(L, L) -> L,
) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, lanes(a, b, f))
}

/// PADDB/PADDW/PADDD/PADDQ: add packed integers, modulo the lane (SDM Vol. 2B, "PADDB/PADDW/PADDD/PADDQ").
pub fn padd<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::wrapping_add)
}

/// PSUBB/PSUBW/PSUBD/PSUBQ: subtract packed integers, modulo the lane (SDM Vol. 2B).
pub fn psub<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::wrapping_sub)
}
