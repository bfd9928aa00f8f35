//! Shift and rotate instructions (SDM Vol. 1, "Shift and Rotate Instructions"). What a count does
//! to result and flags is in `flags/shift.rs`.

use crate::cpu::Flags;

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome, flags};

/// Shifts or rotates a place by a count, of which five bits count.
#[inline(always)]
fn by_count<W: Width, D: Place<W>, C: Value<u8>>(
    m: &mut Machine,
    op: &Op,
    shift: impl FnOnce(W, u32, Flags) -> (W, Flags),
) -> Outcome<Flags> {
    let count = u32::from(C::read(m, op)?) & 31;
    let before = m.cpu.flags;
    D::update(m, op, |destination| shift(destination, count, before))
}

/// SHL, SAL: shift left (SDM Vol. 2B, "SAL/SAR/SHL/SHR").
pub fn shl<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::shl)
}

/// SHR: shift logical right (SDM Vol. 2B, "SAL/SAR/SHL/SHR").
pub fn shr<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::shr)
}

/// SAR: shift arithmetic right (SDM Vol. 2B, "SAL/SAR/SHL/SHR").
pub fn sar<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::sar)
}

/// ROL: rotate left (SDM Vol. 2B, "RCL/RCR/ROL/ROR").
pub fn rol<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::rol)
}

/// ROR: rotate right (SDM Vol. 2B, "RCL/RCR/ROL/ROR").
pub fn ror<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::ror)
}

/// RCL: rotate left through carry (SDM Vol. 2B, "RCL/RCR/ROL/ROR").
pub fn rcl<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::rcl)
}

/// RCR: rotate right through carry (SDM Vol. 2B, "RCL/RCR/ROL/ROR").
pub fn rcr<W: Width, D: Place<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    by_count::<W, D, C>(m, op, flags::rcr)
}

/// SHLD: double precision shift left (SDM Vol. 2B, "SHLD").
///
/// `dst = high half of (dst:src << count)`, count modulo 32; count 0 changes nothing.
pub fn shld<W: Width, D: Place<W>, S: Value<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    by_count::<W, D, C>(m, op, |destination, count, before| flags::shld(destination, source, count, before))
}

/// SHRD: double precision shift right (SDM Vol. 2B, "SHRD").
///
/// `dst = low half of (src:dst >> count)`, count modulo 32; count 0 changes nothing.
pub fn shrd<W: Width, D: Place<W>, S: Value<W>, C: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    by_count::<W, D, C>(m, op, |destination, count, before| flags::shrd(destination, source, count, before))
}
