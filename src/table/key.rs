//! The key that a decoded instruction is looked up by: map, opcode byte, and the discriminators
//! that tell rows of one opcode apart, packed into a word. One layout for the build and the decoder.
//!
//! A slot (encoding space, map, opcode byte) knows which discriminators matter to it; the form key is
//! the whole key with the others cleared.

use super::notation::EncodingSpace;

/// A discriminator: its lowest bit and its width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyField {
    shift: u32,
    width: u32,
}

impl KeyField {
    /// The bits it takes in a key.
    pub const fn mask(self) -> u32 {
        ((1 << self.width) - 1) << self.shift
    }

    /// A value in its place.
    pub const fn place(self, value: u8) -> u32 {
        (value as u32) << self.shift & self.mask()
    }
}

/// The slot's own part of a key: what lies below the lowest discriminator.
pub const SLOT: u32 = OPERAND16.mask() - 1;
/// 1 for an operand size of 16 bits.
pub const OPERAND16: KeyField = KeyField { shift: 13, width: 1 };
/// 1 for an address size of 16 bits.
pub const ADDRESS16: KeyField = KeyField { shift: 14, width: 1 };
/// The prefix that may be mandatory.
pub const PREFIX: KeyField = KeyField { shift: 15, width: 2 };
/// [`PREFIX`]: none of the three.
pub const NO_PREFIX: u8 = 0;
/// [`PREFIX`]: 66. These are the values of pp in VEX and EVEX.
pub const PREFIX_66: u8 = 1;
/// [`PREFIX`]: F3.
pub const PREFIX_F3: u8 = 2;
/// [`PREFIX`]: F2.
pub const PREFIX_F2: u8 = 3;
/// VEX.L or EVEX.L.
pub const L: KeyField = KeyField { shift: 17, width: 1 };
/// EVEX.L', the high bit of the vector length.
pub const HIGH_L: KeyField = KeyField { shift: 18, width: 1 };
/// VEX.W or EVEX.W.
pub const W: KeyField = KeyField { shift: 19, width: 1 };
/// 1 when ModR/M names a register (mod is 3).
pub const REGISTER: KeyField = KeyField { shift: 20, width: 1 };
/// ModR/M reg.
pub const REG: KeyField = KeyField { shift: 21, width: 3 };
/// ModR/M r/m.
pub const RM: KeyField = KeyField { shift: 24, width: 3 };

/// The slot of an opcode byte in a map of an encoding space: the lowest 13 bits of a key.
pub const fn slot(space: EncodingSpace, map: u8, byte: u8) -> u16 {
    byte as u16 | (map as u16 & 7) << 8 | (space as u16) << 11
}
