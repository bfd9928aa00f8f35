//! The state of a process: address space, descriptors, credentials, resource limits, signals.

mod credentials;
mod descriptors;
mod limits;
mod paths;
mod ranges;
mod shared_mappings;
mod space;
mod state;
mod user_descriptor;

pub use credentials::Credentials;
pub use descriptors::Descriptors;
pub use limits::INFINITY;
pub use ranges::Ranges;
pub use shared_mappings::SharedMapping;
pub use space::{PAGE, TASK_SIZE, permissions};
pub use state::{PID, Process, Termination};
pub use user_descriptor::UserDescriptor;
