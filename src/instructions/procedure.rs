//! Control transfer instructions that transfer no control: high-level procedure entry and exit,
//! and the array bounds check (SDM Vol. 1, "Control Transfer Instructions").

use crate::cpu::{Register, Segment};

use super::operand::{Access, Checked, Value, Width};
use super::{Exception, Faulting, Machine, Op, Outcome, stack};

const SS: u8 = Segment::Ss as u8;

/// LEAVE: high level procedure exit (SDM Vol. 2A, "LEAVE"): `ESP = EBP; EBP = pop()`.
pub fn leave<A: Access, W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    let frame = m.cpu.regs[Register::Ebp] & stack::pointer_mask::<A>(m);
    let outer: W = A::load(m, SS, frame)?;
    stack::set_pointer::<A>(m, frame.wrapping_add(W::SIZE));
    outer.set(&mut m.cpu.regs, Register::Ebp as u8);
    Ok(())
}

/// ENTER: make stack frame for procedure parameters (SDM Vol. 2A, "ENTER").
///
/// `push(EBP)`; for a nesting level above 0 copies the frame pointers of the outer levels and
/// pushes its own; `EBP =` where the old EBP was pushed; `ESP -= size`.
pub fn enter<A: Access, W: Width>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (size, level) = (op.imm & 0xffff, op.disp % 32);
    enter_possible::<A, W>(m, size, level)?;
    stack::push::<A, W>(m, W::get(&m.cpu.regs, Register::Ebp as u8))?;
    let frame = m.cpu.regs[Register::Esp];
    for outer in 1..level {
        let value: W = A::load(m, SS, display::<A, W>(m, outer))?;
        stack::push::<A, W>(m, value)?;
    }
    if level > 0 {
        stack::push::<A, W>(m, W::truncate(frame))?;
    }
    let top = stack::pointer::<A>(m).wrapping_sub(size);
    stack::set_pointer::<A>(m, top);
    W::truncate(frame).set(&mut m.cpu.regs, Register::Ebp as u8);
    Ok(())
}

/// Every access of ENTER in its order, and the last: a write at the final stack pointer has to be
/// possible.
fn enter_possible<A: Access, W: Width>(m: &mut Machine, size: u32, level: u32) -> Outcome<()> {
    let mask = stack::pointer_mask::<A>(m);
    let pushed = |m: &Machine, count: u32| stack::pointer::<A>(m).wrapping_sub(count * W::SIZE) & mask;
    for push in 0..=level {
        if push > 0 && push < level {
            A::probe::<W>(m, SS, display::<A, W>(m, push), false)?;
        }
        A::probe::<W>(m, SS, pushed(m, push + 1), true)?;
    }
    let top = pushed(m, level + 1).wrapping_sub(size) & mask;
    A::probe::<W>(m, SS, top, true)
}

/// Where the frame of the current procedure has the pointer to the frame of an outer level.
fn display<A: Access, W: Width>(m: &Machine, outer: u32) -> u32 {
    m.cpu.regs[Register::Ebp].wrapping_sub(outer * W::SIZE) & stack::pointer_mask::<A>(m)
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
    if (lower..=upper).contains(&index) { Ok(()) } else { Err(Exception::BoundRange) }
}
