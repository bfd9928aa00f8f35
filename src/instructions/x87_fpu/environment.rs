//! Saving and restoring the FPU's environment and registers (SDM Vol. 1, "Saving the x87 FPU's
//! State with FSTENV/FNSTENV and FSAVE/FNSAVE"): FLDENV, FNSTENV, FRSTOR and FNSAVE.
//!
//! An image is seven words of 32 or, with a 16-bit operand size, 16 bits: control, status and tag
//! word, then the last instruction and its operand, each with a selector. FXSAVE's is elsewhere.

use crate::cpu::{Extended, X87};
use crate::memory;

use crate::instructions::operand::{AccessMode, Address, Ten, from_ten_bytes, to_ten_bytes};
use crate::instructions::{Faulting, Interruption, Machine, Op, segment, x87, x87_fpu::control};

/// The seven words of an image, in order.
type Words = [u32; 7];

/// Bytes of a register in an image.
const REGISTER: usize = 10;

/// Bytes of the longest image.
const LONGEST: usize = 7 * 4 + 8 * REGISTER;

/// Bytes of a word of an image.
fn word_size(op: &Op) -> usize {
    if op.has(Op::OPERAND16) { 2 } else { 4 }
}

/// Words as a 32-bit image has them: what is reserved is all ones.
fn words(x: &X87) -> Words {
    let plain = |word: u16| 0xffff_0000 | u32::from(word);
    let instruction = u32::from(x.opcode) << 16 | u32::from(x.instruction.1);
    let operand = 0xffff_0000 | u32::from(x.operand.1);
    let [control, status, tags] = [x.control(), x.status(), x.tag_word()].map(plain);
    [control, status, tags, x.instruction.0, instruction, x.operand.0, operand]
}

/// Sets everything but the registers.
fn set_words(x: &mut X87, [control, status, tags, offset, selector, operand, operand_selector]: Words) {
    x.set_control(control as u16);
    x.set_status(status as u16);
    x.set_tag_word(tags as u16);
    x.instruction = (offset, selector as u16);
    x.opcode = (selector >> 16) as u16 & 0x7ff;
    x.operand = (operand, operand_selector as u16);
}

/// The linear address of an image of this many bytes; processors check the first byte, then the last.
/// These instructions never take the fast path.
fn image<A: AccessMode, M: Address>(m: &mut Machine, op: &Op, size: usize, write: bool) -> Faulting<u32> {
    if A::FAST {
        return Err(Interruption::Miss);
    }
    let offset = M::offset(m, op);
    let address = segment::linear(m, op.segment(), offset, size as u32, write)?;
    let access = if write { memory::Access::Write } else { memory::Access::Read };
    m.memory.check(address, 1, access)?;
    m.memory.check(address.wrapping_add(size as u32 - 1), 1, access)?;
    Ok(address)
}

/// Puts the environment at the start of an image, and gives its length in bytes.
fn put_environment(m: &Machine, op: &Op, image: &mut [u8; LONGEST]) -> usize {
    let size = word_size(op);
    let words = words(&m.cpu.x87);
    for (bytes, word) in image.chunks_exact_mut(size).zip(words) {
        bytes.copy_from_slice(&word.to_le_bytes()[..size]);
    }
    words.len() * size
}

fn set_environment(m: &mut Machine, op: &Op, bytes: &[u8]) {
    let size = word_size(op);
    let mut words = Words::default();
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(size)) {
        let mut whole = [0; 4];
        whole[..size].copy_from_slice(bytes);
        *word = u32::from_le_bytes(whole);
    }
    set_words(&mut m.cpu.x87, words);
}

/// FNSTENV: store x87 FPU environment (SDM Vol. 2A, "FSTENV/FNSTENV"), then mask all exceptions.
#[inline]
pub fn fnstenv<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let mut bytes = [0; LONGEST];
    let length = put_environment(m, op, &mut bytes);
    let address = image::<A, M>(m, op, length, true)?;
    m.memory.write(address, &bytes[..length])?;
    let control = m.cpu.x87.control() | X87::EXCEPTIONS;
    m.cpu.x87.set_control(control);
    Ok(())
}

/// FLDENV: load x87 FPU environment (SDM Vol. 2A, "FLDENV").
#[inline]
pub fn fldenv<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let mut bytes = [0; LONGEST];
    let bytes = &mut bytes[..7 * word_size(op)];
    let address = image::<A, M>(m, op, bytes.len(), false)?;
    m.memory.read(address, bytes)?;
    set_environment(m, op, bytes);
    Ok(())
}

/// FNSAVE: store x87 FPU state (SDM Vol. 2A, "FSAVE/FNSAVE"), then initialize the FPU.
#[inline]
pub fn fnsave<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    let mut bytes = [0; LONGEST];
    let environment = put_environment(m, op, &mut bytes);
    let length = environment + 8 * REGISTER;
    let x = &m.cpu.x87;
    for (i, bytes) in (0..).zip(bytes[environment..length].chunks_exact_mut(REGISTER)) {
        bytes.copy_from_slice(&to_ten_bytes(x.register(x.physical(i)).into()));
    }
    let address = image::<A, M>(m, op, length, true)?;
    m.memory.write(address, &bytes[..length])?;
    Ok(control::fninit(m, op)?)
}

/// FRSTOR: restore x87 FPU state (SDM Vol. 2A, "FRSTOR").
#[inline]
pub fn frstor<A: AccessMode, M: Address>(m: &mut Machine, op: &Op) -> Faulting<()> {
    x87::ready(m)?;
    let environment = 7 * word_size(op);
    let mut bytes = [0; LONGEST];
    let bytes = &mut bytes[..environment + 8 * REGISTER];
    let address = image::<A, M>(m, op, bytes.len(), false)?;
    m.memory.read(address, bytes)?;
    set_environment(m, op, bytes);
    for (i, register) in (0..).zip(bytes[environment..].chunks_exact(REGISTER)) {
        let at = m.cpu.x87.physical(i);
        let register = from_ten_bytes(Ten::try_from(register).unwrap_or_default());
        m.cpu.x87.set_register(at, Extended::from(register));
    }
    Ok(())
}
