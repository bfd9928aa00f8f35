//! Logical instructions (SDM Vol. 1, "Logical Instructions").

use crate::cpu::Flags;

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome, flags};

/// Combines two operands bit by bit.
#[inline(always)]
fn combine<W: Width, D: Place<W>, S: Value<W>>(
    m: &mut Machine,
    op: &Op,
    combination: impl FnOnce(u32, u32) -> u32,
) -> Outcome<Flags> {
    let source = S::read(m, op)?.zero_extend();
    D::update(m, op, |destination| {
        let result = W::truncate(combination(destination.zero_extend(), source));
        (result, flags::logic(result))
    })
}

/// AND: logical AND (SDM Vol. 2A, "AND").
pub fn and<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    combine::<W, D, S>(m, op, |a, b| a & b)
}

/// OR: logical inclusive OR (SDM Vol. 2B, "OR").
pub fn or<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    combine::<W, D, S>(m, op, |a, b| a | b)
}

/// XOR: logical exclusive OR (SDM Vol. 2D, "XOR").
pub fn xor<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    combine::<W, D, S>(m, op, |a, b| a ^ b)
}

/// NOT: one's complement negation (SDM Vol. 2B, "NOT"): no flag changes.
pub fn not<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    D::update(m, op, |destination| (W::truncate(!destination.zero_extend()), ()))
}

/// TEST: logical compare (SDM Vol. 2B, "TEST"): the flags of AND, and no result.
pub fn test<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (D::read(m, op)?.zero_extend(), S::read(m, op)?.zero_extend());
    Ok(flags::logic(W::truncate(a & b)))
}
