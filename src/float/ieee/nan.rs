//! NaN operands of SSE arithmetic (SDM Vol. 1, "Rules for Handling NaNs"): the first operand if it
//! is a NaN, else the second, made quiet; a signalling NaN anywhere is invalid.

use super::Format;
use crate::float::ExceptionFlags;

/// The result where an operand is a NaN.
#[inline(always)]
pub fn propagated<F: Format, const N: usize>(operands: [F; N]) -> Option<(F, ExceptionFlags)> {
    let nan = operands.into_iter().find(|operand| operand.is_nan())?;
    let signalling = operands.into_iter().any(|operand| operand.is_signalling());
    Some((nan.quieted(), ExceptionFlags::INVALID.when(signalling)))
}

/// #D where an operand is denormal.
#[inline(always)]
pub fn denormal<F: Format, const N: usize>(operands: [F; N]) -> ExceptionFlags {
    ExceptionFlags::DENORMAL.when(operands.into_iter().any(|operand| operand.is_denormal()))
}
