//! Control transfer instructions: near jumps, loops, calls and returns, and software interrupts
//! (SDM Vol. 1, "Control Transfer Instructions").
//!
//! Far transfers are in [`far_transfer`](super::far_transfer), stack frames (ENTER, LEAVE) and BOUND
//! in [`procedure`](super::procedure).

use crate::cpu::{Flag, Register, Segment};

use crate::instructions::effect::{Branch, Direct, Jump, Leave};
use crate::instructions::operand::{AccessMode, Value, Width};
use crate::instructions::{Event, Exception, Faulting, Machine, Op, Outcome, segment, stack};

/// Whether a near transfer may go to an offset in CS.
///
/// # Errors
/// #GP(0) beyond the limit of CS. On the fast path CS has none.
#[inline(always)]
fn reach<A: AccessMode>(m: &Machine, eip: u32) -> Faulting<()> {
    let cs = Segment::Cs as usize;
    if A::FAST || segment::within_limit(m.cpu.segments[cs].descriptor, eip, 1) {
        Ok(())
    } else {
        Err(Exception::GP0.into())
    }
}

/// A relative branch that is taken if `condition` holds.
#[inline(always)]
fn branch<A: AccessMode>(m: &Machine, op: &Op, condition: bool) -> Faulting<Branch> {
    if condition {
        reach::<A>(m, op.imm)?;
    }
    Ok(condition.into())
}

/// JMP: jump near, relative (SDM Vol. 2A, "JMP").
pub fn jmp<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<Direct> {
    reach::<A>(m, op.imm)?;
    Ok(Direct)
}

/// JMP: jump near, absolute indirect (SDM Vol. 2A, "JMP").
pub fn jmp_indirect<A: AccessMode, W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Faulting<Jump> {
    let target = S::read(m, op)?.zero_extend();
    reach::<A>(m, target)?;
    Ok(Jump(target))
}

/// Jcc: jump if condition is met (SDM Vol. 2A, "Jcc").
pub fn jcc<A: AccessMode, const C: u8>(m: &mut Machine, op: &Op) -> Faulting<Branch> {
    branch::<A>(m, op, m.cpu.flags.condition(C))
}

/// JCXZ, JECXZ: jump if CX or ECX is 0 (SDM Vol. 2A, "Jcc").
pub fn jcxz<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<Branch> {
    branch::<A>(m, op, m.cpu.regs[Register::Ecx] & op.address_mask::<A>() == 0)
}

/// Decrements the count register, CX or ECX by the address size, and branches if it is not 0 now
/// and `condition` holds.
#[inline(always)]
fn count_down<A: AccessMode>(m: &mut Machine, op: &Op, condition: bool) -> Faulting<Branch> {
    let mask = op.address_mask::<A>();
    let count = m.cpu.regs[Register::Ecx].wrapping_sub(1) & mask;
    let branch = branch::<A>(m, op, count != 0 && condition)?;
    let ecx = &mut m.cpu.regs[Register::Ecx];
    *ecx = *ecx & !mask | count;
    Ok(branch)
}

/// LOOP: loop according to count (SDM Vol. 2A, "LOOP/LOOPcc").
pub fn r#loop<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<Branch> {
    count_down::<A>(m, op, true)
}

/// LOOPE: loop while count is not 0 and ZF is set (SDM Vol. 2A, "LOOP/LOOPcc").
pub fn loope<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<Branch> {
    count_down::<A>(m, op, m.cpu.flags.zero())
}

/// LOOPNE: loop while count is not 0 and ZF is clear (SDM Vol. 2A, "LOOP/LOOPcc").
pub fn loopne<A: AccessMode>(m: &mut Machine, op: &Op) -> Faulting<Branch> {
    count_down::<A>(m, op, !m.cpu.flags.zero())
}

/// CALL: call procedure, near, relative (SDM Vol. 2A, "CALL").
pub fn call<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Faulting<Direct> {
    reach::<A>(m, op.imm)?;
    stack::push::<A, W>(m, W::truncate(op.next))?;
    Ok(Direct)
}

/// CALL: call procedure, near, absolute indirect (SDM Vol. 2A, "CALL").
pub fn call_indirect<A: AccessMode, W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Faulting<Jump> {
    let target = S::read(m, op)?.zero_extend();
    reach::<A>(m, target)?;
    stack::push::<A, W>(m, W::truncate(op.next))?;
    Ok(Jump(target))
}

/// RET: return from procedure, near (SDM Vol. 2B, "RET").
pub fn ret<A: AccessMode, W: Width>(m: &mut Machine, _: &Op) -> Faulting<Jump> {
    return_near::<A, W>(m, 0)
}

/// RET imm16: return from procedure, near, and release its parameters (SDM Vol. 2B, "RET").
pub fn ret_imm<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Faulting<Jump> {
    return_near::<A, W>(m, op.imm & 0xffff)
}

#[inline(always)]
fn return_near<A: AccessMode, W: Width>(m: &mut Machine, parameters: u32) -> Faulting<Jump> {
    let target = stack::peek::<A, W>(m, 0)?.zero_extend();
    reach::<A>(m, target)?;
    stack::release::<A>(m, W::SIZE + parameters);
    Ok(Jump(target))
}

/// INT n: call to interrupt procedure (SDM Vol. 2A, "INT n/INTO/INT3/INT1").
pub fn int(_: &mut Machine, op: &Op) -> Outcome<Leave> {
    Ok(Leave { eip: op.next, event: Some(Event::Interrupt(op.imm as u8)) })
}

/// INT3: breakpoint, #BP (SDM Vol. 2A, "INT n/INTO/INT3/INT1").
pub fn int3(_: &mut Machine, op: &Op) -> Outcome<Leave> {
    Ok(Leave { eip: op.next, event: Some(Event::Interrupt(3)) })
}

/// INT1: debug trap, #DB (SDM Vol. 2A, "INT n/INTO/INT3/INT1").
pub fn int1(_: &mut Machine, op: &Op) -> Outcome<Leave> {
    Ok(Leave { eip: op.next, event: Some(Event::Interrupt(1)) })
}

/// INTO: overflow trap, #OF, if OF is set (SDM Vol. 2A, "INT n/INTO/INT3/INT1").
pub fn into(m: &mut Machine, op: &Op) -> Outcome<Leave> {
    let overflow = m.cpu.flag(Flag::Overflow);
    Ok(Leave { eip: op.next, event: overflow.then_some(Event::Interrupt(4)) })
}

/// SYSENTER: fast system call (SDM Vol. 2B, "SYSENTER"): what it does is the environment's affair.
pub fn sysenter(_: &mut Machine, op: &Op) -> Outcome<Leave> {
    Ok(Leave { eip: op.next, event: Some(Event::Sysenter) })
}
