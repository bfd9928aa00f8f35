//! From a file to a process that is ready for its first instruction.

mod elf;
mod header;
mod image;
mod stack;

pub use elf::is_elf;
pub use image::{load, load_flat};
