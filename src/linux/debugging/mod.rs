//! What a debugger outside of the world reads and changes in it: threads, their registers, memory of any
//! process, files as the guest sees them. It leaves no trace of that in the world but what it changes.
//!
//! When the world stands still, and why, is in `kernel/debugger`.

mod files;
mod memory;
mod registers;
mod threads;

pub use files::DebugFile;
