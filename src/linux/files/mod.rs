//! The file tree that the guest sees. Nodes are what is there, of whatever filesystem (`granted`, `tree`,
//! `proc`, `sys`, `dev`); places are where somebody found them; `walk` follows paths from place to place, `edit`
//! changes names, `changes` tells who watches, and `namespace` is where a world's tree is put together.

mod anonymous;
mod builder;
mod changes;
mod detached;
mod dev;
mod devices;
mod devpts;
mod edit;
mod facts;
mod granted;
mod mount;
mod mount_copy;
mod mount_point;
mod mounting;
mod namespace;
mod no_view;
mod node;
mod path;
mod pivot;
mod place;
mod proc;
mod propagation;
mod pseudo;
mod refusal;
pub mod rules;
mod sys;
mod tree;
mod view;
mod virtual_node;
mod walk;

pub use anonymous::{Anonymous, AnonymousNode};
pub use devices::Device;
pub use devpts::{PtsNode, open_terminal};
pub use edit::Editor;
pub use facts::{DescriptorFacts, ProcessFacts, RegionFacts, SystemFacts};
pub use granted::moment;
pub use mount_copy::MountCopy;
pub use mounting::{NewMount, NewTmpfs};
pub use namespace::Namespace;
pub use node::{Asker, Change, FilesystemStatus, LinkTarget, NewNode, NodeHandle};
pub use path::without_trailing_slash;
pub use place::{FilePlace, PlaceHandle};
pub use proc::filesystems;
#[cfg(feature = "cli")]
pub use refusal::Refusals;
pub use refusal::{PathAccess, Refusal};
pub use view::{IpcLimit, IpcListing, MountListing, ProcSetting, ProcessLink, SystemName, View};
pub use walk::{Found, Jumps, Manner, Walk};
