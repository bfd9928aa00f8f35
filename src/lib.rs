//! tab86 runs 32-bit x86 (IA-32) programs by interpretation, on any machine that runs Rust,
//! without trusting them.
#![forbid(unsafe_code)]

pub mod cli;
pub mod cpu;
pub mod decode;
pub mod engine;
pub mod float;
pub mod instructions;
pub mod linux;
pub mod memory;
pub mod table;
pub mod vectors;
pub mod vm;
