//! The host, as far as a guest may reach it: granted directories, the standard streams, the
//! clocks, and who runs us. No other file of the kernel touches the host.
//!
//! A guest's path becomes a host's path only through [`HostDirectory`], which cap-std confines to
//! the granted directory whatever links and dots the path contains.

mod attributes;
mod deck;
mod directory;
mod file;
mod interrupt;
mod listener;
mod lookup;
mod network;
mod opened;
#[cfg(unix)]
mod patience;
mod question;
mod replay_error;
mod resuming;
mod rewind;
mod special;
mod status;
mod streams;
mod system;
mod taped;
mod terminal;
mod waiting;
mod wake;

pub use directory::{Creation, DirectoryEntry, HostDirectory, Opening};
pub use file::HostFile;
pub use interrupt::Interrupt;
pub(crate) use interrupt::Pause;
pub use listener::HostListener;
pub use lookup::HostLookup;
pub use network::{Arrival, HostConnection, HostMessage};
pub use replay_error::{ReplayError, RunPlace};
pub use status::{FileStatus, FileTime, FileType, since_1970};
pub use system::moment;
pub use taped::Host;
pub use terminal::restore_terminal;
pub use wake::Readiness;
