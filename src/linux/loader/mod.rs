//! From a file to a process that is ready for its first instruction.

mod elf;
mod file;
mod header;
mod image;
mod stack;

pub use elf::{PIE_BASE, is_elf, read};
pub use file::{ProgramFile, ProgramImage};
pub use image::{Start, load, load_flat};
pub use stack::Strings;
