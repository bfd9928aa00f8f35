//! Binary arithmetic instructions (SDM Vol. 1, "Binary Arithmetic Instructions").

use crate::cpu::Flags;

use super::operand::{Place, Value, Width};
use super::{Machine, Op, Outcome, flags};

/// ADD: add (SDM Vol. 2A, "ADD").
pub fn add<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    D::update(m, op, |destination| flags::add(destination, source, false))
}

/// ADC: add with carry (SDM Vol. 2A, "ADC").
pub fn adc<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let carry = m.cpu.flags.carry();
    D::update(m, op, |destination| flags::add(destination, source, carry))
}

/// SUB: subtract (SDM Vol. 2B, "SUB").
pub fn sub<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    D::update(m, op, |destination| flags::sub(destination, source, false))
}

/// CMP: compare two operands (SDM Vol. 2A, "CMP"): the flags of SUB, and no result.
pub fn cmp<W: Width, D: Value<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let (a, b) = (D::read(m, op)?, S::read(m, op)?);
    Ok(flags::sub(a, b, false).1)
}

/// INC: increment by 1 (SDM Vol. 2A, "INC"): CF keeps its value.
pub fn inc<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let before = m.cpu.flags;
    D::update(m, op, |destination| flags::inc(destination, before))
}
