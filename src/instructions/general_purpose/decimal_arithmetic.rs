//! Decimal arithmetic instructions (SDM Vol. 1, "Decimal Arithmetic Instructions"): adjustments of
//! AL and AX after arithmetic on binary-coded decimal digits.

use crate::cpu::{Flags, Register};

use crate::instructions::operand::{Value, Width};
use crate::instructions::{Exception, Faulting, Machine, Op, Outcome, flags};

/// Replaces AL or AX by an adjustment of it.
fn adjust<W: Width>(m: &mut Machine, adjustment: impl FnOnce(W, Flags) -> (W, Flags)) -> Outcome<Flags> {
    let accumulator = W::get(&m.cpu.regs, Register::Eax as u8);
    let (result, flags) = adjustment(accumulator, m.cpu.flags);
    result.set(&mut m.cpu.regs, Register::Eax as u8);
    Ok(flags)
}

/// DAA: decimal adjust AL after addition (SDM Vol. 2A, "DAA").
pub fn daa(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    adjust(m, flags::daa)
}

/// DAS: decimal adjust AL after subtraction (SDM Vol. 2A, "DAS").
pub fn das(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    adjust(m, flags::das)
}

/// AAA: ASCII adjust after addition (SDM Vol. 2A, "AAA").
pub fn aaa(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    adjust(m, flags::aaa)
}

/// AAS: ASCII adjust AL after subtraction (SDM Vol. 2A, "AAS").
pub fn aas(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    adjust(m, flags::aas)
}

/// AAM: ASCII adjust AX after multiply (SDM Vol. 2A, "AAM"): #DE for base 0.
pub fn aam<S: Value<u8>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    let (base, al) = (S::read(m, op)?, u8::get(&m.cpu.regs, Register::Eax as u8));
    let adjusted = flags::aam(al, base).ok_or(Exception::Divide)?;
    Ok(adjust(m, |_, _| adjusted)?)
}

/// AAD: ASCII adjust AX before division (SDM Vol. 2A, "AAD").
pub fn aad<S: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let base = S::read(m, op)?;
    adjust(m, |ax, _| flags::aad(ax, base))
}
