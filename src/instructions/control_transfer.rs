//! Control transfer instructions (SDM Vol. 1, "Control Transfer Instructions").

use super::effect::{Branch, Direct, Jump, Leave};
use super::operand::{Access, Value, Width};
use super::{Event, Machine, Op, Outcome, stack};

/// JMP: jump near, relative (SDM Vol. 2A, "JMP").
pub fn jmp(_: &mut Machine, _: &Op) -> Outcome<Direct> {
    Ok(Direct)
}

/// JMP: jump near, absolute indirect (SDM Vol. 2A, "JMP").
pub fn jmp_indirect<W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Jump> {
    Ok(Jump(S::read(m, op)?.zero_extend()))
}

/// Jcc: jump if condition is met (SDM Vol. 2A, "Jcc").
pub fn jcc<const C: u8>(m: &mut Machine, _: &Op) -> Outcome<Branch> {
    Ok(m.cpu.flags.condition(C).into())
}

/// CALL: call procedure, near, relative (SDM Vol. 2A, "CALL").
pub fn call<A: Access, W: Width>(m: &mut Machine, op: &Op) -> Outcome<Direct> {
    stack::push::<A, W>(m, W::truncate(op.next))?;
    Ok(Direct)
}

/// RET: return from procedure, near (SDM Vol. 2B, "RET").
pub fn ret<A: Access, W: Width>(m: &mut Machine, _: &Op) -> Outcome<Jump> {
    Ok(Jump(stack::pop::<A, W>(m)?.zero_extend()))
}

/// INT n: call to interrupt procedure (SDM Vol. 2A, "INT n/INTO/INT3/INT1").
pub fn int(_: &mut Machine, op: &Op) -> Outcome<Leave> {
    Ok(Leave { eip: op.next, event: Some(Event::Interrupt(op.imm as u8)) })
}
