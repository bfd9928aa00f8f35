//! Miscellaneous, random number and refused instructions (SDM Vol. 1, "Miscellaneous
//! Instructions", "Random Number Generator Instructions", "System Instructions").

use crate::cpu::{Flags, Register, Segment};

use crate::instructions::operand::{AccessMode, Address, Checked, Place, Value, Width};
use crate::instructions::{
    Exception, Faulting, Leave, Machine, Op, Outcome, flags, segment, state_management::mxcsr_fxsave,
};

/// NOP: no operation (SDM Vol. 2B, "NOP"), and hints that change nothing.
pub fn nop(_: &mut Machine, _: &Op) -> Outcome<()> {
    Ok(())
}

/// CLFLUSH: flush cache line (SDM Vol. 2A, "CLFLUSH"): faults as a read would.
pub fn clflush<S: Value<u8>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    S::read(m, op)?;
    Ok(())
}

/// CPUID: CPU identification (SDM Vol. 2A, "CPUID"): the answer of the machine's model.
#[inline(never)]
pub fn cpuid(m: &mut Machine, _: &Op) -> Faulting<()> {
    if m.asks_about_cpuid {
        return Err(Exception::GP0.into());
    }
    let answer = m.cpu.model.answer(m.cpu.regs[Register::Eax], m.cpu.regs[Register::Ecx]);
    for (register, value) in [Register::Eax, Register::Ebx, Register::Ecx, Register::Edx].into_iter().zip(answer) {
        m.cpu.regs[register] = value;
    }
    Ok(())
}

/// RDTSC: read time-stamp counter (SDM Vol. 2B, "RDTSC"): instructions executed before this one,
/// and what IA32_TSC_ADJUST adds.
pub fn rdtsc(m: &mut Machine, op: &Op) -> Faulting<()> {
    if m.cpu.tsc_disabled {
        return Err(Exception::GP0.into());
    }
    let count = m.time_stamp().saturating_add(u64::from(op.done - 1));
    m.cpu.regs[Register::Eax] = count as u32;
    m.cpu.regs[Register::Edx] = (count >> 32) as u32;
    Ok(())
}

/// RDTSCP: read time-stamp counter and processor ID (SDM Vol. 2B, "RDTSCP"): processor 0.
pub fn rdtscp(m: &mut Machine, op: &Op) -> Faulting<()> {
    rdtsc(m, op)?;
    m.cpu.regs[Register::Ecx] = 0;
    Ok(())
}

/// RDPID: read processor ID (SDM Vol. 2B, "RDPID"): processor 0.
pub fn rdpid<D: Place<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    D::write(m, op, 0)
}

/// RDRAND: read random number (SDM Vol. 2B, "RDRAND"): always there, so CF is 1.
pub fn rdrand<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    let number = W::truncate(m.cpu.random.number() as u32);
    D::write(m, op, number)?;
    Ok(flags::carry_only(true))
}

/// RDSEED: read random SEED (SDM Vol. 2B, "RDSEED"): from the same generator as RDRAND.
pub fn rdseed<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<Flags> {
    rdrand::<W, D>(m, op)
}

/// UD: undefined instruction (SDM Vol. 2B, "UD"): #UD, which is its purpose.
pub fn ud(_: &mut Machine, _: &Op) -> Faulting<Leave> {
    Err(Exception::InvalidOpcode.into())
}

/// An instruction that only the system may execute: #GP(0) in user mode.
pub fn privileged(_: &mut Machine, _: &Op) -> Faulting<Leave> {
    Err(Exception::GP0.into())
}

/// An instruction that raises #UD because the feature or mode it needs is never enabled here.
pub fn undefined(_: &mut Machine, _: &Op) -> Faulting<Leave> {
    Err(Exception::InvalidOpcode.into())
}

/// MOVDIR64B: move 64 bytes as direct store (SDM Vol. 2B, "MOVDIR64B"): to ES, at a multiple of 64.
pub fn movdir64b<A: AccessMode, W: Width, D: Value<W>, S: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let source = mxcsr_fxsave::image_address::<A, S>(m, op, 1, 64, false)?;
    let target = D::read(m, op)?.zero_extend();
    let target = segment::linear(m, Segment::Es as u8, target, 64, true)?;
    if target & 63 != 0 {
        return Err(Exception::GP0.into());
    }
    let mut bytes = [0; 64];
    m.memory.read(source, &mut bytes)?;
    Ok(m.memory.write(target, &bytes)?)
}

/// UMONITOR: user level set up monitor address (SDM Vol. 2B, "UMONITOR"): faults as a read would.
pub fn umonitor<W: Width, S: Value<W>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let offset = S::read(m, op)?.zero_extend();
    Checked::load::<u8>(m, op.segment(), offset)?;
    Ok(())
}

/// TPAUSE, UMWAIT: timed pause, user level monitor wait (SDM Vol. 2B, "TPAUSE"): goes on at once. A
/// state of sleep that does not exist is #GP(0).
pub fn tpause<S: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<Flags> {
    let state = S::read(m, op)?;
    if state > 1 { Err(Exception::GP0.into()) } else { Ok(Flags::default()) }
}
