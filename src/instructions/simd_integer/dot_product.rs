//! Dot products of bytes and words, and products of 52-bit integers (SDM Vol. 1, "Intel AVX-VNNI",
//! "AVX-IFMA"): each adds products to the destination.
//!
//! The letters behind `VPDP` describe a dot product: B or W for factors that are bytes or words, S or U
//! for each source being signed or unsigned, D for the doublewords of the sum, S for saturation.

use crate::instructions::operand::{Part, Place, Value, Vector, build};
use crate::instructions::{Machine, Op, Outcome};

/// The kind of a dot product.
#[derive(Clone, Copy)]
struct Kind {
    /// The width of the factors.
    bits: u32,
    /// Whether each source is signed.
    signed: [bool; 2],
    /// Whether the sum is saturated: to unsigned doublewords if both sources are unsigned, else to signed.
    saturate: bool,
}

impl Kind {
    const fn bytes(signed: [bool; 2]) -> Kind {
        Kind { bits: 8, signed, saturate: false }
    }
    const fn words(signed: [bool; 2]) -> Kind {
        Kind { bits: 16, signed, saturate: false }
    }
    const fn saturated(self) -> Kind {
        Kind { saturate: true, ..self }
    }

    /// The factor that begins at bit `at` of a doubleword of source 0 or 1.
    fn factor(self, source: usize, word: u32, at: u32) -> i64 {
        let (top, unused) = (u64::from(word >> at) << (64 - self.bits), 64 - self.bits);
        if self.signed[source] { top as i64 >> unused } else { (top >> unused) as i64 }
    }

    fn dot_product(self, sum: u32, a: u32, b: u32) -> u32 {
        let places = (0..32).step_by(self.bits as usize);
        let added: i64 = places.map(|at| self.factor(0, a, at) * self.factor(1, b, at)).sum();
        match self {
            Kind { saturate: false, .. } => sum.wrapping_add(added as u32),
            Kind { signed: [false, false], .. } => (i64::from(sum) + added).min(u32::MAX.into()) as u32,
            _ => (i64::from(sum as i32) + added).clamp(i32::MIN.into(), i32::MAX.into()) as u32,
        }
    }
}

#[inline(never)]
fn dot_products<V: Vector>(sums: V, a: V, b: V, kind: Kind) -> V {
    let (sums, a, b) = (sums.to_bytes(), a.to_bytes(), b.to_bytes());
    build::<u32, V>(|at| kind.dot_product(u32::get(&sums, at), u32::get(&a, at), u32::get(&b, at)))
}

/// Adds the dot products of two sources to the destination.
#[inline(always)]
fn dot<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op, kind: Kind) -> Outcome<()> {
    let (sums, a, b) = (D::read(m, op)?, A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, dot_products(sums, a, b, kind))
}

/// VPDPBUSD: multiply and add unsigned and signed bytes (SDM Vol. 2C, "VPDPBUSD").
pub fn vpdpbusd<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([false, true]))
}

/// VPDPBUSDS: multiply and add unsigned and signed bytes, with saturation (SDM Vol. 2C, "VPDPBUSDS").
pub fn vpdpbusds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([false, true]).saturated())
}

/// VPDPBSSD: multiply and add signed bytes (SDM Vol. 2C, "`VPDPB[SU,UU,SS]D[,S]`").
pub fn vpdpbssd<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([true, true]))
}

/// VPDPBSSDS: multiply and add signed bytes, with saturation (SDM Vol. 2C, "`VPDPB[SU,UU,SS]D[,S]`").
pub fn vpdpbssds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([true, true]).saturated())
}

/// VPDPBSUD: multiply and add signed and unsigned bytes (SDM Vol. 2C, "`VPDPB[SU,UU,SS]D[,S]`").
pub fn vpdpbsud<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([true, false]))
}

/// VPDPBSUDS: multiply and add signed and unsigned bytes, with saturation (SDM Vol. 2C, "`VPDPB[SU,UU,SS]D[,S]`").
pub fn vpdpbsuds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([true, false]).saturated())
}

/// VPDPBUUD: multiply and add unsigned bytes (SDM Vol. 2C, "`VPDPB[SU,UU,SS]D[,S]`").
pub fn vpdpbuud<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([false, false]))
}

/// VPDPBUUDS: multiply and add unsigned bytes, with saturation (SDM Vol. 2C, "`VPDPB[SU,UU,SS]D[,S]`").
pub fn vpdpbuuds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::bytes([false, false]).saturated())
}

/// VPDPWSSD: multiply and add signed words (SDM Vol. 2C, "VPDPWSSD").
pub fn vpdpwssd<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([true, true]))
}

/// VPDPWSSDS: multiply and add signed words, with saturation (SDM Vol. 2C, "VPDPWSSDS").
pub fn vpdpwssds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([true, true]).saturated())
}

/// VPDPWSUD: multiply and add signed and unsigned words (SDM Vol. 2C, "`VPDPW[SU,US,UU]D[,S]`").
pub fn vpdpwsud<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([true, false]))
}

/// VPDPWSUDS: multiply and add signed and unsigned words, with saturation (SDM Vol. 2C, "`VPDPW[SU,US,UU]D[,S]`").
pub fn vpdpwsuds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([true, false]).saturated())
}

/// VPDPWUSD: multiply and add unsigned and signed words (SDM Vol. 2C, "`VPDPW[SU,US,UU]D[,S]`").
pub fn vpdpwusd<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([false, true]))
}

/// VPDPWUSDS: multiply and add unsigned and signed words, with saturation (SDM Vol. 2C, "`VPDPW[SU,US,UU]D[,S]`").
pub fn vpdpwusds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([false, true]).saturated())
}

/// VPDPWUUD: multiply and add unsigned words (SDM Vol. 2C, "`VPDPW[SU,US,UU]D[,S]`").
pub fn vpdpwuud<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([false, false]))
}

/// VPDPWUUDS: multiply and add unsigned words, with saturation (SDM Vol. 2C, "`VPDPW[SU,US,UU]D[,S]`").
pub fn vpdpwuuds<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    dot::<V, D, A, B>(m, op, Kind::words([false, false]).saturated())
}

/// Adds 52 bits of the products of 52-bit integers, from bit `from` on, to the destination.
#[inline(always)]
fn multiply_add_52<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    from: u32,
) -> Outcome<()> {
    const MASK: u128 = (1 << 52) - 1;
    let (sums, a, b) = (D::read(m, op)?.to_bytes(), A::read(m, op)?.to_bytes(), B::read(m, op)?.to_bytes());
    let factor = |of: &[u8; 32], at| u128::from(u64::get(of, at)) & MASK;
    let sum = build::<u64, V>(|at| {
        let part = (factor(&a, at) * factor(&b, at)) >> from & MASK;
        u64::get(&sums, at).wrapping_add(part as u64)
    });
    D::write(m, op, sum)
}

/// VPMADD52LUQ: packed multiply of unsigned 52-bit integers and add the low 52-bit products
/// (SDM Vol. 2C, "VPMADD52LUQ").
pub fn vpmadd52luq<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    multiply_add_52::<V, D, A, B>(m, op, 0)
}

/// VPMADD52HUQ: packed multiply of unsigned 52-bit integers and add the high 52-bit products
/// (SDM Vol. 2C, "VPMADD52HUQ").
pub fn vpmadd52huq<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    multiply_add_52::<V, D, A, B>(m, op, 52)
}
