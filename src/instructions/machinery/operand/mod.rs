//! Operands: the only code that loads and stores them.
//!
//! Translation resolves a decoded instruction once into an [`Op`], and chooses the instance of its
//! function whose operand types fit. At run time these types only load from and store to the places
//! that the `Op` names; nothing about the encoding is examined again.

mod forwarded;
mod halves;
mod lane;
mod memory;
mod place;
mod stack_register;
mod vector;
mod width;

pub use forwarded::{Forwarded, ForwardedBase, ForwardedNumber};
pub use halves::{doublewords, from_doublewords, halves};
pub use lane::{Lane, Part, build, count, horizontal, lanes, map, narrow, per_block, pick, resize, signs};
pub use memory::{AccessMode, Base, Checked, Fast, Indexed, Mem};
pub use place::{Address, Gpr, Imm, Place, Reg, Value};
pub use stack_register::{
    Real, St, StackIndex, Stored, Ten, Top, from_ten_bytes, packed, plain, ten_bytes, to_ten_bytes,
};
pub use vector::{Aligned, InImmediate, Mm, Vector, VexXmm, Xmm, Ymm, mmx};
pub use width::Width;

use crate::cpu::Registers;

/// An instruction's operands, resolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Op {
    /// The immediate, or the target of a relative branch; a second immediate (ENTER, far pointers) is in
    /// `disp`. In an instruction with neither: the opcode byte and ModR/M, for the FPU's last opcode.
    pub imm: u32,
    /// Displacement.
    pub disp: u32,
    /// Offset in CS of the instruction itself.
    pub eip: u32,
    /// Offset in CS of the next instruction.
    pub next: u32,
    /// Register slots of the first three operands.
    pub r: [u8; 3],
    /// Slot of the base register.
    pub base: u8,
    /// Slot of the index register.
    pub index: u8,
    /// Slot of the segment's base, if it is to be added to the offset: on the fast path that is no longer so.
    pub segment: u8,
    /// Scale (bits 0 and 1), 16-bit addressing (bit 2), repeat prefix (bits 5 and 6: REP or REPE, REPNE), 16-bit
    /// operand size (bit 7). With 32-bit addressing its low five bits are the scale: a shift looks at no more.
    pub mode: u8,
    /// Instructions from the start of the block to here, this one included.
    pub done: u8,
}

impl Op {
    /// `mode`: effective addresses have 16 bits.
    pub const ADDRESS16: u8 = 4;
    /// `mode`: F3, REP or REPE.
    pub const REPE: u8 = 32;
    /// `mode`: F2, REPNE.
    pub const REPNE: u8 = 64;
    /// `mode`: the operand size is 16 bits.
    pub const OPERAND16: u8 = 128;

    /// Whether a bit of `mode` is set.
    #[inline(always)]
    pub fn has(&self, mode: u8) -> bool {
        self.mode & mode != 0
    }

    /// The segment that memory operands are in, by encoding.
    pub fn segment(&self) -> u8 {
        self.segment - Registers::segment_base(0)
    }

    /// The same with the address of the memory operand advanced by `words` times `size` bytes.
    #[inline(always)]
    pub fn moved(&self, words: i32, size: u32) -> Op {
        Op { disp: self.disp.wrapping_add((words as u32).wrapping_mul(size)), ..*self }
    }

    /// The significant bits of an offset. The fast path is for 32-bit addresses only.
    #[inline(always)]
    pub fn address_mask<A: AccessMode>(&self) -> u32 {
        if !A::FAST && self.has(Op::ADDRESS16) { 0xffff } else { u32::MAX }
    }

    /// Offset of the memory operand in its segment.
    #[inline(always)]
    pub fn offset(&self, regs: &Registers) -> u32 {
        let sum = regs[self.base].wrapping_add(regs[self.index] << (self.mode & 3)).wrapping_add(self.disp);
        if self.has(Op::ADDRESS16) { sum & 0xffff } else { sum }
    }
}
