//! The floating-point arithmetic of the processor, in integer operations, so that every host computes
//! the same bits. Nothing here knows a register, an address or an instruction.
//!
//! An operation unpacks its operands (`number`, `value`), computes exactly (`exact`), rounds once
//! (`round`) and packs. `ieee` has the 16, 32 and 64-bit formats by the rules of SSE, `x87` the 80-bit
//! format by those of the x87 FPU; what both share stands beside them.

mod environment;
mod exact;
mod flags;
pub mod ieee;
mod integer;
mod number;
mod ordering;
mod round;
pub mod transcendental;
mod value;
pub mod x87;

pub use environment::{FloatEnvironment, Rounding};
pub use flags::ExceptionFlags;
pub use integer::Integer;
pub use ordering::Relation;
pub use x87::F80;
