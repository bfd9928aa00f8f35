//! The objects that descriptors refer to.

mod channel;
pub mod contents;
mod epoll;
mod eventfd;
mod fifo;
mod inotify;
mod listing;
mod locks;
mod mount_context;
mod object;
mod open_file;
mod pidfd;
mod pipe;
mod records;
mod stream;
mod terminal;
mod timerfd;
pub mod transfer;

pub use channel::Channel;
pub use contents::{ContentsClaim, ContentsTable, FileContents};
pub use epoll::{Epoll, Interest, WatchedFile};
pub use eventfd::Eventfd;
pub use fifo::FifoOpening;
pub use inotify::{Departure, Inotify, News, Watches};
pub use listing::OpenListing;
pub use locks::{LockTable, LockTableHandle, LockTicket, LockWait};
pub use mount_context::{MountContext, MountPhase};
pub use object::Object;
pub use open_file::{MAX_SMALL, OpenFile, OpenFileHandle};
pub use pidfd::{Pidfd, ProcessEnd};
pub use pipe::{Pipe, PipeEnd, PipeHandle};
pub use records::{LockOwner, RecordLock};
pub use stream::HostStream;
pub use terminal::{PtyEnd, TerminalHandle, TerminalNotice, TerminalTable};
pub use timerfd::Timerfd;
