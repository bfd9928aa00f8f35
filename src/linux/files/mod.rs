//! The file tree that the guest sees: granted host directories, a few devices, nothing else.

mod devices;
mod location;
mod namespace;
mod path;
mod refusal;

pub use devices::Device;
pub use location::{Granted, Location, Resolved};
pub use namespace::Namespace;
pub use path::without_trailing_slash;
pub use refusal::{PathAccess, Refusal};
