//! SSE arithmetic on 16, 32 and 64-bit numbers: one result and the MXCSR flags it raises (SDM
//! Vol. 1, "Programming with Intel Streaming SIMD Extensions", section "SSE/SSE2/SSE3 SIMD
//! Floating-Point Exceptions"). Every operation is written once over `Format`; lanes, registers and
//! the response to unmasked exceptions belong to the instructions.
//!
//! If a pre-computation exception (#I, #D, #Z) is unmasked, there is no result: only the flags of the
//! operands are raised, and the value is meaningless. Nor is the result of an unmasked overflow or
//! underflow meaningful, since the instruction does not write it.

mod approximate;
mod arithmetic;
mod compare;
mod convert;
mod format;
mod integer;
mod nan;
pub mod native;

pub use approximate::{reciprocal, reciprocal_root};
pub use arithmetic::{add, div, fma, mul, sqrt, sub};
pub use compare::{compare, compare_quiet, max, min};
pub use convert::{convert, from_half, to_bfloat, to_half};
pub use format::Format;
pub use integer::{from_integer, round_to_integral, to_integer};
pub use native::Native;

use super::number::Unrounded;
use super::round::round_to;
use super::value::{Computed, ExtendedReal, PrecomputationException};
use super::{ExceptionFlags, FloatEnvironment};

/// The operand that arithmetic uses: with DAZ, a denormal is replaced by zero.
#[inline(always)]
fn operand<F: Format>(bits: F, env: FloatEnvironment) -> F {
    if env.denormals_are_zero && bits.is_denormal() { F::zero(bits.is_negative()) } else { bits }
}

/// Rounds and encodes a result; `operands` are the flags that the operands raised.
#[inline(always)]
fn conclude<F: Format>(computed: Computed, operands: ExceptionFlags, env: FloatEnvironment) -> (F, ExceptionFlags) {
    match computed {
        Ok(ExtendedReal::Finite(unrounded)) => rounded(unrounded, operands, env),
        Ok(ExtendedReal::Zero(negative)) => (F::zero(negative), operands),
        Ok(ExtendedReal::Infinity(negative)) => (F::infinity(negative), operands),
        Err(PrecomputationException::Invalid) => (F::narrow(F::INDEFINITE), ExceptionFlags::INVALID),
        Err(PrecomputationException::Divide(negative)) => (F::infinity(negative), ExceptionFlags::DIVIDE),
    }
}

#[inline(always)]
fn rounded<F: Format>(unrounded: Unrounded, operands: ExceptionFlags, env: FloatEnvironment) -> (F, ExceptionFlags) {
    if !env.masks.contains(operands) {
        return (F::narrow(0), operands);
    }
    let (result, flags) = round_to(unrounded, &F::PARAMETERS, env);
    (F::encode(result), operands | flags)
}
