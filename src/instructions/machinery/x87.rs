//! The x87 FPU as a machine (SDM Vol. 1, "x87 FPU Execution Environment", "x87 FPU Exception
//! Handling"): where results go, what they leave in the status word, and when a pending exception is
//! raised. Arithmetic itself is in `float::x87`; the instructions are in `x87_fpu`.
//!
//! Every waiting instruction calls [`ready`] before it accesses memory, [`begin`] once nothing can
//! fault any more, and passes what it computed through [`deliver`].
//!
//! The last instruction's address is kept for every instruction; its opcode and the address of its
//! operand only for one that leaves an unmasked exception behind, and selectors not at all, as on
//! current processors (SDM Vol. 1, "Last Instruction Opcode", "x87 FPU Instruction and Data
//! (Operand) Pointers").

use crate::cpu::X87;
use crate::float::x87::fast::{FastResult, Usual};
use crate::float::x87::{ControlWord, FpuResult};
use crate::float::{ExceptionFlags, F80};

use crate::instructions::{Exception, Faulting, Interruption, Machine, Op};

/// Before a waiting instruction.
///
/// # Errors
/// #MF if an exception is pending.
#[inline(always)]
pub fn ready(m: &Machine) -> Faulting<()> {
    if m.cpu.x87.is_pending() { Err(Exception::X87.into()) } else { Ok(()) }
}

/// Before arithmetic on the fast path. It has the control word of FNINIT, and operands and a result that are normal or zero, so that only #P can be raised; everything else is left
/// to the checked copy of the instruction.
///
/// # Errors
/// A miss if the control word is another one.
#[inline(always)]
pub fn usual(m: &Machine) -> Faulting<()> {
    // It masks every exception, so that none can be pending.
    if m.cpu.x87.control() == X87::INITIAL_CONTROL { Ok(()) } else { Err(Interruption::Miss) }
}

/// The value of an `Option` on the fast path.
///
/// # Errors
/// A miss if it is `None`.
#[inline(always)]
pub fn hit<T>(value: Option<T>) -> Faulting<T> {
    value.ok_or(Interruption::Miss)
}

/// ST(i) on the fast path.
///
/// # Errors
/// A miss if it is empty, or neither zero nor a normal number.
#[inline(always)]
pub fn usual_st(m: &Machine, i: u8) -> Faulting<Usual> {
    hit(m.cpu.x87.usual(i).map(Usual::from))
}

/// The part of [`deliver`] that a result of the fast path needs.
#[inline(always)]
pub fn note<T>(m: &mut Machine, result: &FastResult<T>) {
    m.cpu.x87.note_rounding(result.up, result.dropped);
}

/// Records the address of the instruction. On the checked path the instruction completes from here on.
#[inline(always)]
pub(in crate::instructions) fn begin<'m>(m: &'m mut Machine, op: &Op) -> &'m mut X87 {
    m.cpu.x87.instruction.0 = op.eip;
    &mut m.cpu.x87
}

/// The fields of the control word.
#[inline(always)]
pub fn control(m: &Machine) -> ControlWord {
    ControlWord::from_word(m.cpu.x87.control())
}

/// ST(i), unless it is empty.
#[inline(always)]
pub fn st(m: &Machine, i: u8) -> Option<F80> {
    m.cpu.x87.get(i).map(F80::from)
}

/// Records the exceptions and C1 of a result in the status word; its value, if it is to be written.
#[inline(always)]
pub fn deliver<T>(m: &mut Machine, op: &Op, outcome: FpuResult<T>) -> Option<T> {
    raise(m, op, outcome.flags, outcome.rounded_up);
    outcome.written.then_some(outcome.value)
}

/// Sets exceptions in the status word, and C1.
#[inline(always)]
fn raise(m: &mut Machine, op: &Op, flags: ExceptionFlags, c1: bool) {
    let x = &mut m.cpu.x87;
    let flags = u16::from(flags.0);
    x.change_status(X87::C1, u16::from(c1) << 9 | flags);
    if flags & !x.control() & X87::EXCEPTIONS != 0 {
        unmasked(m, op);
    }
}

/// An unmasked exception is pending until the next waiting instruction.
#[cold]
#[inline(never)]
fn unmasked(m: &mut Machine, op: &Op) {
    /// The mod field of ModR/M, all ones for a register operand.
    const REGISTERS: u32 = 3 << 6;
    let x = &mut m.cpu.x87;
    x.change_status(0, X87::ERROR | X87::BUSY);
    x.opcode = op.imm as u16 & 0x7ff;
    if op.imm & REGISTERS != REGISTERS {
        x.operand.0 = op.offset(&m.cpu.regs);
    }
}

/// A stack fault (SDM Vol. 1, "Stack Overflow or Underflow Exception (#IS)").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A register was needed and is empty.
    Underflow,
    /// A register should have been free and is not.
    Overflow,
}

/// Raises #IS, and returns whether it is masked: the real indefinite takes the place of the result then.
#[cold]
#[inline(never)]
pub fn stack_fault(m: &mut Machine, op: &Op, fault: Fault) -> bool {
    m.cpu.x87.change_status(0, X87::STACK_FAULT);
    raise(m, op, ExceptionFlags::INVALID, fault == Fault::Overflow);
    control(m).masks.contains(ExceptionFlags::INVALID)
}

/// Replaces ST(i) by a result, then pops `pops` times. `None` stands for an empty operand: a stack
/// underflow.
#[inline(always)]
pub fn replace(m: &mut Machine, op: &Op, i: u8, pops: u8, outcome: Option<FpuResult<F80>>) {
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
pub fn push_usual(m: &mut Machine, op: &Op, value: Usual) -> Faulting<()> {
    if !m.cpu.x87.has_room() {
        return Err(Interruption::Miss);
    }
    let x = begin(m, op);
    x.note_exact();
    x.push_usual(value.into());
    Ok(())
}

/// Pushes a result, or raises a stack fault. `None` stands for an empty operand.
#[inline(always)]
pub fn push(m: &mut Machine, op: &Op, outcome: Option<FpuResult<F80>>) {
    let value = match outcome {
        None => stack_fault(m, op, Fault::Underflow).then_some(F80::INDEFINITE),
        Some(_) if !m.cpu.x87.has_room() => stack_fault(m, op, Fault::Overflow).then_some(F80::INDEFINITE),
        Some(outcome) => deliver(m, op, outcome),
    };
    if let Some(value) = value {
        m.cpu.x87.push(value.into());
    }
}

/// Records the result of a store in the status word, and pops if it was stored. `empty` says that ST(0)
/// was empty.
#[inline(always)]
pub fn settle(m: &mut Machine, op: &Op, outcome: FpuResult<()>, empty: bool, pops: u8) {
    let x = begin(m, op);
    if empty {
        x.change_status(0, X87::STACK_FAULT);
    }
    if deliver(m, op, outcome).is_some() {
        (0..pops).for_each(|_| m.cpu.x87.pop());
    }
}

/// Replaces ST(0) by the first of the two results of `f` and pushes the second. If `f` returns `None`, the
/// stack stays as it was. A stack fault comes before any exception of the operand.
pub fn replace_and_push(m: &mut Machine, op: &Op, f: impl FnOnce(&mut Machine, F80) -> Option<FpuResult<(F80, F80)>>) {
    const INDEFINITE: (F80, F80) = (F80::INDEFINITE, F80::INDEFINITE);
    let values = match st(m, 0) {
        None => stack_fault(m, op, Fault::Underflow).then_some(INDEFINITE),
        Some(_) if !m.cpu.x87.has_room() => stack_fault(m, op, Fault::Overflow).then_some(INDEFINITE),
        Some(operand) => f(m, operand).and_then(|result| deliver(m, op, result)),
    };
    if let Some((first, second)) = values {
        m.cpu.x87.set(0, first.into());
        m.cpu.x87.push(second.into());
    }
}
