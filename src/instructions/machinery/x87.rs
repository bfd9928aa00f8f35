//! The x87 FPU as a machine (SDM Vol. 1, "x87 FPU Execution Environment", "x87 FPU Exception
//! Handling"): where results go, what they leave in the status word, and when a pending exception is
//! raised. Arithmetic itself is in `float::x87`; the instructions are in the `x87_…` files.
//!
//! Every waiting instruction calls [`ready`] before it accesses memory, [`begin`] once nothing can
//! fault any more, and passes what it computed through [`deliver`].
//!
//! The last instruction's address is kept for every instruction; its opcode and the address of its
//! operand only for one that leaves an unmasked exception behind, and selectors not at all, as on
//! current processors (SDM Vol. 1, "Last Instruction Opcode", "x87 FPU Instruction and Data
//! (Operand) Pointers").

use crate::cpu::X87;
use crate::float::x87::short::Short;
use crate::float::x87::{Control, Outcome as Result80};
use crate::float::{F80, Flags};

use crate::instructions::{Exception, Faulting, Interruption, Machine, Op};

/// Before a waiting instruction.
///
/// # Errors
/// #MF if an exception is pending.
#[inline(always)]
pub fn ready(m: &Machine) -> Faulting<()> {
    if m.cpu.x87.is_pending() { Err(Exception::X87.into()) } else { Ok(()) }
}

/// Before an instruction on the fast path that rounds: this serves zeros and normal numbers whose
/// result is one, with the control word of FNINIT, so that nothing but #P is raised; the checked copy
/// of the instruction serves all others.
///
/// # Errors
/// A miss if it does not.
#[inline(always)]
pub fn usual(m: &Machine) -> Faulting<()> {
    // With it nothing can be pending.
    if m.cpu.x87.control() == X87::INITIAL_CONTROL { Ok(()) } else { Err(Interruption::Miss) }
}

/// What is there on the fast path.
///
/// # Errors
/// A miss if it is not.
#[inline(always)]
pub fn hit<T>(value: Option<T>) -> Faulting<T> {
    value.ok_or(Interruption::Miss)
}

/// ST(i) on the fast path.
///
/// # Errors
/// A miss if it is empty, or neither zero nor a normal number.
#[inline(always)]
pub fn usual_st(m: &Machine, i: u8) -> Faulting<F80> {
    hit(m.cpu.x87.usual(i).map(F80::from))
}

/// The part of [`deliver`] that a result of the fast path needs.
#[inline(always)]
pub fn note<T>(m: &mut Machine, result: &Short<T>) {
    m.cpu.x87.note_rounding(result.up, result.dropped);
}

/// Remembers the instruction, which from here on completes, if on the checked path.
#[inline(always)]
pub(in crate::instructions) fn begin<'m>(m: &'m mut Machine, op: &Op) -> &'m mut X87 {
    m.cpu.x87.instruction.0 = op.eip;
    &mut m.cpu.x87
}

/// The control word, taken apart.
#[inline(always)]
pub fn control(m: &Machine) -> Control {
    Control::from_word(m.cpu.x87.control())
}

/// ST(i), unless it is empty.
#[inline(always)]
pub fn st(m: &Machine, i: u8) -> Option<F80> {
    m.cpu.x87.get(i).map(F80::from)
}

/// Enters an outcome in the status word and gives its value, if that reaches its destination.
#[inline(always)]
pub fn deliver<T>(m: &mut Machine, op: &Op, outcome: Result80<T>) -> Option<T> {
    raise(m, op, outcome.flags, outcome.rounded_up);
    outcome.written.then_some(outcome.value)
}

/// Enters exceptions in the status word, and C1.
#[inline(always)]
fn raise(m: &mut Machine, op: &Op, flags: Flags, c1: bool) {
    let x = &mut m.cpu.x87;
    let flags = u16::from(flags.0);
    x.change_status(X87::C1, u16::from(c1) << 9 | flags);
    if flags & !x.control() & X87::EXCEPTIONS != 0 {
        unmasked(m, op);
    }
}

/// An exception that is not masked waits for the next waiting instruction.
#[cold]
#[inline(never)]
fn unmasked(m: &mut Machine, op: &Op) {
    /// ModR/M from here on names registers.
    const REGISTERS: u32 = 3 << 6;
    let x = &mut m.cpu.x87;
    x.change_status(0, X87::ERROR | X87::BUSY);
    x.opcode = op.imm as u16 & 0x7ff;
    if op.imm & REGISTERS != REGISTERS {
        x.operand.0 = op.offset(&m.cpu.regs);
    }
}

/// What was wrong with the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A register was needed and is empty.
    Underflow,
    /// A register should have been free and is not.
    Overflow,
}

/// #IS: tells a stack fault, and whether it is masked: then the real indefinite takes the place of
/// the result.
#[cold]
#[inline(never)]
pub fn stack_fault(m: &mut Machine, op: &Op, fault: Fault) -> bool {
    m.cpu.x87.change_status(0, X87::STACK_FAULT);
    raise(m, op, Flags::INVALID, fault == Fault::Overflow);
    control(m).masks.contains(Flags::INVALID)
}

/// Replaces ST(i) by an outcome, then pops `pops` times; or does what a stack underflow does if there
/// is no outcome, because an operand is missing.
#[inline(always)]
pub fn replace(m: &mut Machine, op: &Op, i: u8, pops: u8, outcome: Option<Result80<F80>>) {
    let value = match outcome {
        Some(outcome) => deliver(m, op, outcome),
        None => stack_fault(m, op, Fault::Underflow).then_some(F80::INDEFINITE),
    };
    if let Some(value) = value {
        m.cpu.x87.set(i, value.into());
        (0..pops).for_each(|_| m.cpu.x87.pop());
    }
}

/// Pushes zero or a normal number on the fast path.
///
/// # Errors
/// A miss if there is no room.
#[inline(always)]
pub fn push_usual(m: &mut Machine, op: &Op, value: F80) -> Faulting<()> {
    if !m.cpu.x87.has_room() {
        return Err(Interruption::Miss);
    }
    let x = begin(m, op);
    x.note_exact();
    x.push_usual(value.into());
    Ok(())
}

/// Pushes an outcome, or does what a stack fault does.
#[inline(always)]
pub fn push(m: &mut Machine, op: &Op, outcome: Option<Result80<F80>>) {
    let value = match outcome {
        None => stack_fault(m, op, Fault::Underflow).then_some(F80::INDEFINITE),
        Some(_) if !m.cpu.x87.has_room() => stack_fault(m, op, Fault::Overflow).then_some(F80::INDEFINITE),
        Some(outcome) => deliver(m, op, outcome),
    };
    if let Some(value) = value {
        m.cpu.x87.push(value.into());
    }
}

/// Enters the outcome of a store in the status word and pops, if it was stored. `empty`: ST(0) was.
#[inline(always)]
pub fn settle(m: &mut Machine, op: &Op, outcome: Result80<()>, empty: bool, pops: u8) {
    let x = begin(m, op);
    if empty {
        x.change_status(0, X87::STACK_FAULT);
    }
    if deliver(m, op, outcome).is_some() {
        (0..pops).for_each(|_| m.cpu.x87.pop());
    }
}

/// Replaces ST(0) by the first value of an outcome and pushes the second, or does what a stack fault
/// does.
pub fn replace_and_push(m: &mut Machine, op: &Op, outcome: Option<Result80<(F80, F80)>>) {
    const INDEFINITE: (F80, F80) = (F80::INDEFINITE, F80::INDEFINITE);
    let values = match outcome {
        None => stack_fault(m, op, Fault::Underflow).then_some(INDEFINITE),
        Some(_) if !m.cpu.x87.has_room() => stack_fault(m, op, Fault::Overflow).then_some(INDEFINITE),
        Some(outcome) => deliver(m, op, outcome),
    };
    if let Some((first, second)) = values {
        m.cpu.x87.set(0, first.into());
        m.cpu.x87.push(second.into());
    }
}
