//! What a program that embeds the library relies on: memory, and the virtual machine with its hooks.

mod files;
mod hooks;
mod lending;
mod memory;
mod snapshot;
mod vm;
