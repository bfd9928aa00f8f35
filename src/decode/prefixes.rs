//! Legacy prefixes (SDM Vol. 2A, "Instruction Prefixes"), in any order and number.

use crate::table::key;

use super::DecodeError;
use super::bytes::Bytes;

const LOCK: u8 = 0xf0;
const REPNE: u8 = 0xf2;
const REP: u8 = 0xf3;
const OPERAND_SIZE: u8 = 0x66;
const ADDRESS_SIZE: u8 = 0x67;

/// Segment overrides, in the order of the segments' encodings: ES, CS, SS, DS, FS, GS.
const SEGMENTS: [u8; 6] = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];

/// A repeat prefix, as string instructions read it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// F3: REP, REPE.
    Equal,
    /// F2: REPNE.
    NotEqual,
}

/// The prefixes in front of an opcode. Of each group the last one counts.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Prefixes {
    /// F0.
    pub lock: bool,
    /// F2 or F3, whichever came last.
    pub repeat: Option<Repeat>,
    /// Segment override, by the segment's encoding.
    pub segment: Option<u8>,
    /// 66.
    pub operand_size: bool,
    /// 67.
    pub address_size: bool,
}

/// Which bytes are prefixes: most instructions have none, and are asked once.
static PREFIXES: [bool; 256] = {
    let (mut are, mut byte) = ([false; 256], 0);
    while byte < are.len() {
        are[byte] = is_prefix(byte as u8);
        byte += 1;
    }
    are
};

const fn is_prefix(byte: u8) -> bool {
    matches!(byte, LOCK | REPNE | REP | OPERAND_SIZE | ADDRESS_SIZE) || segment(byte).is_some()
}

/// The segment that a prefix names.
const fn segment(prefix: u8) -> Option<u8> {
    let mut number = 0;
    while number < SEGMENTS.len() {
        if SEGMENTS[number] == prefix {
            return Some(number as u8);
        }
        number += 1;
    }
    None
}

impl Prefixes {
    /// Takes every prefix in front.
    #[inline]
    pub(super) fn read(bytes: &mut Bytes) -> Result<Prefixes, DecodeError> {
        let mut prefixes = Prefixes::default();
        while PREFIXES[usize::from(bytes.peek()?)] {
            prefixes.take(bytes.byte()?);
        }
        Ok(prefixes)
    }

    fn take(&mut self, prefix: u8) {
        match prefix {
            LOCK => self.lock = true,
            REPNE => self.repeat = Some(Repeat::NotEqual),
            REP => self.repeat = Some(Repeat::Equal),
            OPERAND_SIZE => self.operand_size = true,
            ADDRESS_SIZE => self.address_size = true,
            _ => self.segment = segment(prefix),
        }
    }

    /// What stands where a prefix may be mandatory: a value of [`key::PREFIX`]. F3 and F2 go before 66.
    pub(super) fn mandatory(&self) -> u8 {
        match self.repeat {
            Some(Repeat::Equal) => key::PREFIX_F3,
            Some(Repeat::NotEqual) => key::PREFIX_F2,
            None if self.operand_size => key::PREFIX_66,
            None => key::NO_PREFIX,
        }
    }
}
