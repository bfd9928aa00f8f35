//! Far jumps, calls and returns, and IRET (SDM Vol. 1, "Control Transfer Instructions"), between
//! code segments of user mode.
//!
//! The rules for code segments are in [`selector`]. A program at privilege level 3 cannot return to
//! an outer level, may not return to an inner one, and finds no gates, so that every transfer
//! stays at its level. All of them return to the run loop, because translations depend on CS.

use crate::cpu::{Flag, Segment};

use crate::instructions::operand::{Checked, Width};
use crate::instructions::selector::{self, Transfer};
use crate::instructions::{
    Exception, Faulting, Leave, Machine, Op, Outcome, general_purpose::segment_register,
    general_purpose::stack_transfer, stack,
};

/// `CS:EIP = selector:eip`
fn transfer(m: &mut Machine, selector: u16, eip: u32, kind: Transfer) -> Faulting<Leave> {
    let descriptor = selector::code_segment(m, selector, eip, kind)?;
    selector::load_code(m, selector, descriptor);
    Ok(Leave { eip, event: None })
}

/// JMP: jump far (SDM Vol. 2A, "JMP").
pub fn jmp_far(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    transfer(m, op.disp as u16, op.imm, Transfer::Call)
}

/// JMP: jump far, absolute indirect (SDM Vol. 2A, "JMP").
pub fn jmp_far_indirect<W: Width>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    let (eip, selector) = segment_register::far_pointer::<W>(m, op)?;
    transfer(m, selector, eip.zero_extend(), Transfer::Call)
}

/// CALL: call far (SDM Vol. 2A, "CALL").
pub fn call_far<W: Width>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    call_to::<W>(m, op, op.disp as u16, op.imm)
}

/// CALL: call far, absolute indirect (SDM Vol. 2A, "CALL").
pub fn call_far_indirect<W: Width>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    let (eip, selector) = segment_register::far_pointer::<W>(m, op)?;
    call_to::<W>(m, op, selector, eip.zero_extend())
}

/// `push(CS); push(EIP); CS:EIP = selector:eip`
fn call_to<W: Width>(m: &mut Machine, op: &Op, selector: u16, eip: u32) -> Faulting<Leave> {
    selector::code_segment(m, selector, eip, Transfer::Call)?;
    let cs = m.cpu.segments[Segment::Cs as usize].selector;
    stack::push_all::<Checked, W>(m, [u32::from(cs), op.next].map(W::truncate))?;
    transfer(m, selector, eip, Transfer::Call)
}

/// RET: return from procedure, far (SDM Vol. 2B, "RET").
pub fn ret_far<W: Width>(m: &mut Machine, _: &Op) -> Faulting<Leave> {
    return_far::<W>(m, 0)
}

/// RET imm16: return from procedure, far, and release its parameters (SDM Vol. 2B, "RET").
pub fn ret_far_imm<W: Width>(m: &mut Machine, op: &Op) -> Faulting<Leave> {
    return_far::<W>(m, op.imm & 0xffff)
}

/// `EIP = pop(); CS = pop(); ESP += parameters`
fn return_far<W: Width>(m: &mut Machine, parameters: u32) -> Faulting<Leave> {
    let (eip, selector) = return_address::<W>(m)?;
    let leave = transfer(m, selector, eip, Transfer::Return)?;
    stack::release::<Checked>(m, 2 * W::SIZE + parameters);
    Ok(leave)
}

/// The offset and the selector on the top of the stack.
fn return_address<W: Width>(m: &mut Machine) -> Outcome<(u32, u16)> {
    let eip = stack::peek::<Checked, W>(m, 0)?.zero_extend();
    let selector = stack::peek::<Checked, W>(m, W::SIZE)?.zero_extend() as u16;
    Ok((eip, selector))
}

/// IRET, IRETD: interrupt return (SDM Vol. 2A, "IRET/IRETD/IRETQ"), to the same privilege level:
/// `EIP = pop(); CS = pop(); EFLAGS = pop()`, of EFLAGS what a program may change.
///
/// With NT set it would return to another task. There is none under a 64-bit system, whose programs
/// these are: #GP(0), as the manual has it for IA-32e mode.
pub fn iret<W: Width>(m: &mut Machine, _: &Op) -> Faulting<Leave> {
    if m.cpu.flag(Flag::NestedTask) {
        return Err(Exception::GP0.into());
    }
    let (eip, selector) = return_address::<W>(m)?;
    let eflags: W = stack::peek::<Checked, W>(m, 2 * W::SIZE)?;
    let leave = transfer(m, selector, eip, Transfer::Return)?;
    stack::release::<Checked>(m, 3 * W::SIZE);
    stack_transfer::set_user_eflags(m, eflags);
    Ok(leave)
}
