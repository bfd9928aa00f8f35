//! The host, as far as a guest may reach it: granted directories, the standard streams, the
//! clocks, and who runs us. No other file of the kernel touches the host.
//!
//! A guest's path becomes a host's path only through [`HostDirectory`], which cap-std confines to
//! the granted directory whatever links and dots the path contains.

mod attributes;
mod directory;
mod file;
mod interrupt;
mod network;
mod status;
mod streams;
mod system;
mod terminal;

pub use attributes::{set_mode, set_owner, set_times};
pub use directory::{Creation, DirectoryEntry, HostDirectory, Opening};
pub use file::{read_at, write_all_at};
pub use interrupt::{Interrupt, Readiness};
pub use network::{Arrival, HostConnection, HostListener, HostLookup, HostMessage, resolve};
pub use status::{FileStatus, FileTime, FileType, since_1970};
pub use streams::{is_terminal, stream};
pub use system::{date, identity, moment, umask};
pub use terminal::{
    bytes_waiting, can_stop, change_terminal, control_flow, discard, drain, restore_terminal, resume_terminal,
    set_window, stop, terminal_settings, window,
};
