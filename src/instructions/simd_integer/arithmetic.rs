//! Packed integer arithmetic of MMX, SSE and AVX (SDM Vol. 1, "MMX Packed Arithmetic Instructions",
//! "SSE2 128-Bit SIMD Integer Instructions"). Dot products are in `dot_product`.

use crate::instructions::operand::{Lane, Place, Value, Vector, build, horizontal, lanes, map};
use crate::instructions::{Machine, Op, Outcome};

/// Writes `f(a, b)` of the two sources to the destination.
#[inline(always)]
pub(super) fn binary<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    f: impl FnOnce(V, V) -> V,
) -> Outcome<()> {
    let (a, b) = (A::read(m, op)?, B::read(m, op)?);
    D::write(m, op, f(a, b))
}

/// Writes `f(a, b)` of each pair of lanes of the two sources to the destination.
#[inline(always)]
pub(super) fn lane_by_lane<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(
    m: &mut Machine,
    op: &Op,
    f: impl Fn(L, L) -> L,
) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| lanes(a, b, f))
}

/// PADDB/PADDW/PADDD/PADDQ: add packed integers, modulo the lane (SDM Vol. 2B, "PADDB/PADDW/PADDD/PADDQ").
pub fn padd<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::wrapping_add)
}

/// PADDSB/PADDSW: add packed signed integers with signed saturation (SDM Vol. 2B, "PADDSB/PADDSW").
pub fn padds<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::saturating_add_signed)
}

/// PADDUSB/PADDUSW: add packed unsigned integers with unsigned saturation (SDM Vol. 2B, "PADDUSB/PADDUSW").
pub fn paddus<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::saturating_add)
}

/// PSUBB/PSUBW/PSUBD/PSUBQ: subtract packed integers, modulo the lane (SDM Vol. 2B, "PSUBB/PSUBW/PSUBD", "PSUBQ").
pub fn psub<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::wrapping_sub)
}

/// PSUBSB/PSUBSW: subtract packed signed integers with signed saturation (SDM Vol. 2B, "PSUBSB/PSUBSW").
pub fn psubs<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::saturating_sub_signed)
}

/// PSUBUSB/PSUBUSW: subtract packed unsigned integers with unsigned saturation (SDM Vol. 2B, "PSUBUSB/PSUBUSW").
pub fn psubus<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::saturating_sub)
}

/// PMULLW/PMULLD: multiply packed integers and store the low result (SDM Vol. 2B, "PMULLW", "PMULLD/PMULLQ").
pub fn pmull<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::wrapping_mul)
}

/// PMULHW: multiply packed signed integers and store the high result (SDM Vol. 2B, "PMULHW").
pub fn pmulh<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| L::truncate(((a.signed() * b.signed()) >> L::BITS) as u64))
}

/// PMULHUW: multiply packed unsigned integers and store the high result (SDM Vol. 2B, "PMULHUW").
pub fn pmulhu<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| L::truncate((a.unsigned() * b.unsigned()) >> L::BITS))
}

/// PMULHRSW: packed multiply high with round and scale (SDM Vol. 2B, "PMULHRSW").
pub fn pmulhrs<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| {
        L::truncate(((((a.signed() * b.signed()) >> (L::BITS - 2)) + 1) >> 1) as u64)
    })
}

/// PMULUDQ: multiply packed unsigned doublewords: the even ones, to quadwords (SDM Vol. 2B, "PMULUDQ").
pub fn pmuludq<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a: u64, b: u64| (a & 0xffff_ffff) * (b & 0xffff_ffff))
}

/// PMULDQ: multiply packed signed doublewords: the even ones, to quadwords (SDM Vol. 2B, "PMULDQ").
pub fn pmuldq<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a: u64, b: u64| (i64::from(a as i32) * i64::from(b as i32)) as u64)
}

/// PAVGB/PAVGW: average packed integers, rounded up (SDM Vol. 2B, "PAVGB/PAVGW").
pub fn pavg<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| L::truncate((a.unsigned() + b.unsigned() + 1) >> 1))
}

/// PMINUB/PMINUW/PMINUD: minimum of packed unsigned integers (SDM Vol. 2B, "PMINUB/PMINUW", "PMINUD/PMINUQ").
pub fn pminu<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::min)
}

/// PMAXUB/PMAXUW/PMAXUD: maximum of packed unsigned integers (SDM Vol. 2B, "PMAXUB/PMAXUW", "PMAXUD/PMAXUQ").
pub fn pmaxu<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::max)
}

/// PMINSB/PMINSW/PMINSD: minimum of packed signed integers (SDM Vol. 2B, "PMINSB/PMINSW", "PMINSD/PMINSQ").
pub fn pmins<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::min_signed)
}

/// PMAXSB/PMAXSW/PMAXSD: maximum of packed signed integers (SDM Vol. 2B, "PMAXSB/PMAXSW/PMAXSD/PMAXSQ").
pub fn pmaxs<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, L::max_signed)
}

/// PSIGNB/PSIGNW/PSIGND: packed sign (SDM Vol. 2B, "PSIGNB/PSIGNW/PSIGND").
///
/// Negated where the second source is negative, 0 where it is 0.
pub fn psign<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<L, V, D, A, B>(m, op, |a, b| {
        let sign = L::mask(b.is_negative()).signed();
        L::truncate(((a.signed() ^ sign) - sign) as u64 & L::mask(b != L::default()).unsigned())
    })
}

/// PABSB/PABSW/PABSD: packed absolute value (SDM Vol. 2B, "PABSB/PABSW/PABSD/PABSQ").
pub fn pabs<L: Lane, V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, map(source, |a: L| L::truncate(a.signed().unsigned_abs())))
}

/// PHADDW/PHADDD: packed horizontal add (SDM Vol. 2B, "PHADDW/PHADDD").
pub fn phadd<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| horizontal(a, b, L::wrapping_add))
}

/// PHADDSW: packed horizontal add and saturate (SDM Vol. 2B, "PHADDSW").
pub fn phadds<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| horizontal(a, b, L::saturating_add_signed))
}

/// PHSUBW/PHSUBD: packed horizontal subtract (SDM Vol. 2B, "PHSUBW/PHSUBD").
pub fn phsub<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| horizontal(a, b, L::wrapping_sub))
}

/// PHSUBSW: packed horizontal subtract and saturate (SDM Vol. 2B, "PHSUBSW").
pub fn phsubs<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, |a, b| horizontal(a, b, L::saturating_sub_signed))
}

/// PMADDWD: multiply and add packed integers: pairs of signed words, to doublewords (SDM Vol. 2B, "PMADDWD").
pub fn pmaddwd<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let signed = |pair: u32| (i32::from(pair as i16), i32::from((pair >> 16) as i16));
    lane_by_lane::<u32, V, D, A, B>(m, op, |a, b| {
        let ((a0, a1), (b0, b1)) = (signed(a), signed(b));
        (a0 * b0).wrapping_add(a1 * b1) as u32
    })
}

/// PMADDUBSW: multiply and add packed signed and unsigned bytes: pairs, to saturated words (SDM Vol. 2B,
/// "PMADDUBSW").
pub fn pmaddubsw<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let unsigned = |pair: u16| (i64::from(pair as u8), i64::from(pair >> 8));
    let signed = |pair: u16| (i64::from(pair as i8), i64::from((pair >> 8) as i8));
    lane_by_lane::<u16, V, D, A, B>(m, op, |a, b| {
        let ((a0, a1), (b0, b1)) = (unsigned(a), signed(b));
        u16::saturate_signed(a0 * b0 + a1 * b1)
    })
}

/// PSADBW: sum of absolute differences of eight bytes, in each quadword (SDM Vol. 2B, "PSADBW").
pub fn psadbw<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    lane_by_lane::<u64, V, D, A, B>(m, op, |a, b| {
        let pairs = a.to_le_bytes().into_iter().zip(b.to_le_bytes());
        pairs.map(|(a, b)| u64::from(a.abs_diff(b))).sum()
    })
}

/// MPSADBW: multiple packed sums of absolute differences (SDM Vol. 2B, "MPSADBW").
pub fn mpsadbw<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let control = op.imm;
    binary::<V, D, A, B>(m, op, |a, b| multiple_sums(a, b, control))
}

/// In each block: the sums of absolute differences between four bytes of `b` and the four bytes at each of
/// eight consecutive positions of `a`. Three bits of `control` for each block select the start offsets.
#[inline(never)]
fn multiple_sums<V: Vector>(a: V, b: V, control: u32) -> V {
    let (a, b) = (a.to_bytes(), b.to_bytes());
    build::<u16, V>(|number| {
        let (block, position) = (number / 8, number % 8);
        let control = (control >> (3 * block)) as usize;
        let from_a = block * 16 + (control >> 2 & 1) * 4 + position;
        let from_b = block * 16 + (control & 3) * 4;
        let pairs = a.iter().skip(from_a).zip(b.iter().skip(from_b)).take(4);
        pairs.map(|(a, b)| u16::from(a.abs_diff(*b))).sum()
    })
}

/// PHMINPOSUW: packed horizontal word minimum, and its position (SDM Vol. 2B, "PHMINPOSUW").
pub fn phminposuw<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    let words = (0..8_u32).map(|position| (source >> (16 * position) & 0xffff) as u32 | position << 16);
    let smallest = words.min_by_key(|word| *word as u16).unwrap_or(0);
    D::write(m, op, u128::from(smallest))
}
