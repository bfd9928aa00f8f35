//! Moves of and into vector registers (SDM Vol. 1, "MMX Data Transfer Instructions", "SSE Data
//! Transfer Instructions", "SSE3 SIMD Floating-Point Packed ... Move").

use crate::memory::Scalar;

use crate::instructions::operand::{Lane, Part, Place, Value, Vector, build, count, resize, signs};
use crate::instructions::{Exception, Faulting, Machine, Op, Outcome};

/// MOVAPS, MOVAPD, MOVUPS, MOVUPD, MOVDQA, MOVDQU, LDDQU, MOVNTPS, MOVNTPD, MOVNTDQ, MOVNTDQA: move a
/// whole vector (SDM Vol. 2B, "MOVAPS" and so on). They differ in the alignment that they require.
pub fn movaps<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, source)
}

/// MOVD, MOVQ, MOVQ2DQ, MOVDQ2Q, and MOVSS, MOVSD, MOVLPS, MOVLPD where they do not merge: move the low
/// part, the rest of a larger destination becomes 0 (SDM Vol. 2B, "MOVD/MOVQ", "MOVQ" and so on).
pub fn movd<X: Scalar, Y: Scalar, D: Place<X>, S: Value<Y>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, resize(source))
}

/// MOVSS, MOVSD: move or merge a scalar (SDM Vol. 2B, "MOVSS", "MOVSD"). From memory, the rest of the
/// register becomes 0; from a register, it comes from the first source.
pub fn movs_load<L: Lane, V: Vector, D: Place<V>, A: Value<V>, S: Value<L>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let low = S::read(m, op)?;
    let mut bytes = if S::MEMORY { [0; 32] } else { A::read(m, op)?.to_bytes() };
    low.put(&mut bytes, 0);
    D::write(m, op, V::from_bytes(&bytes))
}

/// MOVSS, MOVSD: move a scalar to memory, or merge it into a register (SDM Vol. 2B, "MOVSS", "MOVSD").
pub fn movs_store<L: Lane, D: Place<L>, S: Value<L>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let low = S::read(m, op)?;
    D::merge(m, op, low)
}

const LOW: u128 = u64::MAX as u128;

/// MOVLPS, MOVLPD: move low packed values from memory; the high half comes from the first source (SDM
/// Vol. 2B, "MOVLPS", "MOVLPD").
pub fn movlp<D: Place<u128>, A: Value<u128>, S: Value<u64>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, low) = (A::read(m, op)?, S::read(m, op)?);
    D::write(m, op, a & !LOW | u128::from(low))
}

/// MOVHPS, MOVHPD, MOVLHPS: move to the high half; the low half comes from the first source (SDM Vol.
/// 2B, "MOVHPS", "MOVHPD", "MOVLHPS").
pub fn movhp<D: Place<u128>, A: Value<u128>, S: Value<u64>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, high) = (A::read(m, op)?, S::read(m, op)?);
    D::write(m, op, a & LOW | u128::from(high) << 64)
}

/// MOVHLPS: move the high half to the low half (SDM Vol. 2B, "MOVHLPS").
pub fn movhlps<D: Place<u128>, A: Value<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (a, source) = (A::read(m, op)?, S::read(m, op)?);
    D::write(m, op, a & !LOW | source >> 64)
}

/// MOVHPS, MOVHPD: move the high half to memory (SDM Vol. 2B, "MOVHPS", "MOVHPD").
pub fn movhp_store<D: Place<u64>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, (source >> 64) as u64)
}

/// MOVDDUP: replicate even double-precision values (SDM Vol. 2B, "MOVDDUP").
pub fn movddup<V: Vector, X: Scalar, D: Place<V>, S: Value<X>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, build(|number| u64::get(&source, number & !1)))
}

/// MOVSLDUP: replicate even single-precision values (SDM Vol. 2B, "MOVSLDUP").
pub fn movsldup<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, build(|number| u32::get(&source, number & !1)))
}

/// MOVSHDUP: replicate odd single-precision values (SDM Vol. 2B, "MOVSHDUP").
pub fn movshdup<V: Vector, D: Place<V>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, build(|number| u32::get(&source, number | 1)))
}

/// PMOVMSKB, MOVMSKPS, MOVMSKPD: move the sign mask (SDM Vol. 2B, "PMOVMSKB", "MOVMSKPS", "MOVMSKPD").
pub fn pmovmsk<L: Lane, V: Vector, D: Place<u32>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    D::write(m, op, signs::<L, V>(source))
}

/// The lane that an immediate selects.
#[inline(always)]
fn named<L: Lane, V: Vector>(op: &Op) -> usize {
    op.imm as usize % count::<L, V>()
}

/// PINSRB/PINSRW/PINSRD: insert a lane (SDM Vol. 2B, "PINSRB/PINSRD/PINSRQ", "PINSRW").
pub fn pinsr<L: Lane, V: Vector, X: Scalar, D: Place<V>, A: Value<V>, S: Value<X>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let (mut bytes, lane) = (A::read(m, op)?.to_bytes(), resize::<X, L>(S::read(m, op)?));
    lane.put(&mut bytes, named::<L, V>(op));
    D::write(m, op, V::from_bytes(&bytes))
}

/// PEXTRB/PEXTRW/PEXTRD, EXTRACTPS: extract a lane, zero-extended (SDM Vol. 2B, "PEXTRB/PEXTRD/PEXTRQ",
/// "PEXTRW"; Vol. 2A, "EXTRACTPS").
pub fn pextr<L: Lane, V: Vector, X: Scalar, D: Place<X>, S: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?.to_bytes();
    D::write(m, op, resize(L::get(&source, named::<L, V>(op))))
}

/// INSERTPS: insert a single-precision value, and clear others (SDM Vol. 2A, "INSERTPS").
pub fn insertps<D: Place<u128>, A: Value<u128>, S: Value<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (control, a) = (op.imm as usize, A::read(m, op)?.to_bytes());
    let inserted = S::read_lane(m, op, control >> 6 & 3)?;
    let lane = |number| if number == control >> 4 & 3 { inserted } else { u32::get(&a, number) };
    D::write(m, op, build(|number| if control >> number & 1 != 0 { 0 } else { lane(number) }))
}

/// EMMS: empty MMX technology state (SDM Vol. 2A, "EMMS").
pub fn emms(m: &mut Machine, _: &Op) -> Faulting<()> {
    if m.cpu.x87.is_pending() {
        return Err(Exception::X87.into());
    }
    m.cpu.x87.enter_mmx();
    m.cpu.x87.set_tags(0);
    Ok(())
}

/// VZEROUPPER: zero upper bits of YMM registers (SDM Vol. 2C, "VZEROUPPER").
pub fn vzeroupper(m: &mut Machine, _: &Op) -> Outcome<()> {
    (0..8).for_each(|number| m.cpu.vectors[number][1] = 0);
    Ok(())
}

/// VZEROALL: zero YMM registers (SDM Vol. 2C, "VZEROALL").
pub fn vzeroall(m: &mut Machine, _: &Op) -> Outcome<()> {
    (0..8).for_each(|number| m.cpu.vectors[number] = [0, 0]);
    Ok(())
}
