//! What each instruction does: one function each, generic over operand width and place, grouped by
//! the headings of SDM Vol. 1, "Instruction Set Summary".
//!
//! A function knows its operands only as values and places, nothing of ModR/M, of blocks or of
//! dispatch. Its return type tells the engine how it goes on ([`effect`]). `build.rs` reads the
//! signatures here and binds each row of `opcodes.json` to the instances it needs:
//!
//! | generic parameter | bound to |
//! |---|---|
//! | `A: Access` | whether memory is accessed on the fast path or checked |
//! | `W: Width` (any name) | the width of the operand that uses it, else the operand size |
//! | `D: Place<W>`, `S: Value<W>`, `M: Address` | the operands of the row, in order |
//! | `const C: u8` | the condition code in the opcode's low four bits |
//!
//! `Outcome<T>` is for instructions that fault only by accessing their operands; one that raises
//! exceptions of its own says [`Faulting`].
//!
//! An instruction either completes or leaves registers and flags as they were: it returns an error
//! before it changes any (repeated string instructions complete whole iterations). Nor does it
//! change memory, but for instructions that store several values: as with processors, those that
//! were stored before the fault stay.

pub mod effect;
pub mod exception;
pub mod flags;
pub mod machine;
pub mod operand;
pub mod segment;
pub mod selector;
pub mod simd_approximation;
pub mod simd_arithmetic;
pub mod simd_comparison;
pub mod simd_conversion;
pub mod simd_float;
pub mod simd_fma;
pub mod simd_half;
pub mod simd_horizontal;
pub mod stack;
pub mod state_image;
pub mod string_repeat;
pub mod x87;

pub mod binary_arithmetic;
pub mod bit_byte;
pub mod bit_field;
pub mod bmi;
pub mod control_transfer;
pub mod data_transfer;
pub mod decimal_arithmetic;
pub mod dot_product;
pub mod encryption;
pub mod exchange;
pub mod extended_state;
pub mod far_transfer;
pub mod flag_control;
pub mod galois;
pub mod gather;
pub mod hashing;
pub mod logical;
pub mod masked_move;
pub mod miscellaneous;
pub mod packed_arithmetic;
pub mod packed_comparison;
pub mod packed_conversion;
pub mod packed_logical;
pub mod packed_shift;
pub mod packed_shuffle;
pub mod procedure;
pub mod segment_instructions;
pub mod segment_register;
pub mod shift_rotate;
pub mod simd_state;
pub mod sm3;
pub mod sm4;
pub mod stack_transfer;
pub mod string;
pub mod string_comparison;
pub mod vector_move;
pub mod x87_arithmetic;
pub mod x87_comparison;
pub mod x87_constants;
pub mod x87_control;
pub mod x87_data_transfer;
pub mod x87_environment;
pub mod x87_transcendental;

pub use effect::{Branch, Direct, Jump, Leave, Repeated};
pub use exception::{Event, Exception, Faulting, Outcome};
pub use machine::Machine;
pub use operand::Op;
