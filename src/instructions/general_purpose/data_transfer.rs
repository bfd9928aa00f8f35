//! Data transfer instructions that move one value (SDM Vol. 1, "Data Transfer Instructions").
//!
//! Those that swap, or read and write in one go, are in [`exchange`](super::exchange), those that
//! use the stack in [`stack_transfer`](super::stack_transfer), those that name a segment register in
//! [`segment_register`](super::segment_register).

use crate::cpu::Register;

use crate::instructions::operand::{AccessMode, Address, Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome};

/// MOV: move (SDM Vol. 2B, "MOV").
pub fn mov<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?;
    D::write(m, op, value)
}

/// MOVNTI: store doubleword using non-temporal hint (SDM Vol. 2B, "MOVNTI").
pub fn movnti<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?;
    D::write(m, op, value)
}

/// MOVZX: move with zero-extend (SDM Vol. 2B, "MOVZX").
pub fn movzx<W: Width, N: Width, D: Place<W>, S: Value<N>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?.zero_extend();
    D::write(m, op, W::truncate(value))
}

/// MOVSX: move with sign-extension (SDM Vol. 2B, "MOVSX/MOVSXD").
pub fn movsx<W: Width, N: Width, D: Place<W>, S: Value<N>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?.sign_extend();
    D::write(m, op, W::truncate(value))
}

/// CMOVcc: conditional move (SDM Vol. 2A, "CMOVcc").
///
/// The source is read, and may fault, whether or not the condition holds.
pub fn cmovcc<const C: u8, W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    let holds = m.cpu.flags.condition(C);
    D::update(m, op, |destination| (if holds { source } else { destination }, ()))
}

/// CBW, CWDE: convert byte to word, word to doubleword (SDM Vol. 2A, "CBW/CWDE/CDQE").
///
/// The accumulator = its lower half, sign-extended.
pub fn cbw<W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    let unused = 32 - W::BITS / 2;
    let half = ((m.cpu.regs[Register::Eax] << unused) as i32 >> unused) as u32;
    W::truncate(half).set(&mut m.cpu.regs, Register::Eax as u8);
    Ok(())
}

/// CWD, CDQ: convert word to doubleword, doubleword to quadword (SDM Vol. 2A, "CWD/CDQ/CQO").
///
/// Every bit of DX or EDX = the sign of AX or EAX.
pub fn cwd<W: Width>(m: &mut Machine, _: &Op) -> Outcome<()> {
    let sign = W::get(&m.cpu.regs, Register::Eax as u8).sign_extend() as i32 >> 31;
    W::truncate(sign as u32).set(&mut m.cpu.regs, Register::Edx as u8);
    Ok(())
}

/// LEA: load effective address (SDM Vol. 2A, "LEA").
pub fn lea<W: Width, D: Place<W>, M: Address>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let offset = M::offset(m, op);
    D::write(m, op, W::truncate(offset))
}

/// XLATB: table look-up translation (SDM Vol. 2D, "XLAT/XLATB"): `AL = [(E)BX + AL]`.
pub fn xlatb<A: AccessMode>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let regs = &m.cpu.regs;
    let offset = regs[Register::Ebx].wrapping_add(regs[Register::Eax] & 0xff) & op.address_mask::<A>();
    let value: u8 = A::load(m, op.segment(), offset)?;
    m.cpu.regs.set_byte(Register::Eax as u8, value);
    Ok(())
}
