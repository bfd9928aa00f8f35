//! The stack (SDM Vol. 1, "Procedure Stack"): pushing and popping through SS and the stack
//! pointer, whose size is the stack segment's B flag.

use crate::cpu::{Register, Segment};

use crate::instructions::{
    Machine, Outcome,
    operand::{AccessMode, Width},
};

/// Mask of the significant bits of the stack pointer: 32, or 16 if the stack segment's B flag is clear.
#[inline(always)]
pub fn pointer_mask<A: AccessMode>(m: &Machine) -> u32 {
    if A::FAST || m.cpu.segments[Segment::Ss as usize].descriptor.is_big() { u32::MAX } else { 0xffff }
}

/// The stack pointer.
#[inline(always)]
pub fn pointer<A: AccessMode>(m: &Machine) -> u32 {
    m.cpu.regs[Register::Esp] & pointer_mask::<A>(m)
}

/// Replaces the significant bits of the stack pointer.
#[inline(always)]
pub fn set_pointer<A: AccessMode>(m: &mut Machine, value: u32) {
    let mask = pointer_mask::<A>(m);
    let esp = &mut m.cpu.regs[Register::Esp];
    *esp = *esp & !mask | value & mask;
}

/// Pushes a value.
///
/// # Errors
/// Those of the store; nothing has changed then.
#[inline(always)]
pub fn push<A: AccessMode, W: Width>(m: &mut Machine, value: W) -> Outcome<()> {
    let top = pointer::<A>(m).wrapping_sub(W::SIZE) & pointer_mask::<A>(m);
    A::store(m, Segment::Ss as u8, top, value)?;
    set_pointer::<A>(m, top);
    Ok(())
}

/// Pushes one value after the other.
///
/// # Errors
/// Those of the first store that fails. The stack pointer has not changed then; the values already
/// stored below it remain in memory, as on processors.
#[inline(always)]
pub fn push_all<A: AccessMode, W: Width>(m: &mut Machine, values: impl IntoIterator<Item = W>) -> Outcome<()> {
    let before = m.cpu.regs[Register::Esp];
    let mut values = values.into_iter();
    values.try_for_each(|value| push::<A, W>(m, value)).inspect_err(|_| m.cpu.regs[Register::Esp] = before)
}

/// Reads the value `depth` bytes below the top of the stack, without popping it.
///
/// # Errors
/// Those of the load.
#[inline(always)]
pub fn peek<A: AccessMode, W: Width>(m: &mut Machine, depth: u32) -> Outcome<W> {
    let at = pointer::<A>(m).wrapping_add(depth) & pointer_mask::<A>(m);
    A::load(m, Segment::Ss as u8, at)
}

/// Frees `bytes` from the top of the stack.
#[inline(always)]
pub fn release<A: AccessMode>(m: &mut Machine, bytes: u32) {
    let top = pointer::<A>(m).wrapping_add(bytes);
    set_pointer::<A>(m, top);
}

/// Pops a value.
///
/// # Errors
/// Those of the load; nothing has changed then.
#[inline(always)]
pub fn pop<A: AccessMode, W: Width>(m: &mut Machine) -> Outcome<W> {
    let value = peek::<A, W>(m, 0)?;
    release::<A>(m, W::SIZE);
    Ok(value)
}
