//! MXCSR, FXSAVE and FXRSTOR (SDM Vol. 1, "MXCSR State Management Instructions", "FXSAVE and FXRSTOR
//! Instructions").

use crate::cpu::MXCSR_MASK;

use crate::instructions::operand::{AccessMode, Address, Place, Value};
use crate::instructions::{Exception, Faulting, Interruption, Machine, Op, Outcome, segment, state_image};

/// LDMXCSR: load MXCSR register (SDM Vol. 2A, "LDMXCSR"): #GP(0) for bits that do not exist.
pub fn ldmxcsr<S: Value<u32>>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let value = S::read(m, op)?;
    if value & !MXCSR_MASK != 0 {
        return Err(Exception::GP0.into());
    }
    m.cpu.mxcsr = value.into();
    Ok(())
}

/// STMXCSR: store MXCSR register state (SDM Vol. 2B, "STMXCSR").
pub fn stmxcsr<D: Place<u32>>(m: &mut Machine, op: &Op) -> Outcome<()> {
    D::write(m, op, m.cpu.mxcsr.word())
}

/// The linear address of a state image that must lie at a multiple of `alignment`. Images are never
/// accessed on the fast path.
///
/// # Errors
/// #GP(0) if it is not aligned, or the faults of the segment.
pub fn image_address<A: AccessMode, M: Address>(
    m: &Machine,
    op: &Op,
    alignment: u32,
    size: usize,
    write: bool,
) -> Faulting<u32> {
    if A::FAST {
        return Err(Interruption::Miss);
    }
    let address = segment::linear(m, op.segment(), M::offset(m, op), size as u32, write)?;
    if address & (alignment - 1) != 0 { Err(Exception::GP0.into()) } else { Ok(address) }
}

/// FXSAVE: save x87 FPU, MMX technology, and SSE state (SDM Vol. 2A, "FXSAVE"): what is behind the
/// eight XMM registers stays as it is.
pub fn fxsave<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let address = image_address::<A, M>(m, op, 16, state_image::SIZE, true)?;
    m.memory.check(address, state_image::SIZE as u32, crate::memory::Access::Write)?;
    let mut image = [0; 288];
    state_image::put_x87(&mut image, &m.cpu.x87);
    state_image::put_mxcsr(&mut image, m.cpu.mxcsr.word());
    state_image::put_xmm(&mut image, &m.cpu);
    Ok(m.memory.write(address, &image)?)
}

/// FXRSTOR: restore x87 FPU, MMX, XMM, and MXCSR state (SDM Vol. 2A, "FXRSTOR").
pub fn fxrstor<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let address = image_address::<A, M>(m, op, 16, state_image::SIZE, false)?;
    let mut image = [0; state_image::SIZE];
    m.memory.read(address, &mut image)?;
    m.cpu.mxcsr = state_image::mxcsr(&image).ok_or(Exception::GP0)?.into();
    m.cpu.x87 = state_image::x87(&image);
    state_image::get_xmm(&image, &mut m.cpu);
    Ok(())
}
