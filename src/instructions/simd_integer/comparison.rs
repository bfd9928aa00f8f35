//! Packed comparison of integers, and tests of vectors (SDM Vol. 1, "MMX Comparison Instructions",
//! "SSE4.1 Packed Test").

use crate::cpu::{Flag, Flags};

use crate::instructions::operand::{Lane, Place, Value, Vector, lanes};
use crate::instructions::simd_integer::arithmetic::lane_by_lane;
use crate::instructions::{Machine, Op, Outcome};

/// PCMPEQB/PCMPEQW/PCMPEQD/PCMPEQQ: compare packed data for equal (SDM Vol. 2B,
/// "PCMPEQB/PCMPEQW/PCMPEQD", "PCMPEQQ").
pub fn pcmpeq<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| L::mask(a == b))
}

/// PCMPGTB/PCMPGTW/PCMPGTD/PCMPGTQ: compare packed signed integers for greater than (SDM Vol. 2B,
/// "PCMPGTB/PCMPGTW/PCMPGTD", "PCMPGTQ").
pub fn pcmpgt<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| L::mask(a.signed() > b.signed()))
}

/// ZF is set if `a & b` is 0, CF if `!a & b` is 0.
#[inline(always)]
fn test<L: Lane, V: Vector>(a: V, b: V, counted: L) -> Flags {
    let and = |a: L, b: L| L::truncate(a.unsigned() & b.unsigned() & counted.unsigned());
    let and_not = |a: L, b: L| L::truncate(!a.unsigned() & b.unsigned() & counted.unsigned());
    let flag = |set: bool, flag: Flag| if set { flag.mask() } else { 0 };
    let zero = flag(lanes(a, b, and) == V::default(), Flag::Zero);
    Flags::from_bits(zero | flag(lanes(a, b, and_not) == V::default(), Flag::Carry))
}

/// PTEST: logical compare (SDM Vol. 2B, "PTEST").
pub fn ptest<V: Vector, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    Ok(test(a, b, u64::MAX))
}

/// VTESTPS/VTESTPD: packed bit test: of the signs (SDM Vol. 2C, "VTESTPD/VTESTPS").
pub fn vtestp<L: Lane, V: Vector, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    Ok(test(a, b, L::truncate(1 << (L::BITS - 1))))
}
