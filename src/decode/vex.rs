//! The VEX prefix (SDM Vol. 2A, "The VEX Prefix"), in 32-bit mode, and XOP, which AMD's processors had (APM Vol. 3,
//! "XOP Prefix"). What only EVEX has is in `evex`.

use super::bytes::Bytes;
use super::evex::EvexFields;
use super::modrm::names_register;
use super::{DecodeError, Prefixes};
use crate::table::notation::EncodingSpace;

/// First byte of the three-byte form, elsewhere LES.
const LONG: u8 = 0xc4;
/// First byte of the two-byte form, elsewhere LDS.
const SHORT: u8 = 0xc5;
/// First byte of an EVEX prefix, elsewhere BOUND.
const EVEX: u8 = 0x62;
/// First byte of an XOP prefix, elsewhere POP.
const XOP: u8 = 0x8f;

/// The opcode maps that XOP leads to: what is less is a ModR/M byte of POP.
const XOP_MAPS: std::ops::RangeInclusive<u8> = 8..=10;

/// Bits of the second, third and fourth byte of an EVEX prefix that are always the same; in 32-bit mode V'
/// is among them (SDM Vol. 2A, "#UD Equations for EVEX").
const ZERO_IN_SECOND: u8 = 0x08;
const ONE_IN_THIRD: u8 = 0x04;
const ONE_IN_FOURTH: u8 = 0x08;

/// The fields of a VEX or EVEX prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VexPrefix {
    /// Opcode map: 1 for 0F, 2 for 0F 38, 3 for 0F 3A, 5 and 6 for those that only EVEX has, 8 to 10 for those of
    /// XOP.
    pub map: u8,
    /// The vector length: 0 for 128 bits, 1 for 256, 2 for 512.
    pub l: u8,
    /// W.
    pub w: bool,
    /// The register in vvvv, inversion undone, all four bits; of a register only three count.
    pub vvvv: u8,
    /// pp: 0 nothing, 1 66, 2 F3, 3 F2.
    pub prefix: u8,
    /// What only EVEX has.
    pub evex: Option<EvexFields>,
}

impl VexPrefix {
    /// Takes a VEX or EVEX prefix and the opcode byte behind it if one stands here, its first byte already
    /// read. LES, LDS and BOUND stand here if the next byte does not name a register, which those cannot
    /// have.
    #[inline]
    pub(super) fn read(
        bytes: &mut Bytes,
        first: u8,
        prefixes: &Prefixes,
    ) -> Result<Option<(VexPrefix, u8)>, DecodeError> {
        if !matches!(first, LONG | SHORT | EVEX) || !names_register(bytes.peek()?) {
            return Ok(None);
        }
        VexPrefix::read_behind(bytes, first, prefixes)
    }

    /// Takes the rest of one whose first byte has been read.
    fn read_behind(bytes: &mut Bytes, first: u8, prefixes: &Prefixes) -> Result<Option<(VexPrefix, u8)>, DecodeError> {
        if prefixes.lock || prefixes.repeat.is_some() || prefixes.operand_size {
            return Err(DecodeError::Invalid);
        }
        let second = bytes.byte()?;
        match first {
            EVEX => VexPrefix::read_evex(bytes, second),
            LONG => VexPrefix::read_vex(bytes, second & 31, None),
            _ => VexPrefix::read_vex(bytes, 1, Some(second)),
        }
        .map(Some)
    }

    /// The same where an XOP prefix may stand as well.
    pub(super) fn read_with_xop(
        bytes: &mut Bytes,
        first: u8,
        prefixes: &Prefixes,
    ) -> Result<Option<(VexPrefix, u8)>, DecodeError> {
        if first != XOP || !XOP_MAPS.contains(&(bytes.peek()? & 31)) {
            return VexPrefix::read(bytes, first, prefixes);
        }
        if prefixes.lock || prefixes.repeat.is_some() || prefixes.operand_size {
            return Err(DecodeError::Invalid);
        }
        let map = bytes.byte()? & 31;
        let last = bytes.byte()?;
        Ok(Some((VexPrefix::of_last(map, last, last & 0x80 != 0), bytes.byte()?)))
    }

    /// The form of encoding that it belongs to.
    pub(super) fn space(&self) -> EncodingSpace {
        match self.evex {
            Some(_) => EncodingSpace::Evex,
            None if XOP_MAPS.contains(&self.map) => EncodingSpace::Xop,
            None => EncodingSpace::Vex,
        }
    }

    /// The fields in the last byte of a VEX or XOP prefix.
    fn of_last(map: u8, last: u8, w: bool) -> VexPrefix {
        VexPrefix { map, l: last >> 2 & 1, w, vvvv: !last >> 3 & 15, prefix: last & 3, evex: None }
    }

    /// Takes the rest of a VEX prefix and the opcode byte. The short form has W clear, and its second byte
    /// is the last one.
    fn read_vex(bytes: &mut Bytes, map: u8, short: Option<u8>) -> Result<(VexPrefix, u8), DecodeError> {
        let (last, w) = match short {
            Some(last) => (last, false),
            None => bytes.byte().map(|last| (last, last & 0x80 != 0))?,
        };
        if !(1..=3).contains(&map) {
            return Err(DecodeError::Invalid);
        }
        Ok((VexPrefix::of_last(map, last, w), bytes.byte()?))
    }

    /// Takes the rest of an EVEX prefix and the opcode byte, and looks at the ModR/M byte, which decides what
    /// b and L'L mean.
    fn read_evex(bytes: &mut Bytes, second: u8) -> Result<(VexPrefix, u8), DecodeError> {
        let (third, fourth) = (bytes.byte()?, bytes.byte()?);
        let fixed = second & ZERO_IN_SECOND == 0 && third & ONE_IN_THIRD != 0 && fourth & ONE_IN_FOURTH != 0;
        let map = second & 7;
        if !fixed || !matches!(map, 1..=3 | 5 | 6) {
            return Err(DecodeError::Invalid);
        }
        let opcode = bytes.byte()?;
        let (evex, l) = EvexFields::new(fourth, names_register(bytes.peek()?))?;
        let vvvv = !third >> 3 & 15;
        Ok((VexPrefix { map, l, w: third & 0x80 != 0, vvvv, prefix: third & 3, evex: Some(evex) }, opcode))
    }
}
