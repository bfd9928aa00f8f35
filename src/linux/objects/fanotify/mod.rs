//! Groups of marks on files, mounts and filesystems (fanotify(7)): what has happened to what is marked, with a
//! descriptor of it, and whether somebody may open or read it.

mod event;
mod group;
mod instance;
mod marks;

pub use event::{MarkedFile, Permission};
pub use group::{FanotifyEvent, FanotifyGroup};
pub use instance::Fanotify;
pub use marks::{FanotifyMarks, FileNews, MarkChange, Marked};
