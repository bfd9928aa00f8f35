//! Reading the bytes of one instruction, up to its longest length.

use super::{DecodeError, MAX_LENGTH};

/// A cursor over the bytes of an instruction.
pub struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Bytes { bytes: &bytes[..bytes.len().min(MAX_LENGTH)], at: 0 }
    }

    /// How many bytes were read.
    pub fn position(&self) -> u8 {
        self.at as u8
    }

    /// Why there are no more bytes.
    #[cold]
    fn end(&self) -> DecodeError {
        if self.bytes.len() == MAX_LENGTH { DecodeError::TooLong } else { DecodeError::Truncated }
    }

    /// The next byte, left where it is.
    #[inline]
    pub fn peek(&self) -> Result<u8, DecodeError> {
        self.bytes.get(self.at).copied().ok_or_else(|| self.end())
    }

    /// The next byte.
    #[inline]
    pub fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// The next `size` bytes (0, 1, 2 or 4) as a little-endian number.
    #[inline]
    pub fn number(&mut self, size: u8) -> Result<u32, DecodeError> {
        let rest = &self.bytes[self.at..];
        let number = match (size, rest) {
            (0, _) => 0,
            (1, &[a, ..]) => a.into(),
            (2, &[a, b, ..]) => u16::from_le_bytes([a, b]).into(),
            (4, &[a, b, c, d, ..]) => u32::from_le_bytes([a, b, c, d]),
            _ => return Err(self.end()),
        };
        self.at += usize::from(size);
        Ok(number)
    }
}
