//! The VEX prefix (SDM Vol. 2A, "The VEX Prefix"), in 32-bit mode.

use super::bytes::Bytes;
use super::{DecodeError, Prefixes};

/// The fields of a VEX prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Vex {
    /// Opcode map: 1 for 0F, 2 for 0F 38, 3 for 0F 3A.
    pub map: u8,
    /// L: 256-bit.
    pub l: bool,
    /// W.
    pub w: bool,
    /// The register in vvvv, inversion undone, all four bits.
    pub vvvv: u8,
    /// pp: 0 nothing, 1 66, 2 F3, 3 F2.
    pub prefix: u8,
}

impl Vex {
    /// Takes a VEX prefix if one stands here. Outside 64-bit mode its first byte is LES or LDS
    /// unless the byte after it would be a ModR/M byte with a register, which those cannot have.
    pub(super) fn read(bytes: &mut Bytes, opcode: u8, prefixes: &Prefixes) -> Result<Option<Vex>, DecodeError> {
        let long = match opcode {
            0xc4 => true,
            0xc5 => false,
            _ => return Ok(None),
        };
        if bytes.peek()? < 0xc0 {
            return Ok(None);
        }
        if prefixes.lock || prefixes.repeat.is_some() || prefixes.operand_size {
            return Err(DecodeError::Invalid);
        }
        let first = bytes.byte()?;
        let (map, last) = if long { (first & 31, bytes.byte()?) } else { (1, first) };
        if !(1..=3).contains(&map) {
            return Err(DecodeError::Invalid);
        }
        Ok(Some(Vex { map, l: last & 4 != 0, w: long && last & 0x80 != 0, vvvv: !last >> 3 & 15, prefix: last & 3 }))
    }
}
