//! Instructions that examine selectors without loading them (SDM Vol. 1, "System Instructions"): whether
//! a selector passed by a caller would be usable, and the properties of its segment.
//!
//! All of them report success in ZF and preserve the other flags.

use crate::cpu::{Flags, SegmentDescriptor};

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome, selector};

/// ARPL: adjust RPL field of segment selector (SDM Vol. 2A, "ARPL").
///
/// `ZF = dst.RPL < src.RPL; if ZF { dst.RPL = src.RPL }`: only then the destination is written.
pub fn arpl<D: Place<u16>, S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (destination, source) = (D::read(m, op)?, S::read(m, op)?);
    let raise = destination & 3 < source & 3;
    if raise {
        D::write(m, op, destination & !3 | source & 3)?;
    }
    Ok(m.cpu.flags.with_zero(raise))
}

/// The descriptor of a selector, if this program may see it.
fn visible(m: &Machine, selector: u16) -> Option<SegmentDescriptor> {
    let descriptor = m.cpu.descriptor(selector).filter(|_| !selector::is_null(selector))?;
    selector::is_allowed(selector, descriptor).then_some(descriptor)
}

/// Writes a result if there is one, and sets ZF accordingly.
fn answer<W: Width, D: Place<W>>(m: &mut Machine, op: &Op, answer: Option<u32>) -> Outcome<Flags> {
    if let Some(answer) = answer {
        D::write(m, op, W::truncate(answer))?;
    }
    Ok(m.cpu.flags.with_zero(answer.is_some()))
}

/// Types of system descriptors that have access rights for LAR: TSS, LDT, call and task gates.
const WITH_RIGHTS: [u8; 8] = [1, 2, 3, 4, 5, 9, 11, 12];

/// Types of system descriptors that have a limit for LSL: TSS and LDT.
const WITH_LIMIT: [u8; 5] = [1, 2, 3, 9, 11];

/// LAR: load access rights byte (SDM Vol. 2A, "LAR").
///
/// `dst =` bits 8 to 23 of the descriptor's second doubleword, the others 0; ZF = the selector is
/// valid, visible and of a type that has them.
pub fn lar<W: Width, D: Place<W>, S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let selector = S::read(m, op)?;
    let known = |found: &SegmentDescriptor| found.is_segment() || WITH_RIGHTS.contains(&found.kind());
    let rights = visible(m, selector).filter(known).map(SegmentDescriptor::access_rights);
    answer::<W, D>(m, op, rights)
}

/// LSL: load segment limit (SDM Vol. 2A, "LSL"), in bytes; ZF as for LAR.
pub fn lsl<W: Width, D: Place<W>, S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let selector = S::read(m, op)?;
    let known = |found: &SegmentDescriptor| found.is_segment() || WITH_LIMIT.contains(&found.kind());
    let limit = visible(m, selector).filter(known).map(SegmentDescriptor::limit);
    answer::<W, D>(m, op, limit)
}

/// VERR: verify a segment for reading (SDM Vol. 2C, "VERR/VERW").
pub fn verr<S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let selector = S::read(m, op)?;
    let readable = visible(m, selector).is_some_and(SegmentDescriptor::is_readable);
    Ok(m.cpu.flags.with_zero(readable))
}

/// VERW: verify a segment for writing (SDM Vol. 2C, "VERR/VERW").
pub fn verw<S: Value<u16>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let selector = S::read(m, op)?;
    let writable = visible(m, selector).is_some_and(SegmentDescriptor::is_writable);
    Ok(m.cpu.flags.with_zero(writable))
}
