//! Conversions between packed integers of different sizes (SDM Vol. 1, "MMX Conversion Instructions",
//! "SSE4.1 Packed Integer Format Conversions").

use crate::memory::Scalar;

use crate::instructions::operand::{Lane, Place, Value, Vector, build, narrow, per_block, pick, resize};
use crate::instructions::simd_integer::arithmetic::binary;
use crate::instructions::{Machine, Op, Outcome};

/// PACKSSWB/PACKSSDW: pack with signed saturation (SDM Vol. 2B, "PACKSSWB/PACKSSDW").
pub fn packss<W: Lane, N: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| narrow(a, b, |wide: W| N::saturate_signed(wide.signed())))
}

/// PACKUSWB/PACKUSDW: pack with unsigned saturation (SDM Vol. 2B, "PACKUSWB", "PACKUSDW").
pub fn packus<W: Lane, N: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| narrow(a, b, |wide: W| N::saturate(wide.signed())))
}

/// PUNPCKLBW/PUNPCKLWD/PUNPCKLDQ/PUNPCKLQDQ, UNPCKLPS, UNPCKLPD: unpack low data (SDM Vol. 2B,
/// "PUNPCKLBW/PUNPCKLWD/PUNPCKLDQ/PUNPCKLQDQ"; Vol. 2C, "UNPCKLPS", "UNPCKLPD").
pub fn punpckl<L: Lane, V: Vector, X: Scalar, D: Place<V>, A: Value<V>, B: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, resize(B::read(m, op)?));
    D::write(m, op, pick::<L, V>(a, b, |_, j| j / 2 + j % 2 * per_block::<L, V>()))
}

/// PUNPCKHBW/PUNPCKHWD/PUNPCKHDQ/PUNPCKHQDQ, UNPCKHPS, UNPCKHPD: unpack high data (SDM Vol. 2B,
/// "PUNPCKHBW/PUNPCKHWD/PUNPCKHDQ/PUNPCKHQDQ"; Vol. 2C, "UNPCKHPS", "UNPCKHPD").
pub fn punpckh<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let size = per_block::<L, V>();
    binary::<V, D, A, B>(m, op, |a, b| pick::<L, V>(a, b, |_, j| size / 2 + j / 2 + j % 2 * size))
}

/// PMOVSX: packed move with sign extend (SDM Vol. 2B, "PMOVSX").
pub fn pmovsx<N: Lane, W: Lane, V: Vector, X: Scalar, D: Place<V>, S: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, build::<W, V>(|number| W::truncate(N::get(&source, number).signed() as u64)))
}

/// PMOVZX: packed move with zero extend (SDM Vol. 2B, "PMOVZX").
pub fn pmovzx<N: Lane, W: Lane, V: Vector, X: Scalar, D: Place<V>, S: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, build::<W, V>(|number| W::truncate(N::get(&source, number).unsigned())))
}
