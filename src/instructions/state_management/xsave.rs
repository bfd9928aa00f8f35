//! The XSAVE feature set (SDM Vol. 1, "Managing State Using the XSAVE Feature Set"): x87, SSE and
//! AVX state. Both formats put the only extended component at the same place, right behind the
//! header; which components there are is what CPUID leaf 0DH says.

use crate::cpu::{Cpu, MXCSR_RESET, Register, X87};
use crate::memory;

use crate::instructions::operand::{AccessMode, Address};
use crate::instructions::state_management::mxcsr_fxsave::image_address;
use crate::instructions::{Exception, Faulting, Machine, Op, state_image};

/// The bits of the state components in XCR0.
const FPU: u64 = 1;
const SSE: u64 = 2;
const AVX: u64 = 4;

/// Offsets of the header and of the upper halves of the YMM registers.
const HEADER: usize = state_image::SIZE;
const UPPER: usize = HEADER + 64;

/// Size of the YMM component: 16 registers, of which 32-bit mode uses eight.
const END: usize = UPPER + 256;

/// The bit of XCOMP_BV that says "compacted".
const COMPACTED: u64 = 1 << 63;

/// The alignment of an area.
const ALIGNMENT: u32 = 64;

/// How an area is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Saving {
    /// XSAVE: every requested component.
    All,
    /// XSAVEOPT: the requested components that are not in their initial configuration.
    InUse,
    /// XSAVEC: the same, in the compacted format.
    Compacted,
}

/// The requested-feature bitmap (RFBM): the components that exist and that EDX:EAX selects.
fn requested(m: &Machine) -> u64 {
    let mask = u64::from(m.cpu.regs[Register::Edx]) << 32 | u64::from(m.cpu.regs[Register::Eax]);
    mask & m.cpu.model.state_components()
}

/// The components that are not in their initial configuration: XINUSE.
fn in_use(cpu: &Cpu) -> u64 {
    let image = |x87: &X87| {
        let mut image = [0; state_image::SIZE];
        state_image::put_x87(&mut image, x87);
        image
    };
    let any = |half: usize| (0..8).any(|i| cpu.vectors[i][half] != 0);
    let used = [(FPU, image(&cpu.x87) != image(&X87::default())), (SSE, any(0)), (AVX, any(1))];
    used.into_iter().filter(|(_, used)| *used).fold(0, |all, (component, _)| all | component)
}

/// The size in bytes of an area with these components.
pub fn size(components: u64) -> usize {
    if components & AVX != 0 { END } else { UPPER }
}

fn header(area: &[u8], number: usize) -> u64 {
    u64::from_le_bytes(state_image::get(area, HEADER + 8 * number))
}

#[inline(never)]
fn save(m: &mut Machine, address: u32, requested: u64, saving: Saving) -> Faulting<()> {
    let mut area = [0; END];
    let area = &mut area[..size(requested)];
    m.memory.check(address, area.len() as u32, memory::Access::Write)?;
    m.memory.read(address, area)?;
    put_state(&m.cpu, area, requested, saving);
    Ok(m.memory.write(address, area)?)
}

/// An area as XSAVE writes it where there were zeros, for whoever keeps a state outside the processor.
pub fn image(cpu: &Cpu, components: u64) -> Vec<u8> {
    let mut area = vec![0; size(components)];
    put_state(cpu, &mut area, components, Saving::All);
    area
}

fn put_state(cpu: &Cpu, area: &mut [u8], requested: u64, saving: Saving) {
    let compacted = saving == Saving::Compacted;
    let mut used = in_use(cpu);
    if compacted && cpu.mxcsr.word() != MXCSR_RESET {
        used |= SSE;
    }
    let saved = if saving == Saving::All { requested } else { requested & used };
    if saved & FPU != 0 {
        state_image::put_x87(area, &cpu.x87);
    }
    if saved & SSE != 0 {
        state_image::put_xmm(area, cpu);
    }
    if saved & AVX != 0 {
        state_image::put_halves(area, &cpu.vectors, 1, UPPER);
    }
    // In the standard format MXCSR belongs to both.
    if if compacted { saved & SSE } else { requested & (SSE | AVX) } != 0 {
        state_image::put_mxcsr(area, cpu.mxcsr.word());
    }
    let others = if compacted { 0 } else { header(area, 0) & !requested };
    state_image::put(area, HEADER, (others | requested & used).to_le_bytes());
    if compacted {
        state_image::put(area, HEADER + 8, (requested | COMPACTED).to_le_bytes());
    }
}

/// Whether a header is one that XRSTOR accepts.
fn is_valid(area: &[u8], components: u64) -> bool {
    let (present, format) = (header(area, 0), header(area, 1));
    let zero = |from: usize| (from..8).all(|number| header(area, number) == 0);
    if format & COMPACTED != 0 {
        format & !COMPACTED & !components == 0 && present & !format == 0 && present & COMPACTED == 0 && zero(2)
    } else {
        present & !components == 0 && format == 0 && header(area, 2) == 0
    }
}

#[inline(never)]
fn restore(m: &mut Machine, address: u32, requested: u64) -> Faulting<()> {
    let mut area = [0; END];
    m.memory.read(address, &mut area[..UPPER])?;
    if !is_valid(&area, m.cpu.model.state_components()) {
        return Err(Exception::GP0.into());
    }
    let size = size(requested & header(&area, 0));
    m.memory.read(address, &mut area[..size])?;
    get_state(&mut m.cpu, &area, requested).ok_or(Exception::GP0.into())
}

/// Loads all components from an area, as XRSTOR does; `None` if that would fault. Bytes that are
/// missing at its end are zero.
pub fn load_image(cpu: &mut Cpu, bytes: &[u8]) -> Option<()> {
    let mut area = [0; END];
    area.iter_mut().zip(bytes).for_each(|(byte, value)| *byte = *value);
    // A processor without XSAVE has an area of FXSAVE, whose components it always has.
    let components = cpu.model.state_components().max(FPU | SSE);
    if is_valid(&area, components) { get_state(cpu, &area, components) } else { None }
}

fn get_state(cpu: &mut Cpu, area: &[u8; END], requested: u64) -> Option<()> {
    let (present, compacted) = (requested & header(area, 0), header(area, 1) & COMPACTED != 0);
    let has_mxcsr = if compacted { present & SSE } else { requested & (SSE | AVX) } != 0;
    if has_mxcsr {
        cpu.mxcsr = state_image::mxcsr(area)?.into();
    } else if requested & SSE != 0 {
        cpu.mxcsr = MXCSR_RESET.into();
    }
    if requested & FPU != 0 {
        cpu.x87 = if present & FPU != 0 { state_image::x87(area) } else { X87::default() };
    }
    let none = [0; END];
    let part = |component| if present & component != 0 { area } else { &none };
    if requested & SSE != 0 {
        state_image::get_xmm(part(SSE), cpu);
    }
    if requested & AVX != 0 {
        state_image::get_halves(part(AVX), &mut cpu.vectors, 1, UPPER);
    }
    Some(())
}

/// XSAVE: save processor extended states (SDM Vol. 2D, "XSAVE").
pub fn xsave<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let requested = requested(m);
    let address = image_address::<A, M>(m, op, ALIGNMENT, size(requested), true)?;
    save(m, address, requested, Saving::All)
}

/// XSAVEOPT: save processor extended states optimized (SDM Vol. 2D, "XSAVEOPT").
pub fn xsaveopt<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let requested = requested(m);
    let address = image_address::<A, M>(m, op, ALIGNMENT, size(requested), true)?;
    save(m, address, requested, Saving::InUse)
}

/// XSAVEC: save processor extended states with compaction (SDM Vol. 2D, "XSAVEC").
pub fn xsavec<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let requested = requested(m);
    let address = image_address::<A, M>(m, op, ALIGNMENT, size(requested), true)?;
    save(m, address, requested, Saving::Compacted)
}

/// XRSTOR: restore processor extended states (SDM Vol. 2D, "XRSTOR").
pub fn xrstor<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let requested = requested(m);
    let address = image_address::<A, M>(m, op, ALIGNMENT, size(requested), false)?;
    restore(m, address, requested)
}

/// XGETBV: get value of extended control register (SDM Vol. 2D, "XGETBV"): 0 has the components that
/// exist, 1 those in use.
pub fn xgetbv(m: &mut Machine, _: &Op) -> Faulting<()> {
    let components = m.cpu.model.state_components();
    let value = match m.cpu.regs[Register::Ecx] {
        0 => components,
        1 => components & in_use(&m.cpu),
        _ => return Err(Exception::GP0.into()),
    };
    m.cpu.regs[Register::Eax] = value as u32;
    m.cpu.regs[Register::Edx] = (value >> 32) as u32;
    Ok(())
}
