//! The FPU state below a frame (`arch/x86/kernel/fpu/signal.c`): the 112 bytes of FSAVE that programs of
//! old expect, then the area of XSAVE, whose unused bytes say how large it is (`struct _fpx_sw_bytes`),
//! then a magic word.
//!
//! Both hold the x87 registers. The kernel gives the former to the program back, and of the latter
//! MXCSR and the vector registers.

use crate::cpu::{Cpu, MXCSR_RESET, Segment, Vectors, X87};
use crate::instructions::state_management::xsave;
use crate::instructions::{Machine, state_image};
use crate::linux::abi::Encoded;
use crate::memory::PageFault;

/// Bytes of the state as FSAVE writes it, with a word behind (`struct fregs_state`).
pub const LEGACY: usize = 112;

/// Where the registers are in it.
const STACK: usize = 28;

/// Where the kernel's own bytes are in the area of XSAVE.
const SOFTWARE: usize = 464;

/// The word that says that they are there, and the one at the end of the area.
const FP_XSTATE_MAGIC1: u32 = 0x4650_5853;
const FP_XSTATE_MAGIC2: u32 = 0x4650_5845;

/// The components that every state has: x87 and SSE.
const FPSSE: u64 = 3;

/// Bytes of the legacy region and the header of XSAVE: the least that is taken for one.
const SMALLEST: usize = state_image::SIZE + 64;

/// Upper halves of words that have only 16 bits.
const ONES: u32 = 0xffff_0000;

/// Bytes of the area of XSAVE, or of FXSAVE where the processor has no other.
fn area_size(cpu: &Cpu) -> usize {
    match cpu.model.state_components() {
        0 => state_image::SIZE,
        components => xsave::size(components),
    }
}

/// Bytes of all of it.
pub fn size(cpu: &Cpu) -> usize {
    LEGACY + area_size(cpu) + magic_size(cpu)
}

fn magic_size(cpu: &Cpu) -> usize {
    if cpu.model.state_components() == 0 { 0 } else { 4 }
}

/// Where it goes on a stack with this pointer: XSAVE wants a multiple of 64.
pub fn place(cpu: &Cpu, esp: u32) -> u32 {
    let area = esp.wrapping_sub((area_size(cpu) + magic_size(cpu)) as u32) & !63;
    area.wrapping_sub(LEGACY as u32)
}

/// The state of the processor.
pub fn image(cpu: &Cpu) -> Vec<u8> {
    let components = cpu.model.state_components();
    let mut area = area(cpu);
    let size = area.len() as u32;
    let whole = (LEGACY + area.len() + magic_size(cpu)) as u32;
    let software = [FP_XSTATE_MAGIC1, whole, components.max(FPSSE) as u32, 0, size];
    state_image::put(&mut area, SOFTWARE, <[u8; 20]>::try_from(software.to_bytes()).unwrap_or_default());
    let mut bytes = legacy(cpu);
    bytes.extend(area);
    if components != 0 {
        FP_XSTATE_MAGIC2.encode(&mut bytes);
    }
    bytes
}

/// The area of XSAVE, or of FXSAVE, without what only a frame has.
pub fn area(cpu: &Cpu) -> Vec<u8> {
    let mut area = match cpu.model.state_components() {
        0 => legacy_region(cpu),
        components => xsave::image(cpu, components),
    };
    if let Some(present) = area.get_mut(state_image::SIZE) {
        // These two count as present whatever they hold.
        *present |= FPSSE as u8;
    }
    // The 64-bit kernel saves in its own form, which has no selectors.
    [12, 20].into_iter().for_each(|at| state_image::put(&mut area, at, [0; 4]));
    area
}

fn legacy_region(cpu: &Cpu) -> Vec<u8> {
    let mut area = vec![0; state_image::SIZE];
    state_image::put_x87(&mut area, &cpu.x87);
    state_image::put_mxcsr(&mut area, cpu.mxcsr.word());
    state_image::put_xmm(&mut area, cpu);
    area
}

/// The state as FSAVE writes it (`convert_from_fxsr`), and the status word with `X86_FXSR_MAGIC`.
pub fn legacy(cpu: &Cpu) -> Vec<u8> {
    let x87 = &cpu.x87;
    let selector = |segment| u32::from(cpu.segment(segment).selector);
    let environment = [
        ONES | u32::from(x87.control()),
        ONES | u32::from(x87.status()),
        ONES | u32::from(x87.tag_word()),
        x87.instruction.0,
        selector(Segment::Cs),
        x87.operand.0,
        ONES | selector(Segment::Ds),
    ];
    let mut bytes = environment.to_bytes();
    for i in 0..8 {
        bytes.extend_from_slice(&cpu.st(i).bits().to_le_bytes()[..10]);
    }
    u32::from(x87.status()).encode(&mut bytes);
    bytes
}

/// What a handler begins with (`fpu__clear_user_states`): nothing of the state that it interrupted.
pub fn clear(cpu: &mut Cpu) {
    cpu.x87 = X87::default();
    cpu.mxcsr = MXCSR_RESET.into();
    cpu.vectors = Vectors::default();
}

/// A state that cannot be loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadState;

impl From<PageFault> for BadState {
    fn from(_: PageFault) -> Self {
        BadState
    }
}

/// Loads the state at an address; none if it is null. If it is bad, the state is as for a handler.
pub fn restore(m: &mut Machine, address: u32) -> Result<(), BadState> {
    let loaded = if address == 0 { Ok(None) } else { read(m, address).map(Some) };
    clear(&mut m.cpu);
    if let Some(area) = loaded? {
        xsave::load_image(&mut m.cpu, &area).ok_or(BadState)?;
    }
    Ok(())
}

/// The area of XSAVE in a frame, with the x87 state that FSAVE's has.
fn read(m: &mut Machine, address: u32) -> Result<Vec<u8>, BadState> {
    let mut legacy = [0; LEGACY];
    m.memory.read(address, &mut legacy)?;
    let at = address.wrapping_add(LEGACY as u32);
    let mut area = vec![0; xsave::size(0)];
    m.memory.read(at, &mut area[..state_image::SIZE])?;
    let kept = match software_components(m, at, &area)? {
        Some(components) => {
            area.resize(area_size(&m.cpu), 0);
            m.memory.read(at, &mut area)?;
            let header = &area[state_image::SIZE..SMALLEST];
            let present = u64::from_le_bytes(state_image::get(header, 0));
            if present & !m.cpu.model.state_components() != 0 || header[8..].iter().any(|byte| *byte != 0) {
                return Err(BadState);
            }
            present & components
        }
        None => FPSSE,
    };
    state_image::put(&mut area, state_image::SIZE, kept.to_le_bytes());
    fold(&mut area, &legacy);
    Ok(area)
}

/// The components that the kernel's own bytes say are there, if they and the magic word show that this
/// is an area of XSAVE (`check_xstate_in_sigframe`); `None` if it is one of FXSAVE.
fn software_components(m: &mut Machine, at: u32, area: &[u8]) -> Result<Option<u64>, BadState> {
    let word = |index: usize| u32::from_le_bytes(state_image::get(area, SOFTWARE + 4 * index));
    let (magic, extended, components, size) = (word(0), word(1), word(2), word(4));
    let most = area_size(&m.cpu) as u32;
    let plausible = m.cpu.model.state_components() != 0
        && magic == FP_XSTATE_MAGIC1
        && (SMALLEST as u32..=most.min(extended)).contains(&size);
    if !plausible {
        return Ok(None);
    }
    let end = m.memory.load::<u32>(at.wrapping_add(most))?;
    Ok((end == FP_XSTATE_MAGIC2).then_some(u64::from(word(3)) << 32 | u64::from(components)))
}

/// Puts the x87 state as FSAVE writes it in the place of the other one (`convert_to_fxsr`).
pub fn fold(area: &mut [u8], legacy: &[u8; LEGACY]) {
    let word = |index: usize| state_image::get::<4>(legacy, 4 * index);
    let half = |index: usize| state_image::get::<2>(legacy, 4 * index);
    let tags = u16::from_le_bytes(half(2));
    let present = (0..8).filter(|at| tags >> (2 * at) & 3 != 3).fold(0, |bits, at| bits | 1 << at);
    state_image::put(area, 0, half(0));
    state_image::put(area, 2, half(1));
    state_image::put(area, 4, [present, 0]);
    state_image::put(area, 6, state_image::get::<2>(legacy, 18));
    state_image::put(area, 8, word(3));
    state_image::put(area, 16, word(5));
    for i in 0..8 {
        state_image::put(area, 32 + 16 * i, state_image::get::<10>(legacy, STACK + 10 * i));
    }
}
