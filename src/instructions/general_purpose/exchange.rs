//! Data transfer instructions that exchange values or reorder bytes (SDM Vol. 1, "Data Transfer
//! Instructions").
//!
//! There is one processor, so that every one of them is atomic, with LOCK or without. All of them
//! need write access to a destination in memory, even if they do not change it.

use crate::cpu::{Flags, Register};

use crate::instructions::operand::{Place, Value, Width};
use crate::instructions::{Machine, Op, Outcome, flags};

const ACCUMULATOR: u8 = Register::Eax as u8;

/// XCHG: exchange register/memory with register (SDM Vol. 2D, "XCHG").
pub fn xchg<W: Width, D: Place<W>, S: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let source = S::read(m, op)?;
    let destination = D::update(m, op, |destination| (source, destination))?;
    S::write(m, op, destination)
}

/// XADD: exchange and add (SDM Vol. 2D, "XADD"): `src = dst; dst = src + dst`.
pub fn xadd<W: Width, D: Place<W>, S: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let (before, flags) = D::update(m, op, |destination| {
        let (sum, flags) = flags::add(destination, source, false);
        (sum, (destination, flags))
    })?;
    // A register that is added to itself has changed by now, and keeps the sum.
    if S::read(m, op)? == source {
        S::write(m, op, before)?;
    }
    Ok(flags)
}

/// CMPXCHG: compare and exchange (SDM Vol. 2A, "CMPXCHG").
///
/// `if accumulator == dst { dst = src } else { accumulator = dst }`; the flags are those of CMP.
pub fn cmpxchg<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let source = S::read(m, op)?;
    let accumulator = W::get(&m.cpu.regs, ACCUMULATOR);
    let before = D::update(m, op, |before| (if before == accumulator { source } else { before }, before))?;
    if before != accumulator {
        before.set(&mut m.cpu.regs, ACCUMULATOR);
    }
    Ok(flags::sub(accumulator, before).1)
}

/// CMPXCHG8B: compare and exchange bytes (SDM Vol. 2A, "CMPXCHG8B/CMPXCHG16B").
///
/// `if EDX:EAX == dst { dst = ECX:EBX } else { EDX:EAX = dst }`; ZF says which.
pub fn cmpxchg8b<D: Place<u64>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let pair = |high: Register, low: Register| u64::from(m.cpu.regs[high]) << 32 | u64::from(m.cpu.regs[low]);
    let expected = pair(Register::Edx, Register::Eax);
    let source = pair(Register::Ecx, Register::Ebx);
    let before = D::update(m, op, |before| (if before == expected { source } else { before }, before))?;
    if before != expected {
        m.cpu.regs[Register::Eax] = before as u32;
        m.cpu.regs[Register::Edx] = (before >> 32) as u32;
    }
    Ok(m.cpu.flags.with_zero(before == expected))
}

/// BSWAP: byte swap (SDM Vol. 2A, "BSWAP").
///
/// The manual leaves the result of a 16-bit register undefined; processors clear it.
pub fn bswap<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    D::update(m, op, |value| (W::truncate(value.zero_extend().swap_bytes()), ()))
}

/// MOVBE: move data after swapping bytes (SDM Vol. 2B, "MOVBE").
pub fn movbe<W: Width, D: Place<W>, S: Value<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let value = S::read(m, op)?.zero_extend();
    D::write(m, op, W::truncate(value.swap_bytes() >> (32 - W::BITS)))
}
