//! Instructions that move selectors: MOV, PUSH and POP of a segment register, and loads of far
//! pointers (SDM Vol. 1, "Segment Register Instructions").
//!
//! The rules for what may be loaded are in [`selector`]. An instruction that loads a segment register
//! returns to the run loop, because translations depend on the segments.

use crate::cpu::{Register, Segment};

use crate::instructions::operand::{AccessMode, Checked, Place, Value, Width};
use crate::instructions::{Exception, Faulting, Leave, Machine, Op, Outcome, selector, stack};

fn leave(op: &Op) -> Leave {
    Leave { eip: op.next, event: None }
}

/// PUSH Sreg: push a segment register onto the stack (SDM Vol. 2B, "PUSH"), zero-extended.
pub fn push_sreg<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let selector = m.cpu.segments[usize::from(op.r[0] % 6)].selector;
    stack::push::<A, W>(m, W::truncate(u32::from(selector)))
}

/// POP Sreg: pop a segment register from the stack (SDM Vol. 2B, "POP").
pub fn pop_sreg<W: Width>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    let before = m.cpu.regs[Register::Esp];
    let selector = stack::pop::<Checked, W>(m)?.zero_extend() as u16;
    selector::load(m, op.r[0], selector).inspect_err(|_| m.cpu.regs[Register::Esp] = before)?;
    Ok(leave(op))
}

/// MOV r/m, Sreg: move from a segment register (SDM Vol. 2B, "MOV"), zero-extended in a 32-bit
/// register, 16 bits in memory.
pub fn mov_from_sreg<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let register = m.cpu.segments.get(usize::from(op.r[1])).ok_or(Exception::InvalidOpcode)?;
    let selector = u32::from(register.selector);
    Ok(D::write(m, op, W::truncate(selector))?)
}

/// MOV Sreg, r/m: move to a segment register (SDM Vol. 2B, "MOV"); #UD for CS.
pub fn mov_to_sreg<D: Place<u16>, S: Value<u16>>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    if op.r[0] == Segment::Cs as u8 || op.r[0] > Segment::Gs as u8 {
        return Err(Exception::InvalidOpcode.into());
    }
    let selector = S::read(m, op)?;
    selector::load(m, op.r[0], selector)?;
    Ok(leave(op))
}

/// Loads a far pointer: its offset into a register, its selector into a segment register.
fn load_pointer<W: Width, D: Place<W>>(m: &mut Machine, op: &Op, segment: Segment) -> Faulting<Leave> {
    let (offset, selector) = far_pointer::<W>(m, op)?;
    selector::load(m, segment as u8, selector)?;
    D::write(m, op, offset)?;
    Ok(leave(op))
}

/// Reads the far pointer in memory that an instruction names: offset, then selector.
///
/// # Errors
/// Those of the loads.
pub(super) fn far_pointer<W: Width>(m: &mut Machine, op: &Op) -> Outcome<(W, u16)> {
    let (at, above) = (op.offset(&m.cpu.regs), op.moved(1, W::SIZE).offset(&m.cpu.regs));
    let offset = Checked::load(m, op.segment(), at)?;
    let selector = Checked::load(m, op.segment(), above)?;
    Ok((offset, selector))
}

/// LDS: load far pointer using DS (SDM Vol. 2A, "LDS/LES/LFS/LGS/LSS").
pub fn lds<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    load_pointer::<W, D>(m, op, Segment::Ds)
}

/// LES: load far pointer using ES (SDM Vol. 2A, "LDS/LES/LFS/LGS/LSS").
pub fn les<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    load_pointer::<W, D>(m, op, Segment::Es)
}

/// LFS: load far pointer using FS (SDM Vol. 2A, "LDS/LES/LFS/LGS/LSS").
pub fn lfs<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    load_pointer::<W, D>(m, op, Segment::Fs)
}

/// LGS: load far pointer using GS (SDM Vol. 2A, "LDS/LES/LFS/LGS/LSS").
pub fn lgs<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    load_pointer::<W, D>(m, op, Segment::Gs)
}

/// LSS: load far pointer using SS (SDM Vol. 2A, "LDS/LES/LFS/LGS/LSS").
pub fn lss<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    load_pointer::<W, D>(m, op, Segment::Ss)
}
