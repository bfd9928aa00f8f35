//! The binary interface of i386 Linux as data: the names of flags and other constants, the layout of
//! structures, and what the arguments of a call are.
//!
//! Each is declared once. The calls take their constants and structures from here, the table of
//! calls says which flags a call knows and what its arguments point to, and `--strace` prints all
//! that follows from it. Nothing here does anything.

mod encoding;
mod meaning;
mod names;
mod signature;

pub mod administration;
pub mod aio;
pub mod arch;
pub mod capabilities;
pub mod clone;
pub mod epoll;
pub mod fanotify;
pub mod files;
pub mod inotify;
pub mod ipc;
pub mod ipc_status;
pub mod keys;
pub mod landlock;
pub mod memory;
pub mod memory_policy;
pub mod mount_api;
pub mod mqueue;
pub mod netlink;
pub mod poll;
pub mod prctl;
pub mod process;
pub mod ptrace;
pub mod seccomp;
pub mod siginfo;
pub mod signal_frame;
pub mod signals;
pub mod socket_diagnosis;
pub mod socket_options;
pub mod sockets;
pub mod status;
pub mod terminal;
pub mod time;

pub use encoding::Encoded;
pub use meaning::{Count, Layout, Meaning, StructureField};
pub use names::{NameSet, Named};
pub use signature::{CallArgument, CallSignature, Choice, are_checked};
