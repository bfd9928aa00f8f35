//! x87 arithmetic on 80-bit numbers: a result, the exceptions it raises and the direction it was
//! rounded in (SDM Vol. 1, "Programming with the x87 FPU"). Stack, tags, condition codes and the
//! delivery of unmasked exceptions belong to the instructions.

mod arithmetic;
mod compare;
mod control;
mod convert;
mod decimal;
pub mod fast;
mod finish;
mod format;
mod integer;
mod operands;
mod remainder;
mod scale;

pub(super) use finish::{conclude, undefined};
pub(super) use operands::{denormal, propagated, propagated_alone};

pub use arithmetic::{add, div, mul, sqrt, sub};
pub use compare::{compare, compare_quiet};
pub use control::{ControlWord, FpuResult, Precision};
pub use convert::{from_format, memory, to_format};
pub use decimal::{Packed, from_packed, to_packed};
pub use format::{F80, NumberClass};
pub use integer::{from_integer, round_to_integral, to_integer};
pub use operands::FpuOperand;
pub use remainder::{Remainder, remainder, remainder_nearest};
pub use scale::{Extracted, extract, scale};
