//! Data transfer instructions that push and pop (SDM Vol. 1, "Data Transfer Instructions"), and
//! those that move EFLAGS through the stack ("Flag Control (EFLAG) Instructions").
//!
//! How the stack is addressed is in [`stack`]; segment registers are pushed and popped in
//! [`segment_register`](super::segment_register).

use crate::cpu::{Eflags, Flag, Flags, Register};

use crate::instructions::operand::{AccessMode, Place, Value, Width};
use crate::instructions::{Leave, Machine, Op, Outcome, stack};

/// PUSH: push a value onto the stack (SDM Vol. 2B, "PUSH"); PUSH ESP pushes the old ESP.
pub fn push<A: AccessMode, W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?;
    stack::push::<A, W>(m, value)
}

/// POP: pop a value from the stack (SDM Vol. 2B, "POP").
///
/// ESP is incremented before the destination is addressed or written.
pub fn pop<A: AccessMode, W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let before = m.cpu.regs[Register::Esp];
    let value = stack::pop::<A, W>(m)?;
    D::write(m, op, value).inspect_err(|_| m.cpu.regs[Register::Esp] = before)
}

/// PUSHA, PUSHAD: push all general-purpose registers (SDM Vol. 2B, "PUSHA/PUSHAD"), with the ESP
/// from before.
pub fn pusha<A: AccessMode, W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    let registers = Register::ALL.map(|register| W::get(&m.cpu.regs, register as u8));
    stack::push_all::<A, W>(m, registers)
}

/// POPA, POPAD: pop all general-purpose registers (SDM Vol. 2B, "POPA/POPAD"); what is popped for
/// ESP is dropped.
pub fn popa<A: AccessMode, W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    let mut values = [W::truncate(0); 8];
    for (depth, value) in (0..).zip(&mut values) {
        *value = stack::peek::<A, W>(m, depth * W::SIZE)?;
    }
    for (register, value) in
        Register::ALL.into_iter().rev().zip(values).filter(|(register, _)| *register != Register::Esp)
    {
        value.set(&mut m.cpu.regs, register as u8);
    }
    stack::release::<A>(m, 8 * W::SIZE);
    Ok(())
}

/// PUSHF, PUSHFD: push EFLAGS register onto the stack (SDM Vol. 2B, "PUSHF/PUSHFD/PUSHFQ"), VM and
/// RF as 0.
pub fn pushf<A: AccessMode, W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    const VM: u32 = 1 << 17;
    let value = m.cpu.eflags() & !(VM | Flag::Resume.mask());
    stack::push::<A, W>(m, W::truncate(value))
}

/// POPF, POPFD: pop stack into EFLAGS register (SDM Vol. 2B, "POPF/POPFD/POPFQ").
///
/// Returns to the run loop, because translations depend on AC and TF.
pub fn popf<A: AccessMode, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Leave> {
    let value = stack::pop::<A, W>(m)?;
    set_user_eflags(m, value);
    Ok(Leave { eip: op.next, event: None })
}

/// Replaces the bits of EFLAGS that a program at CPL 3 with IOPL 0 may change; those beyond the
/// width of `value` stay. RF is left clear: nothing that a program can see depends on it.
pub fn set_user_eflags<W: Width>(m: &mut Machine, value: W) {
    const FREE: [Flag; 5] = [Flag::Trap, Flag::Direction, Flag::NestedTask, Flag::AlignmentCheck, Flag::Identification];
    let free = FREE.iter().fold(0, |mask, flag| mask | flag.mask());
    let width = W::truncate(u32::MAX).zero_extend();
    let (value, free) = (value.zero_extend(), free & width);
    m.cpu.flags = Flags::from_bits(value);
    m.cpu.eflags = Eflags::from_bits(m.cpu.eflags.0 & !free & !Flag::Resume.mask() | value & free);
}
