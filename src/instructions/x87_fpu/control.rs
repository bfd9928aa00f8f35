//! x87 FPU control instructions on single words and registers (SDM Vol. 1, "x87 FPU Control
//! Instructions"); whole environments are in [`environment`](super::environment).
//!
//! Instructions with an N in their name do not wait: a pending exception stays pending.

use crate::cpu::X87;

use crate::instructions::operand::{Place, StackIndex, Value};
use crate::instructions::{Faulting, Machine, Op, Outcome, x87};

/// WAIT: wait (SDM Vol. 2D, "WAIT/FWAIT"): raises a pending exception.
#[inline]
pub fn wait(m: &mut Machine, _: &Op) -> Faulting<()> {
    x87::ready(m)
}

/// FNOP: no operation (SDM Vol. 2A, "FNOP"), but a waiting one.
#[inline]
pub fn fnop(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    x87::begin(m, op);
    Ok(())
}

/// FINCSTP: increment stack-top pointer (SDM Vol. 2A, "FINCSTP"); no register becomes empty.
#[inline]
pub fn fincstp(m: &mut Machine, op: &Op) -> Faulting<()> {
    turn(m, op, 1)
}

/// FDECSTP: decrement stack-top pointer (SDM Vol. 2A, "FDECSTP").
#[inline]
pub fn fdecstp(m: &mut Machine, op: &Op) -> Faulting<()> {
    turn(m, op, -1)
}

fn turn(m: &mut Machine, op: &Op, by: i8) -> Faulting<()> {
    x87::ready(m)?;
    let x = x87::begin(m, op);
    x.change_status(X87::C1, 0);
    x.turn(by);
    Ok(())
}

/// FFREE: free floating-point register (SDM Vol. 2A, "FFREE").
#[inline]
pub fn ffree<S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let StackIndex(i) = S::read(m, op)?;
    x87::begin(m, op).free(i);
    Ok(())
}

/// FFREEP: free floating-point register and pop, undocumented (see SDM Vol. 2A, "FFREE").
#[inline]
pub fn ffreep<S: Value<StackIndex>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    ffree::<S>(m, op)?;
    m.cpu.x87.pop();
    Ok(())
}

/// FNINIT: initialize floating-point unit (SDM Vol. 2A, "FINIT/FNINIT"); registers keep their bits.
#[inline]
pub fn fninit(m: &mut Machine, _: &Op) -> Outcome<()> {
    m.cpu.x87.initialize();
    Ok(())
}

/// FNCLEX: clear exceptions (SDM Vol. 2A, "FCLEX/FNCLEX").
#[inline]
pub fn fnclex(m: &mut Machine, _: &Op) -> Outcome<()> {
    m.cpu.x87.change_status(X87::EXCEPTIONS | X87::STACK_FAULT | X87::ERROR | X87::BUSY, 0);
    Ok(())
}

/// FLDCW: load x87 FPU control word (SDM Vol. 2A, "FLDCW").
#[inline]
pub fn fldcw<S: Value<u16>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let word = S::read(m, op)?;
    m.cpu.x87.set_control(word);
    Ok(())
}

/// FNSTCW: store x87 FPU control word (SDM Vol. 2A, "FSTCW/FNSTCW").
#[inline]
pub fn fnstcw<D: Place<u16>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let word = m.cpu.x87.control();
    D::write(m, op, word)
}

/// FNSTSW: store x87 FPU status word (SDM Vol. 2A, "FSTSW/FNSTSW").
#[inline]
pub fn fnstsw<D: Place<u16>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let word = m.cpu.x87.status();
    D::write(m, op, word)
}
