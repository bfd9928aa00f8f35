//! Shifts of packed integers (SDM Vol. 1, "MMX Shift and Rotate Instructions", "SSE2 128-Bit SIMD
//! Integer Instructions", "Intel AVX2").

use crate::memory::Scalar;

use crate::instructions::operand::{Lane, Place, Value, Vector, map, resize};
use crate::instructions::simd_integer::arithmetic::lane_by_lane;
use crate::instructions::{Machine, Op, Outcome};

/// Shifts every lane by one count: the low 64 bits of the last operand.
#[inline(always)]
fn shift<L: Lane, V: Vector, K: Scalar, D: Place<V>, A: Value<V>, C: Value<K>>(
    m: &mut Machine,
    op: &Op,
    f: impl Fn(L, u64) -> L,
) -> Outcome<()> {
    let (a, count) = (A::read(m, op)?, resize(C::read(m, op)?));
    D::write(m, op, map(a, |lane| f(lane, count)))
}

/// PSLLW/PSLLD/PSLLQ: shift packed data left logical (SDM Vol. 2B, "PSLLW/PSLLD/PSLLQ").
pub fn psll<L: Lane, V: Vector, K: Scalar, D: Place<V>, A: Value<V>, C: Value<K>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    shift::<L, V, K, D, A, C>(m, op, L::shl)
}

/// PSRLW/PSRLD/PSRLQ: shift packed data right logical (SDM Vol. 2B, "PSRLW/PSRLD/PSRLQ").
pub fn psrl<L: Lane, V: Vector, K: Scalar, D: Place<V>, A: Value<V>, C: Value<K>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    shift::<L, V, K, D, A, C>(m, op, L::shr)
}

/// PSRAW/PSRAD: shift packed data right arithmetic (SDM Vol. 2B, "PSRAW/PSRAD/PSRAQ").
pub fn psra<L: Lane, V: Vector, K: Scalar, D: Place<V>, A: Value<V>, C: Value<K>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    shift::<L, V, K, D, A, C>(m, op, L::sar)
}

/// VPSLLVD/VPSLLVQ: variable bit shift left logical (SDM Vol. 2C, "VPSLLVW/VPSLLVD/VPSLLVQ").
pub fn vpsllv<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, count| a.shl(count.unsigned()))
}

/// VPSRLVD/VPSRLVQ: variable bit shift right logical (SDM Vol. 2C, "VPSRLVW/VPSRLVD/VPSRLVQ").
pub fn vpsrlv<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, count| a.shr(count.unsigned()))
}

/// VPSRAVD: variable bit shift right arithmetic (SDM Vol. 2C, "VPSRAVW/VPSRAVD/VPSRAVQ").
pub fn vpsrav<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, count| a.sar(count.unsigned()))
}

/// PSLLDQ: shift double quadword left logical, by bytes (SDM Vol. 2B, "PSLLDQ").
pub fn pslldq<V: Vector, D: Place<V>, A: Value<V>, I: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, count) = (A::read(m, op)?, u32::from(I::read(m, op)?));
    D::write(m, op, map(a, |block: u128| block.checked_shl(8 * count).unwrap_or(0)))
}

/// PSRLDQ: shift double quadword right logical, by bytes (SDM Vol. 2B, "PSRLDQ").
pub fn psrldq<V: Vector, D: Place<V>, A: Value<V>, I: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, count) = (A::read(m, op)?, u32::from(I::read(m, op)?));
    D::write(m, op, map(a, |block: u128| block.checked_shr(8 * count).unwrap_or(0)))
}
