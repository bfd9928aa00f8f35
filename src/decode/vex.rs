//! The VEX prefix (SDM Vol. 2A, "The VEX Prefix"), in 32-bit mode.

use super::bytes::Bytes;
use super::{DecodeError, Prefixes};

/// First byte of the three-byte form, elsewhere LES.
const LONG: u8 = 0xc4;
/// First byte of the two-byte form, elsewhere LDS.
const SHORT: u8 = 0xc5;
/// From here on the byte after LES or LDS would name a register, which those cannot have.
const REGISTER_FORM: u8 = 0xc0;

/// The fields of a VEX prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VexPrefix {
    /// Opcode map: 1 for 0F, 2 for 0F 38, 3 for 0F 3A.
    pub map: u8,
    /// L: 256-bit.
    pub l: bool,
    /// W.
    pub w: bool,
    /// The register in vvvv, inversion undone, all four bits; of a register only three count.
    pub vvvv: u8,
    /// pp: 0 nothing, 1 66, 2 F3, 3 F2.
    pub prefix: u8,
}

impl VexPrefix {
    /// Takes a VEX prefix if one stands here, its first byte already read.
    pub(super) fn read(bytes: &mut Bytes, first: u8, prefixes: &Prefixes) -> Result<Option<VexPrefix>, DecodeError> {
        if !matches!(first, LONG | SHORT) || bytes.peek()? < REGISTER_FORM {
            return Ok(None);
        }
        if prefixes.lock || prefixes.repeat.is_some() || prefixes.operand_size {
            return Err(DecodeError::Invalid);
        }
        let second = bytes.byte()?;
        let (map, w, last) = match first {
            LONG => {
                let last = bytes.byte()?;
                (second & 31, last & 0x80 != 0, last)
            }
            _ => (1, false, second),
        };
        if !(1..=3).contains(&map) {
            return Err(DecodeError::Invalid);
        }
        Ok(Some(VexPrefix { map, l: last & 4 != 0, w, vvvv: !last >> 3 & 15, prefix: last & 3 }))
    }
}
