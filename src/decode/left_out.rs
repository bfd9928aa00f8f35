//! Encodings that the table leaves out: AMD's, withdrawn ones, those of old processors. Here they are no
//! instructions, but a disassembler names them, and goes on behind them.

use crate::table;
use crate::table::left_out::{self, LeftOutEncoding};

use super::bytes::Bytes;
use super::modrm::{self, names_register};
use super::{DecodeError, Decoder, VexPrefix};

/// An encoding that the table leaves out, where it was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Length in bytes, prefixes included.
    pub length: u8,
    /// What it is, and why it is left out.
    pub encoding: LeftOutEncoding,
}

impl Decoder {
    /// The encoding at the start of bytes that are no instruction, if it is one that the table leaves out.
    ///
    /// ```
    /// use tab86::decode::Decoder;
    /// let blcfill = [0x8f, 0xe9, 0x78, 0x01, 0xc8];
    /// assert!(Decoder::new(32).decode(&blcfill, 0).is_err());
    /// let found = Decoder::new(32).left_out(&blcfill).unwrap();
    /// assert_eq!((found.length, found.encoding.reason), (5, "AMD-only: TBM"));
    /// ```
    #[must_use]
    pub fn left_out(&self, bytes: &[u8]) -> Option<LeftOut> {
        self.find_left_out(bytes).ok()
    }

    fn find_left_out(&self, bytes: &[u8]) -> Result<LeftOut, DecodeError> {
        let mut bytes = Bytes::new(bytes);
        let head = self.head(&mut bytes, VexPrefix::read_with_xop)?;
        let index = super::decoder::find(&bytes, &head, &table::LEFT_OUT)?;
        let form = &table::LEFT_OUT_FORMS[usize::from(index)];
        if head.vex.is_some_and(|vex| vex.vvvv != 0 && !form.vvvv) {
            return Err(DecodeError::Invalid);
        }
        if form.modrm {
            let byte = bytes.byte()?;
            if !names_register(byte) {
                modrm::read(&mut bytes, byte, head.address16, 1, None)?;
            }
        }
        (0..form.immediates).try_for_each(|_| bytes.byte().map(drop))?;
        let encoding = left_out::at(form.start as usize).ok_or(DecodeError::Invalid)?;
        Ok(LeftOut { length: bytes.position(), encoding })
    }
}
