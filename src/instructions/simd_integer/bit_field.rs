//! Bit fields of vector registers: SSE4A, which AMD's processors have beside the SDM's instructions
//! (AMD64 Architecture Programmer's Manual, Vol. 4).

use crate::instructions::operand::{Place, Value};
use crate::instructions::{Machine, Op, Outcome};

/// A bit field: as many low bits as its length says (0 stands for 64), from a bit number on. Of both,
/// six bits count.
#[derive(Clone, Copy)]
struct Field {
    length: u32,
    index: u32,
}

impl Field {
    /// From the two immediates.
    fn immediate(op: &Op) -> Field {
        Field { length: op.imm, index: op.disp }
    }

    /// From two bytes of a register.
    fn in_register(bytes: u128) -> Field {
        Field { length: bytes as u32 & 0xff, index: bytes as u32 >> 8 & 0xff }
    }

    fn mask(self) -> u64 {
        u64::MAX >> (self.length.wrapping_neg() & 63)
    }

    fn extract(self, from: u128) -> u128 {
        u128::from(from as u64 >> (self.index & 63) & self.mask())
    }

    fn insert(self, into: u128, from: u128) -> u128 {
        let (mask, index) = (self.mask(), self.index & 63);
        u128::from(into as u64 & !(mask << index) | (from as u64 & mask) << index)
    }
}

/// EXTRQ: extract a field from a register (APM Vol. 4, "EXTRQ").
pub fn extrq<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (value, field) = (D::read(m, op)?, S::read(m, op)?);
    D::write(m, op, Field::in_register(field).extract(value))
}

/// EXTRQ: extract a field named by immediates from a register (APM Vol. 4, "EXTRQ").
pub fn extrq_imm<D: Place<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = D::read(m, op)?;
    D::write(m, op, Field::immediate(op).extract(value))
}

/// INSERTQ: insert a field (APM Vol. 4, "INSERTQ").
pub fn insertq<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (value, source) = (D::read(m, op)?, S::read(m, op)?);
    D::write(m, op, Field::in_register(source >> 64).insert(value, source))
}

/// INSERTQ: insert a field named by immediates (APM Vol. 4, "INSERTQ").
pub fn insertq_imm<D: Place<u128>, S: Value<u128>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let (value, source) = (D::read(m, op)?, S::read(m, op)?);
    D::write(m, op, Field::immediate(op).insert(value, source))
}
