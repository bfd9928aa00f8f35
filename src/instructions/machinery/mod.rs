//! What the instruction functions are written with: the machine they work on, their operands, the flag
//! formulas, the stack, segments and selectors, the FPU as a machine, and the types by which they say
//! how they end. No file here is named by a row of the table.

pub mod effect;
pub mod exception;
pub mod flags;
pub mod machine;
pub mod operand;
pub mod results;
pub mod segment;
pub mod selector;
pub mod simd_float;
pub mod stack;
pub mod state_image;
pub mod string_repeat;
pub mod x87;
