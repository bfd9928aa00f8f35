//! The state of a process: address space, descriptors, credentials, resource limits, signals.

mod aio;
mod capabilities;
mod copy;
mod credentials;
mod descriptors;
mod growth;
mod habits;
mod init;
mod lifetime;
mod limits;
mod policies;
mod program;
mod ranges;
mod sharing;
mod space;
mod standing;
mod state;
mod usage;
mod user_descriptor;

pub use aio::AioContext;
pub use capabilities::Capabilities;
pub use credentials::Credentials;
pub use lifetime::{ChildEvent, ProcessState, Termination};
pub use limits::INFINITY;
pub use policies::MemoryPolicy;
pub use program::{FoundProgram, RunningProgram};
pub use ranges::Ranges;
pub use sharing::Sharing;
pub use space::{InitialStack, LOWEST, PAGE, Space, TASK_SIZE, is_data, is_free, is_mapped, is_stack, permissions};
pub use state::{FIRST_PID, INIT_PID, Process};
pub use usage::Usage;
pub use user_descriptor::UserDescriptor;
