//! What EVEX has beside the fields of VEX (SDM Vol. 2A, "Intel AVX-512 Encoding"): opmask, zeroing, broadcast
//! and embedded rounding, and what a row allows of them.

use crate::table::notation::{Addressing, EmbeddedRounding, OperandEncoding};
use crate::table::{Row, RowOperand};

use super::DecodeError;

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

impl EvexFields {
    /// The fields in the fourth byte, for an instruction whose ModR/M byte names a register or memory, and the
    /// vector length: with embedded rounding always that of 512 bits.
    ///
    /// # Errors
    /// Zeroing without an opmask, and a vector length that does not exist.
    pub(super) fn new(fourth: u8, register: bool) -> Result<(EvexFields, u8), DecodeError> {
        let (mask, zeroing, context) = (fourth & 7, fourth & 0x80 != 0, fourth & 0x10 != 0);
        let length = fourth >> 5 & 3;
        if zeroing && mask == 0 || length == NO_LENGTH && !context {
            return Err(DecodeError::Invalid);
        }
        let rounding = (context && register).then_some(length);
        let evex = EvexFields { mask, zeroing, broadcast: context && !register, rounding };
        Ok((evex, if rounding.is_some() { L512 } else { length }))
    }

    /// Whether a row allows what the prefix asks for.
    pub(super) fn fit(&self, row: &Row, memory: bool) -> bool {
        let any = |allows: fn(&RowOperand) -> bool| row.operands.iter().any(allows);
        let stores = memory && row.operands.first().is_some_and(|first| first.encoding == OperandEncoding::Rm);
        let needs_mask = matches!(row.addressing, Addressing::Vector(_));
        (self.mask != 0 || !needs_mask)
            && (self.mask == 0 || any(|operand| operand.decorators.mask))
            && (!self.zeroing || !stores && any(|operand| operand.decorators.zeroing))
            && (!self.broadcast || any(|operand| operand.decorators.broadcast != 0))
            && (self.rounding.is_none() || any(|operand| operand.decorators.rounding != EmbeddedRounding::Mxcsr))
    }
}
