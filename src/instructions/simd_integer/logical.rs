//! Bitwise logic of vectors, integer and floating-point alike (SDM Vol. 1, "MMX Logical Instructions",
//! "SSE Logical Instructions").

use crate::instructions::operand::{Place, Value, Vector};
use crate::instructions::simd_integer::arithmetic::lane_by_lane;
use crate::instructions::{Machine, Op, Outcome};

/// PAND, ANDPS, ANDPD: bitwise AND (SDM Vol. 2B, "PAND"; Vol. 2A, "ANDPS", "ANDPD").
pub fn pand<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a, b| a & b)
}

/// PANDN, ANDNPS, ANDNPD: bitwise AND NOT, of the first source inverted (SDM Vol. 2B, "PANDN"; Vol. 2A,
/// "ANDNPS", "ANDNPD").
pub fn pandn<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a, b| !a & b)
}

/// POR, ORPS, ORPD: bitwise OR (SDM Vol. 2B, "POR", "ORPS", "ORPD").
pub fn por<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a, b| a | b)
}

/// PXOR, XORPS, XORPD: bitwise exclusive OR (SDM Vol. 2B, "PXOR"; Vol. 2C, "XORPS", "XORPD").
pub fn pxor<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a, b| a ^ b)
}
