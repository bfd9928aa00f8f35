//! Reading the bytes of one instruction, up to its longest length.

use super::{DecodeError, MAX_LENGTH};

/// A cursor over the bytes of an instruction.
pub struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Bytes { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub fn position(&self) -> u8 {
        self.at as u8
    }

    /// The next byte, left where it is.
    pub fn peek(&self) -> Result<u8, DecodeError> {
        if self.at >= MAX_LENGTH {
            return Err(DecodeError::TooLong);
        }
        self.bytes.get(self.at).copied().ok_or(DecodeError::Truncated)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// The next `size` bytes (at most 4) as a little-endian number.
    pub fn number(&mut self, size: u8) -> Result<u32, DecodeError> {
        (0..size).try_fold(0, |number, index| Ok(number | u32::from(self.byte()?) << (8 * index)))
    }
}
