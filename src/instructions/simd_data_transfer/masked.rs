//! Moves of those lanes that a mask selects: only these are accessed, only these fault (SDM Vol. 1,
//! "MMX State Management" and "Cacheability Control"; "Intel AVX", "Intel AVX2").

use crate::cpu::Register;

use crate::instructions::operand::{AccessMode, Lane, Place, Value, Vector, count};
use crate::instructions::{Machine, Op, Outcome};

/// The numbers of the lanes whose top bit is set in the mask.
#[inline(always)]
fn selected<L: Lane, V: Vector>(mask: V) -> impl Iterator<Item = usize> {
    let mask = mask.to_bytes();
    (0..count::<L, V>()).filter(move |number| L::get(&mask, *number).is_negative())
}

/// VMASKMOVPS/VMASKMOVPD, VPMASKMOVD/VPMASKMOVQ: conditional load; the other lanes become 0 (SDM Vol.
/// 2C, "VMASKMOV", "VPMASKMOV").
pub fn vmaskmov_load<L: Lane, V: Vector, D: Place<V>, K: Value<V>, S: Value<L>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let mut loaded = [0; 32];
    for number in selected::<L, V>(K::read(m, op)?) {
        S::read(m, &S::moved(op, number as i32))?.put(&mut loaded, number);
    }
    D::write(m, op, V::from_bytes(&loaded))
}

/// VMASKMOVPS/VMASKMOVPD, VPMASKMOVD/VPMASKMOVQ: conditional store (SDM Vol. 2C, "VMASKMOV",
/// "VPMASKMOV").
pub fn vmaskmov_store<L: Lane, V: Vector, D: Place<L>, K: Value<V>, S: Value<V>>(
    m: &mut Machine,
    op: &Op,
) -> Outcome<()> {
    let (mask, source) = (K::read(m, op)?, S::read(m, op)?.to_bytes());
    for number in selected::<L, V>(mask) {
        D::update(m, &D::moved(op, number as i32), |lane| (lane, ()))?;
    }
    for number in selected::<L, V>(mask) {
        D::write(m, &D::moved(op, number as i32), L::get(&source, number))?;
    }
    Ok(())
}

/// MASKMOVQ: store selected bytes at EDI (SDM Vol. 2B, "MASKMOVQ").
///
/// The FPU is in the state for MMX instructions even if the store faults, as on processors.
pub fn maskmovq<A: AccessMode, S: Value<u64>, K: Value<u64>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    if !A::FAST {
        m.cpu.x87.enter_mmx();
    }
    store_bytes::<A, u64, S, K>(m, op)
}

/// MASKMOVDQU: store selected bytes at EDI (SDM Vol. 2B, "MASKMOVDQU").
pub fn maskmovdqu<A: AccessMode, S: Value<u128>, K: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    store_bytes::<A, u128, S, K>(m, op)
}

/// Stores bytes at EDI once it is certain that all of them can be stored.
#[inline(always)]
fn store_bytes<A: AccessMode, V: Vector, S: Value<V>, K: Value<V>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (source, mask) = (S::read(m, op)?.to_bytes(), K::read(m, op)?);
    let edi = m.cpu.regs[Register::Edi];
    let address = |number: usize| edi.wrapping_add(number as u32) & op.address_mask::<A>();
    for number in selected::<u8, V>(mask) {
        A::probe_store::<u8>(m, op.segment(), address(number))?;
    }
    for number in selected::<u8, V>(mask) {
        A::store(m, op.segment(), address(number), source[number])?;
    }
    Ok(())
}
