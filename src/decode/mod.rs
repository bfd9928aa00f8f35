//! From bytes to [`Instruction`]: prefixes, opcode, VEX, EVEX, ModR/M, SIB, displacement and immediates
//! (SDM Vol. 2A, "Instruction Format"), and the disassembly text.
//!
//! Which row an encoding means, and what follows its opcode, is the table's business; nothing here
//! knows an opcode. Executing is the business of `engine` and `instructions`.
//!
//! ```
//! use tab86::decode::{Decoder, Instruction};
//! let instruction = Decoder::new(32).decode(&[0x8b, 0x44, 0x8d, 0x10], 0x1000).unwrap();
//! assert_eq!(instruction.length, 4);
//! assert_eq!(instruction.row().instruction, "MOV r32, r/m32");
//! ```

mod bytes;
mod decoder;
mod evex;
mod left_out;
mod modrm;
mod prefixes;
mod text;
mod vex;

pub use decoder::Decoder;
pub use evex::EvexFields;
pub use left_out::LeftOut;
pub use modrm::MemoryOperand;
pub use prefixes::{Prefixes, Repeat};
pub use vex::VexPrefix;

use crate::table::notation::OperandKind;
use crate::table::{self, Row};

/// The longest instruction that processors accept, in bytes.
pub const MAX_LENGTH: usize = 15;

/// A decoded instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Index of its row in [`table::rows`].
    pub index: u16,
    /// Offset in CS of its first byte.
    pub eip: u32,
    /// Length in bytes, prefixes included.
    pub length: u8,
    /// The prefixes that apply.
    pub prefixes: Prefixes,
    /// The VEX or EVEX prefix, if it has one.
    pub vex: Option<VexPrefix>,
    /// Operand size in bits, 16 or 32.
    pub operand_size: u8,
    /// Address size in bits, 16 or 32.
    pub address_size: u8,
    /// Last opcode byte; its low bits may name a register or a condition.
    pub opcode: u8,
    /// The ModR/M byte, if there is one.
    pub modrm: Option<u8>,
    /// The memory operand that ModR/M or an offset names.
    pub memory: Option<MemoryOperand>,
    /// Immediates in order, zero-extended.
    pub immediates: [u32; 2],
}

impl Instruction {
    /// Its row of the table.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        table::row(self.index)
    }

    /// Offset in CS of the next instruction.
    #[must_use]
    pub fn next(&self) -> u32 {
        self.eip.wrapping_add(u32::from(self.length))
    }

    /// Where a relative branch goes, as an offset in CS: with a 16-bit operand size only the low 16
    /// bits remain. `None` when the instruction is none.
    #[must_use]
    pub fn target(&self) -> Option<u32> {
        let bits = self.row().operands.iter().find_map(|operand| match operand.kind {
            OperandKind::Relative(bits) => Some(bits),
            _ => None,
        })?;
        let to = self.next().wrapping_add(sign_extend(self.immediates[0], bits));
        Some(if self.operand_size == 16 { to & 0xffff } else { to })
    }

    /// The reg field of ModR/M.
    #[must_use]
    pub fn reg(&self) -> u8 {
        self.modrm.unwrap_or(0) >> 3 & 7
    }

    /// The r/m field of ModR/M.
    #[must_use]
    pub fn rm(&self) -> u8 {
        self.modrm.unwrap_or(0) & 7
    }
}

/// The low `bits` of a value (8, 16 or 32), sign-extended.
fn sign_extend(value: u32, bits: u16) -> u32 {
    match bits {
        8 => value as u8 as i8 as u32,
        16 => value as u16 as i16 as u32,
        _ => value,
    }
}

/// Why bytes are not an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end before the instruction does.
    #[error("the instruction goes on behind the last byte")]
    Truncated,
    /// Prefixes and operands add up to more than 15 bytes.
    #[error("the instruction is longer than 15 bytes")]
    TooLong,
    /// No row has this encoding.
    #[error("no instruction has this encoding")]
    Invalid,
    /// LOCK before an instruction that cannot have it.
    #[error("LOCK is not allowed here")]
    Lock,
}
