//! Threads that are traced (ptrace(2)): which, by whom, what each is stopped by, and its registers as a
//! tracer sees them.
//!
//! A tracee's [`TraceStop`]s are states of its thread. A thread in one waits, as in a call, but for nothing that
//! comes by itself: its tracer lets it go on. Everything about it is in a [`Tracee`], and all of them are in
//! [`Tracees`], which the world has: while that is empty nobody asks for more. It keeps those as well that
//! have ended and that their tracers have not waited for.
//!
//! How a thread gets into a stop and out of it is in `kernel/tracing`, requests are in `calls/ptrace`, and
//! what wait(2) tells is in `calls/wait_tracee`.

mod debug_registers;
mod register_set;
mod registers;
mod stop;
mod tracee;
mod tracees;
mod user_area;

pub use register_set::RegisterSet;
pub use registers::{CallState, read as read_registers, write as write_registers};
pub use stop::TraceStop;
pub use tracee::{EndedTracee, Resumption, Tracee};
pub use tracees::Tracees;
pub use user_area::{UserField, field as user_field};
