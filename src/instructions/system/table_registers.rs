//! Instructions that store the registers of the system's tables, and CR0 (SDM Vol. 1, "System
//! Instructions"). User mode may execute them where CPUID shows no UMIP.
//!
//! There are no such tables here. The values are those that 64-bit Linux gives a 32-bit program when it
//! emulates these instructions to hide the real ones: addresses in the kernel's part of memory, and
//! selectors of its GDT.

use crate::instructions::machinery::segment;
use crate::instructions::operand::{AccessMode, Address, Place, Width};
use crate::instructions::{Faulting, Interruption, Machine, Op, Outcome};

/// The base of the global descriptor table.
const GDT_BASE: u32 = 0xfffe_0000;
/// The base of the interrupt descriptor table.
const IDT_BASE: u32 = 0xffff_0000;
/// The selector of the task state segment.
const TSS_SELECTOR: u32 = 0x40;
/// The selector of a program's local descriptor table.
const LDT_SELECTOR: u32 = 0x50;
/// CR0: paging, alignment checks allowed, write protection, x87 errors by #MF, protected mode.
const CR0: u32 = 0x8005_0033;

/// Stores a limit of zero and a base. With a 16-bit operand size, too, processors store all 32 bits
/// of it, where the manual has 24.
///
/// The address is not accessed on the fast path.
fn store_table<A: AccessMode, M: Address>(m: &mut Machine, op: &Op, base: u32) -> Faulting<()> {
    if A::FAST {
        return Err(Interruption::Miss);
    }
    let [b0, b1, b2, b3] = base.to_le_bytes();
    let image = [0, 0, b0, b1, b2, b3];
    let address = segment::linear(m, op.segment(), M::offset(m, op), image.len() as u32, true)?;
    Ok(m.memory.write(address, &image)?)
}

/// SGDT: store global descriptor table register (SDM Vol. 2B, "SGDT").
pub fn sgdt<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    store_table::<A, M>(m, op, GDT_BASE)
}

/// SIDT: store interrupt descriptor table register (SDM Vol. 2B, "SIDT").
pub fn sidt<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    store_table::<A, M>(m, op, IDT_BASE)
}

/// SLDT: store local descriptor table register (SDM Vol. 2B, "SLDT"), zero for a program that has no
/// table.
pub fn sldt<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    let selector = if m.cpu.ldt.is_empty() { 0 } else { LDT_SELECTOR };
    D::write(m, op, W::truncate(selector))
}

/// STR: store task register (SDM Vol. 2B, "STR").
pub fn str<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    D::write(m, op, W::truncate(TSS_SELECTOR))
}

/// SMSW: store machine status word (SDM Vol. 2B, "SMSW"): of CR0, as much as a register takes, or the
/// low 16 bits in memory.
pub fn smsw<W: Width, D: Place<W>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    D::write(m, op, W::truncate(CR0))
}
