//! tab86 runs 32-bit x86 (IA-32) programs by interpretation, on any machine that runs Rust, without
//! trusting them.
//!
//! The instruction set is one file, `opcodes.json`: the instruction tables of Intel's Software
//! Developer's Manual (SDM), a row a line. Everything else follows from it.
//!
//! # Running a program
//!
//! A [`vm::Vm`] is a machine with a kernel behind it:
//!
//! ```
//! use tab86::vm::{Stop, Vm};
//!
//! // mov eax, 1 (exit); mov ebx, 7; int 0x80
//! let code = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80];
//! let mut vm = Vm::new(128);
//! assert_eq!(vm.execute_bytes(&code, 0).unwrap(), Stop::Exit(7));
//! assert_eq!(vm.executed(), 3);
//! ```
//!
//! # Watching it
//!
//! Hooks see interrupts, instructions, blocks and memory accesses; unused ones cost nothing:
//!
//! ```
//! # use tab86::vm::{Stop, Vm};
//! let mut vm = Vm::new(4096);
//! vm.on_instruction(|machine, instruction| println!("{:#x}: {instruction}", machine.cpu.eip));
//! vm.write(0, &[0x40, 0x40, 0xcc]).unwrap(); // inc eax; inc eax; int3
//! assert_eq!(vm.run(100), Stop::Breakpoint);
//! assert_eq!(vm.registers().get("eax"), Some(2));
//! ```
//!
//! # How it works
//!
//! Data moves one way: bytes, instruction, block, handler, state.
//!
//! 1. [`table`]: the rows, and the look-up that finds the row of an encoding.
//! 2. [`decode`]: bytes to an [`Instruction`](decode::Instruction).
//! 3. [`engine`]: instructions to blocks of handlers, run one after another.
//! 4. `instructions` (not public): what each instruction does to [`cpu`] and [`memory`], with numbers
//!    from `float`.
//! 5. [`linux`]: what the program believes to run on.
//!
//! Beside them stand `vectors` (a feature of the package), which replays what real processors did,
//! and [`vm`], the interface above.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cpu;
pub mod decode;
pub mod engine;
#[cfg(feature = "cli")]
pub mod gdb;
#[doc(hidden)]
pub mod internals;
pub mod linux;
pub mod memory;
pub mod recording;
pub mod table;
#[cfg(feature = "vectors")]
pub mod vectors;
pub mod vm;

mod float;
mod instructions;
#[cfg(feature = "cli")]
mod timeline;
