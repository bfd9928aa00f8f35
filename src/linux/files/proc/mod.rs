//! `/proc` (proc(5)). A new file is a line in `process.rs`, `system.rs` or `sys/`.

mod config;
mod cpuinfo;
mod descriptors;
mod limits;
mod memory;
mod namespaces;
mod net;
mod process;
mod processor;
mod regions;
mod scheduling;
mod stat;
mod status;
mod sys;
mod system;
mod usage;

pub use system::{PROC, filesystems};
