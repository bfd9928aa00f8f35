//! Data transfer instructions (SDM Vol. 1, "Data Transfer Instructions").

use super::operand::{Access, Address, Place, Value, Width};
use super::{Machine, Op, Outcome, stack};

/// MOV: move (SDM Vol. 2B, "MOV").
pub fn mov<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?;
    D::write(m, op, value)
}

/// MOVZX: move with zero-extend (SDM Vol. 2B, "MOVZX").
pub fn movzx<W: Width, N: Width, D: Place<W>, S: Value<N>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?.zero_extend();
    D::write(m, op, W::truncate(value))
}

/// LEA: load effective address (SDM Vol. 2A, "LEA").
pub fn lea<W: Width, D: Place<W>, M: Address>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let offset = M::offset(m, op);
    D::write(m, op, W::truncate(offset))
}

/// PUSH: push a value onto the stack (SDM Vol. 2B, "PUSH").
pub fn push<A: Access, W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?;
    stack::push::<A, W>(m, value)
}
