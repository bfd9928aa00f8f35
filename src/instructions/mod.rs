//! What each instruction does: one function each, generic over operand width and place, grouped by
//! the headings of SDM Vol. 1, "Instruction Set Summary".
//!
//! A function knows its operands only as values and places, nothing of ModR/M, of blocks or of
//! dispatch. Its return type tells the engine how it goes on ([`effect`]). `build.rs` reads the
//! signatures here and binds each row of `opcodes.json` to the instances it needs:
//!
//! | generic parameter | bound to |
//! |---|---|
//! | `A: AccessMode` | whether memory is accessed on the fast path or with every check |
//! | `W: Width`, `V: Vector`, `X: Scalar` (any name) | the width of the first operand with it, else the operand size |
//! | `D: Place<W>`, `S: Value<W>` | the operands of the row, in order: written, and only read |
//! | `M: Address` | a memory operand of which only the address is used |
//! | `L: Lane`, `F: Float`, `F: Format` | the size of an element: of the scalar operand with it, else `lanes` |
//! | `R: Real`, `R: Stored` | what the x87 operand with it is: a stack register, a number or an integer in memory |
//! | `const C: u8` | the condition code in the opcode's low four bits |
//! | `const ORDER: u16` | the number in the mnemonic (`VFMADD132PS`) |
//!
//! [`Outcome`] is for instructions that fault only by accessing their operands; one that raises
//! exceptions of its own returns [`Faulting`]. How the engine goes on afterwards is the type inside
//! (`effect`). Both are constants of the types, so that a function which returns the wrong one does not
//! compile.
//!
//! An instruction either completes or leaves registers and flags as they were: it returns an error
//! before it changes any (repeated string instructions complete whole iterations). Nor does it
//! change memory, but for instructions that store several values: as with processors, those that
//! were stored before the fault stay.

pub mod cryptography;
pub mod general_purpose;
pub mod machinery;
pub mod simd_data_transfer;
pub mod simd_floating_point;
pub mod simd_integer;
pub mod state_management;
pub mod system;
pub mod x87_fpu;

pub use machinery::{
    effect, exception, flags, operand, segment, selector, simd_float, stack, state_image, string_repeat, x87,
};

pub use machinery::effect::{Branch, Direct, Jump, Leave, Repeated};
pub use machinery::exception::{AccessFault, Event, Exception, Faulting, InstructionError, Interruption, Outcome};
pub use machinery::machine::Machine;
pub use machinery::operand::Op;
pub use machinery::results::Results;
