//! SSE arithmetic on 16, 32 and 64-bit numbers: one result and the MXCSR flags it raises (SDM
//! Vol. 1, "Programming with Intel Streaming SIMD Extensions", section "SSE/SSE2/SSE3 SIMD
//! Floating-Point Exceptions"). Every operation is written once over `Format`; lanes, registers and
//! the response to unmasked exceptions belong to the instructions.
//!
//! An unmasked exception that is found before the result (#I, #D, #Z) leaves out the flags that
//! only the result would tell; the value is then meaningless, as nothing is written.

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

/// The operand as arithmetic sees it: with DAZ a denormal is zero.
#[inline(always)]
fn operand<F: Format>(bits: F, env: FloatEnvironment) -> F {
    if env.denormals_are_zero && bits.is_denormal() { F::zero(bits.is_negative()) } else { bits }
}

/// Rounds and encodes what an operation computed, given the flags that its operands raised.
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
