//! The EVEX prefix (SDM Vol. 2A, "Intel AVX-512 Encoding"), in 32-bit mode.

use crate::table::Row;
use crate::table::notation::{Addressing, OperandEncoding, Rounding};

use super::bytes::Bytes;
use super::{DecodeError, VexPrefix};

/// Bits that are always the same, by byte of the prefix: in 32-bit mode V' is among them (SDM Vol. 2A,
/// "#UD Equations for EVEX").
const ZERO_IN_SECOND: u8 = 0x08;
const ONE_IN_THIRD: u8 = 0x04;
const ONE_IN_FOURTH: u8 = 0x08;

/// The vector length that stands for 512 bits, and the one that stands for none.
const L512: u8 = 2;
const NO_LENGTH: u8 = 3;

/// The fields that EVEX has beside those of VEX.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EvexFields {
    /// aaa: the opmask register that chooses elements; 0 for all of them.
    pub mask: u8,
    /// z: elements that are not chosen become zero.
    pub zeroing: bool,
    /// b, with a memory operand: one element there stands for all.
    pub broadcast: bool,
    /// b, with registers only: exceptions are suppressed, and this is the rounding mode of L'L.
    pub rounding: Option<u8>,
}

impl VexPrefix {
    /// Takes the rest of an EVEX prefix, its first two bytes already read, and the opcode byte; looks at
    /// the ModR/M byte, which decides what b and L'L mean.
    pub(super) fn read_evex(bytes: &mut Bytes, second: u8) -> Result<(VexPrefix, u8), DecodeError> {
        let (third, fourth) = (bytes.byte()?, bytes.byte()?);
        let fixed = second & ZERO_IN_SECOND == 0 && third & ONE_IN_THIRD != 0 && fourth & ONE_IN_FOURTH != 0;
        let map = second & 7;
        if !fixed || !matches!(map, 1..=3 | 5 | 6) {
            return Err(DecodeError::Invalid);
        }
        let opcode = bytes.byte()?;
        let (mask, zeroing, context) = (fourth & 7, fourth & 0x80 != 0, fourth & 0x10 != 0);
        let length = fourth >> 5 & 3;
        if zeroing && mask == 0 || length == NO_LENGTH && !context {
            return Err(DecodeError::Invalid);
        }
        let register = context && super::decoder::names_register(bytes.peek()?);
        let evex = EvexFields { mask, zeroing, broadcast: context && !register, rounding: register.then_some(length) };
        let l = if register { L512 } else { length };
        let vvvv = !third >> 3 & 15;
        Ok((VexPrefix { map, l, w: third & 0x80 != 0, vvvv, prefix: third & 3, evex: Some(evex) }, opcode))
    }
}

impl EvexFields {
    /// Whether a row allows what the prefix asks for.
    pub(super) fn fit(&self, row: &Row, memory: bool) -> bool {
        let any = |allows: fn(&crate::table::RowOperand) -> bool| row.operands.iter().any(allows);
        let stores = memory && row.operands.first().is_some_and(|first| first.encoding == OperandEncoding::Rm);
        let needs_mask = matches!(row.addressing, Addressing::Vector(_));
        (self.mask != 0 || !needs_mask)
            && (self.mask == 0 || any(|operand| operand.decorators.mask))
            && (!self.zeroing || !stores && any(|operand| operand.decorators.zeroing))
            && (!self.broadcast || any(|operand| operand.decorators.broadcast != 0))
            && (self.rounding.is_none() || any(|operand| operand.decorators.rounding != Rounding::Mxcsr))
    }
}
