//! The key that a decoded instruction is looked up by: map, opcode byte, and the discriminators
//! that tell rows of one opcode apart, packed into a word. One layout for the build and the decoder.
//!
//! A slot (map, VEX or not, opcode byte) knows which discriminators matter to it; the form key is
//! the whole key with the others cleared.

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

/// 1 for an operand size of 16 bits.
pub const OPERAND16: KeyField = KeyField { shift: 11, width: 1 };
/// 1 for an address size of 16 bits.
pub const ADDRESS16: KeyField = KeyField { shift: 12, width: 1 };
/// The prefix that may be mandatory.
pub const PREFIX: KeyField = KeyField { shift: 13, width: 2 };
/// [`PREFIX`]: none of the three.
pub const NO_PREFIX: u8 = 0;
/// [`PREFIX`]: 66. These are the values of VEX.pp.
pub const PREFIX_66: u8 = 1;
/// [`PREFIX`]: F3.
pub const PREFIX_F3: u8 = 2;
/// [`PREFIX`]: F2.
pub const PREFIX_F2: u8 = 3;
/// VEX.L.
pub const L: KeyField = KeyField { shift: 15, width: 1 };
/// VEX.W.
pub const W: KeyField = KeyField { shift: 16, width: 1 };
/// 1 when ModR/M names a register (mod is 3).
pub const REGISTER: KeyField = KeyField { shift: 17, width: 1 };
/// ModR/M reg.
pub const REG: KeyField = KeyField { shift: 18, width: 3 };
/// ModR/M r/m.
pub const RM: KeyField = KeyField { shift: 21, width: 3 };

/// The slot of an opcode byte in a map: the lowest 11 bits of a key.
pub const fn slot(vex: bool, map: u8, byte: u8) -> u16 {
    byte as u16 | (map as u16) << 8 | (vex as u16) << 10
}
