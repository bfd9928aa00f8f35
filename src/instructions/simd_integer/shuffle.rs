//! Shuffles, blends, and broadcasts (SDM Vol. 1, "SSE2 128-Bit SIMD Integer Instructions", "SSE4.1
//! Packed Blending Instructions", "Intel AVX", "Intel AVX2").

use crate::memory::{Scalar, U256};

use crate::instructions::operand::{Lane, Part, Place, Value, Vector, build, lanes, map, per_block, pick};
use crate::instructions::simd_integer::arithmetic::binary;
use crate::instructions::{Machine, Op, Outcome};

/// Field `number` of an immediate that consists of fields of `bits` bits.
#[inline(always)]
fn field(control: u32, number: usize, bits: usize) -> usize {
    (control >> (number * bits)) as usize & ((1 << bits) - 1)
}

/// PSHUFB: packed shuffle bytes (SDM Vol. 2B, "PSHUFB").
///
/// Each control byte selects a byte of its own block; if its top bit is set, the result is 0.
pub fn pshufb<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    binary::<V, D, A, B>(m, op, shuffle_bytes)
}

#[inline(never)]
fn shuffle_bytes<V: Vector>(a: V, control: V) -> V {
    let (bytes, from, size) = (a.to_bytes(), control.to_bytes(), per_block::<u8, V>());
    let moved = build::<u8, V>(|number| bytes[number / size * size + usize::from(from[number]) % size]);
    lanes(moved, control, |byte: u8, control: u8| byte & !control.sar(7))
}

/// PSHUFD, PSHUFW, VPERMILPS: shuffle by an immediate (SDM Vol. 2B, "PSHUFD", "PSHUFW"; Vol. 2C,
/// "VPERMILPS").
pub fn pshuf<L: Lane, V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, pick::<L, V>(source, source, |_, j| field(op.imm, j, 2)))
}

/// PSHUFLW: shuffle packed low words (SDM Vol. 2B, "PSHUFLW").
pub fn pshuflw<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, pick::<u16, V>(source, source, |_, j| if j < 4 { field(op.imm, j, 2) } else { j }))
}

/// PSHUFHW: shuffle packed high words (SDM Vol. 2B, "PSHUFHW").
pub fn pshufhw<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, pick::<u16, V>(source, source, |_, j| if j < 4 { j } else { 4 + field(op.imm, j - 4, 2) }))
}

/// SHUFPS: packed interleave shuffle of four single-precision values (SDM Vol. 2B, "SHUFPS").
pub fn shufps<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let control = op.imm;
    binary::<V, D, A, B>(m, op, |a, b| pick::<u32, V>(a, b, |_, j| j / 2 * 4 + field(control, j, 2)))
}

/// SHUFPD: packed interleave shuffle of pairs of double-precision values (SDM Vol. 2B, "SHUFPD").
pub fn shufpd<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let control = op.imm;
    binary::<V, D, A, B>(m, op, |a, b| pick::<u64, V>(a, b, |block, j| j * 2 + field(control, 2 * block + j, 1)))
}

/// PALIGNR: packed align right (SDM Vol. 2B, "PALIGNR").
pub fn palignr<V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let count = usize::from(op.imm as u8);
    binary::<V, D, A, B>(m, op, |a, b| align_right(a, b, count))
}

#[inline(never)]
fn align_right<V: Vector>(a: V, b: V, count: usize) -> V {
    let (a, b, size) = (a.to_bytes(), b.to_bytes(), per_block::<u8, V>());
    let (mut aligned, from) = ([0; 32], count.min(2 * size));
    for start in (0..V::BYTES).step_by(size) {
        let (block, mut joined) = (start..start + size, [0; 48]);
        joined[..size].copy_from_slice(&b[block.clone()]);
        joined[size..2 * size].copy_from_slice(&a[block.clone()]);
        aligned[block].copy_from_slice(&joined[from..from + size]);
    }
    V::from_bytes(&aligned)
}

/// PBLENDW, VPBLENDD, BLENDPS, BLENDPD: blend by an immediate (SDM Vol. 2B, "PBLENDW"; Vol. 2C,
/// "VPBLENDD"; Vol. 2A, "BLENDPS", "BLENDPD").
pub fn pblend<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let control = op.imm;
    binary::<V, D, A, B>(m, op, |a, b| {
        let (a, b) = (a.to_bytes(), b.to_bytes());
        build::<L, V>(|number| L::get(if field(control, number % 8, 1) != 0 { &b } else { &a }, number))
    })
}

/// PBLENDVB, BLENDVPS, BLENDVPD: variable blend, by the top bits of a mask (SDM Vol. 2B, "PBLENDVB";
/// Vol. 2A, "BLENDVPS", "BLENDVPD").
pub fn pblendv<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>, K: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let mask: V = map(K::read(m, op)?, |lane: L| lane.sar(u64::from(L::BITS)));
    binary::<V, D, A, B>(m, op, |a, b| {
        let selected = lanes(mask, b, |mask: u64, b| mask & b);
        let kept = lanes(mask, a, |mask: u64, a| !mask & a);
        lanes(selected, kept, |b: u64, a| a | b)
    })
}

/// VPERMILPS/VPERMILPD: permute in each block by a vector of controls (SDM Vol. 2C, "VPERMILPS",
/// "VPERMILPD").
pub fn vpermilp<L: Lane, V: Vector, D: Place<V>, A: Value<V>, B: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let size = per_block::<L, V>();
    binary::<V, D, A, B>(m, op, |a, control| {
        let control = control.to_bytes();
        // Of the two low bits, that of four lanes uses both, that of two the upper one.
        let number = |at| (L::get(&control, at).unsigned() as usize & 3) * size / 4;
        pick::<L, V>(a, a, |block, j| number(block * size + j))
    })
}

/// VPERMILPD: permute in each block by an immediate (SDM Vol. 2C, "VPERMILPD").
pub fn vpermilpd<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, pick::<u64, V>(source, source, |block, j| field(op.imm, 2 * block + j, 1)))
}

/// VPERMD, VPERMPS: full doublewords element permutation (SDM Vol. 2C, "VPERMD/VPERMW", "VPERMPS").
pub fn vpermd<D: Place<U256>, C: Value<U256>, S: Value<U256>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    binary::<U256, D, C, S>(m, op, |control, source| {
        let (control, source) = (control.to_bytes(), source.to_bytes());
        build(|number| u32::get(&source, u32::get(&control, number) as usize & 7))
    })
}

/// VPERMQ, VPERMPD: full quadwords element permutation by an immediate (SDM Vol. 2C, "VPERMQ", "VPERMPD").
pub fn vpermq<D: Place<U256>, S: Value<U256>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, build(|number| u64::get(&source, field(op.imm, number, 2))))
}

/// VPERM2F128, VPERM2I128: permute 128-bit values (SDM Vol. 2C, "VPERM2F128", "VPERM2I128").
pub fn vperm2f128<D: Place<U256>, A: Value<U256>, B: Value<U256>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let chosen = |halves: [u128; 4], control: usize| halves.get(control & 11).copied().unwrap_or(0);
    binary::<U256, D, A, B>(m, op, |a, b| {
        let ([a, b], [c, d]) = (a.halves(), b.halves());
        [0, 1].map(|at| chosen([a, b, c, d], field(op.imm, at, 4))).into()
    })
}

/// VINSERTF128, VINSERTI128: insert packed values (SDM Vol. 2C, "VINSERTF128", "VINSERTI128").
pub fn vinsertf128<D: Place<U256>, A: Value<U256>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (mut halves, source) = (A::read(m, op)?.halves(), S::read(m, op)?);
    halves[field(op.imm, 0, 1)] = source;
    D::write(m, op, halves.into())
}

/// VEXTRACTF128, VEXTRACTI128: extract packed values (SDM Vol. 2C, "VEXTRACTF128", "VEXTRACTI128").
pub fn vextractf128<D: Place<u128>, S: Value<U256>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, source.halves()[field(op.imm, 0, 1)])
}

/// VBROADCASTSS/VBROADCASTSD, VPBROADCASTB/W/D/Q: broadcast (SDM Vol. 2C, "VBROADCAST", "VPBROADCAST").
pub fn vpbroadcast<L: Lane, V: Vector, D: Place<V>, S: Value<L>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, build(|_| source))
}

/// VBROADCASTF128, VBROADCASTI128: broadcast 128 bits (SDM Vol. 2C, "VBROADCAST", "VPBROADCAST").
pub fn vbroadcastf128<D: Place<U256>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, [source; 2].into())
}
