//! `/proc`: a table of entries, each a name, permission bits and a function that tells it from a
//! [`View`](super::View) of the world. A new file is a line in `process.rs`, `system.rs` or `sys.rs`.

mod cpuinfo;
mod descriptors;
mod entry;
mod net;
mod node;
mod process;
mod regions;
mod stat;
mod status;
mod sys;
mod system;

pub use node::ProcNode;
