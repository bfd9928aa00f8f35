//! Legacy prefixes (SDM Vol. 2A, "Instruction Prefixes"), in any order and number.

use crate::table::key;

use super::DecodeError;
use super::bytes::Bytes;

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

impl Prefixes {
    /// Takes every prefix in front.
    pub(super) fn read(bytes: &mut Bytes) -> Result<Prefixes, DecodeError> {
        let mut prefixes = Prefixes::default();
        while prefixes.take(bytes.peek()?) {
            bytes.byte()?;
        }
        Ok(prefixes)
    }

    /// Takes one byte if it is a prefix.
    fn take(&mut self, byte: u8) -> bool {
        match byte {
            0xf0 => self.lock = true,
            0xf2 => self.repeat = Some(Repeat::NotEqual),
            0xf3 => self.repeat = Some(Repeat::Equal),
            0x26 => self.segment = Some(0),
            0x2e => self.segment = Some(1),
            0x36 => self.segment = Some(2),
            0x3e => self.segment = Some(3),
            0x64 => self.segment = Some(4),
            0x65 => self.segment = Some(5),
            0x66 => self.operand_size = true,
            0x67 => self.address_size = true,
            _ => return false,
        }
        true
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
