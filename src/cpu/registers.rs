//! The general-purpose registers (SDM Vol. 1, "General-Purpose Registers").
//!
//! They lie in an array of 256 words indexed by `u8`, so that no index needs a check. Slots
//! beyond the eight registers hold what address computation adds: a constant zero for an absent
//! base or index, and the bases of the segments.

use std::ops::{Index, IndexMut};

/// The slot that is always zero.
pub const ZERO: u8 = 8;

/// The first of six slots with the segment bases, in encoding order.
const SEGMENT_BASES: u8 = 16;

/// A general-purpose register by its 32-bit name; the discriminant is its encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Register {
    /// EAX, the accumulator.
    Eax,
    /// ECX, the counter.
    Ecx,
    /// EDX.
    Edx,
    /// EBX.
    Ebx,
    /// ESP, the stack pointer.
    Esp,
    /// EBP, the frame pointer.
    Ebp,
    /// ESI, the source of string instructions.
    Esi,
    /// EDI, their destination.
    Edi,
}

impl Register {
    /// All eight, by encoding.
    pub const ALL: [Register; 8] = [
        Register::Eax,
        Register::Ecx,
        Register::Edx,
        Register::Ebx,
        Register::Esp,
        Register::Ebp,
        Register::Esi,
        Register::Edi,
    ];
}

/// The register file, indexed by [`Register`] or by slot.
#[derive(Clone, Debug)]
pub struct Registers([u32; 256]);

impl Default for Registers {
    fn default() -> Self {
        Registers([0; 256])
    }
}

impl Registers {
    /// The slot with the base of the segment register of this encoding.
    pub fn segment_base(segment: u8) -> u8 {
        SEGMENT_BASES + segment
    }

    /// An 8-bit register, by its slot.
    #[inline(always)]
    pub fn byte(&self, slot: u8) -> u8 {
        let at = if cfg!(target_endian = "big") { slot ^ 3 } else { slot };
        bytemuck::must_cast_ref::<[u32; 256], [u8; 1024]>(&self.0)[at as usize]
    }

    /// Replaces the byte that [`byte`](Self::byte) reads. The whole register is stored: a processor waits when
    /// it loads a word of which it has just stored a byte.
    #[inline(always)]
    pub fn set_byte(&mut self, slot: u8, value: u8) {
        let shift = (slot & 3) * 8;
        let word = &mut self.0[(slot >> 2) as usize];
        *word = *word & !(0xff << shift) | u32::from(value) << shift;
    }

    /// The slot of an 8-bit register by its encoding (AL, CL, DL, BL, AH, CH, DH, BH): its number among the bytes
    /// of the register file, the low byte of each register first.
    pub fn byte_slot(encoding: u8) -> u8 {
        (encoding & 3) << 2 | encoding >> 2 & 1
    }
}

impl Index<u8> for Registers {
    type Output = u32;
    #[inline(always)]
    fn index(&self, slot: u8) -> &u32 {
        &self.0[slot as usize]
    }
}

impl IndexMut<u8> for Registers {
    #[inline(always)]
    fn index_mut(&mut self, slot: u8) -> &mut u32 {
        &mut self.0[slot as usize]
    }
}

impl Index<Register> for Registers {
    type Output = u32;
    #[inline(always)]
    fn index(&self, register: Register) -> &u32 {
        &self.0[register as usize]
    }
}

impl IndexMut<Register> for Registers {
    #[inline(always)]
    fn index_mut(&mut self, register: Register) -> &mut u32 {
        &mut self.0[register as usize]
    }
}
