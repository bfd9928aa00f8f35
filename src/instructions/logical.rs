//! Logical instructions (SDM Vol. 1, "Logical Instructions").

use crate::cpu::Flags;

use super::operand::{Place, Value, Width};
use super::{Machine, Op, Outcome, flags};

/// XOR: logical exclusive OR (SDM Vol. 2D, "XOR").
pub fn xor<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    D::update(m, op, |destination| {
        let result = W::truncate(destination.zero_extend() ^ source.zero_extend());
        (result, flags::logic(result))
    })
}

/// TEST: logical compare (SDM Vol. 2B, "TEST"): the flags of AND, and no result.
pub fn test<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (D::read(m, op)?.zero_extend(), S::read(m, op)?.zero_extend());
    Ok(flags::logic(W::truncate(a & b)))
}
