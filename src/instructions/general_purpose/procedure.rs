//! High-level procedure entry and exit, and the array bounds check, which the manual lists with the
//! control transfers (SDM Vol. 1, "Control Transfer Instructions").

use crate::cpu::{Register, Segment};

use crate::instructions::operand::{AccessMode, Checked, Value, Width};
use crate::instructions::{Exception, Faulting, Interruption, Machine, Op, Outcome, stack};

const SS: u8 = Segment::Ss as u8;

/// LEAVE: high level procedure exit (SDM Vol. 2A, "LEAVE"): `ESP = EBP; EBP = pop()`.
pub fn leave<A: AccessMode, W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    let frame = m.cpu.regs[Register::Ebp] & stack::pointer_mask::<A>(m);
    let outer: W = A::load(m, SS, frame)?;
    stack::set_pointer::<A>(m, frame.wrapping_add(W::SIZE));
    outer.set(&mut m.cpu.regs, Register::Ebp as u8);
    Ok(())
}

/// ENTER: make stack frame for procedure parameters (SDM Vol. 2A, "ENTER").
///
/// `push(EBP)`; for a nesting level above 0 copies the frame pointers of the outer levels and
/// pushes its own; `EBP =` where the old EBP was pushed; `ESP -= size`. A write at the new ESP has
/// to be possible.
pub fn enter<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let (size, level) = (op.imm & 0xffff, op.disp % 32);
    if A::FAST && level > 0 {
        // A second try would see what this one has stored.
        return Err(Interruption::Miss);
    }
    let before = m.cpu.regs[Register::Esp];
    let frame = push_frame::<A, W>(m, level, size).inspect_err(|_| m.cpu.regs[Register::Esp] = before)?;
    W::truncate(frame).set(&mut m.cpu.regs, Register::Ebp as u8);
    Ok(())
}

/// Pushes the frame pointers of ENTER and reserves the local variables; returns the new frame pointer.
fn push_frame<A: AccessMode, W: Width>(m: &mut Machine, level: u32, size: u32) -> Outcome<u32> {
    stack::push::<A, W>(m, W::get(&m.cpu.regs, Register::Ebp as u8))?;
    let frame = m.cpu.regs[Register::Esp];
    for outer in 1..level {
        let at = m.cpu.regs[Register::Ebp].wrapping_sub(outer * W::SIZE) & stack::pointer_mask::<A>(m);
        let value: W = A::load(m, SS, at)?;
        stack::push::<A, W>(m, value)?;
    }
    if level > 0 {
        stack::push::<A, W>(m, W::truncate(frame))?;
    }
    stack::release::<A>(m, size.wrapping_neg());
    A::probe_store::<W>(m, SS, stack::pointer::<A>(m))?;
    Ok(frame)
}

/// BOUND: check array index against bounds (SDM Vol. 2A, "BOUND"): #BR unless
/// `lower <= index <= upper`, signed.
pub fn bound<W: Width, I: Value<W>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let index = I::read(m, op)?.sign_extend() as i32;
    let mut bound = |op: Op| -> Outcome<i32> {
        let offset = op.offset(&m.cpu.regs);
        Ok(Checked::load::<W>(m, op.segment(), offset)?.sign_extend() as i32)
    };
    let (lower, upper) = (bound(*op)?, bound(op.moved(1, W::SIZE))?);
    if (lower..=upper).contains(&index) { Ok(()) } else { Err(Exception::BoundRange.into()) }
}
