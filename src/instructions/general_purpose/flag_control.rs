//! Flag control instructions (SDM Vol. 1, "Flag Control (EFLAG) Instructions"), but for those that
//! use the stack.

use crate::cpu::{Flag, Flags, Register, Registers};

use crate::instructions::operand::Width;
use crate::instructions::{Machine, Op, Outcome};

/// The slot of AH.
fn ah() -> u8 {
    Registers::byte_slot(4)
}

/// CLC: clear carry flag (SDM Vol. 2A, "CLC").
pub fn clc(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    Ok(m.cpu.flags.with_carry(false))
}

/// STC: set carry flag (SDM Vol. 2B, "STC").
pub fn stc(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    Ok(m.cpu.flags.with_carry(true))
}

/// CMC: complement carry flag (SDM Vol. 2A, "CMC").
pub fn cmc(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    Ok(m.cpu.flags.with_carry(!m.cpu.flags.carry()))
}

/// CLD: clear direction flag (SDM Vol. 2A, "CLD").
pub fn cld(m: &mut Machine, _: &Op) -> Outcome<()> {
    m.cpu.eflags.0 &= !Flag::Direction.mask();
    Ok(())
}

/// STD: set direction flag (SDM Vol. 2B, "STD").
pub fn std(m: &mut Machine, _: &Op) -> Outcome<()> {
    m.cpu.eflags.0 |= Flag::Direction.mask();
    Ok(())
}

/// LAHF: load status flags into AH register (SDM Vol. 2A, "LAHF"): SF, ZF, AF, PF, bit 1 and CF.
pub fn lahf(m: &mut Machine, _: &Op) -> Outcome<()> {
    (m.cpu.eflags() as u8).set(&mut m.cpu.regs, ah());
    Ok(())
}

/// SAHF: store AH into flags (SDM Vol. 2B, "SAHF"): OF keeps its value.
pub fn sahf(m: &mut Machine, _: &Op) -> Outcome<Flags> {
    let flags = Flags::from_bits(u32::from(u8::get(&m.cpu.regs, ah())));
    Ok(flags.with_overflow(m.cpu.flags.overflow()))
}

/// SALC: set AL from carry, to FFH or 0 (not in the SDM).
pub fn salc(m: &mut Machine, _: &Op) -> Outcome<()> {
    let al = if m.cpu.flags.carry() { u8::MAX } else { 0 };
    al.set(&mut m.cpu.regs, Register::Eax as u8);
    Ok(())
}
