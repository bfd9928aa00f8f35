//! Watching files (inotify(7)): who watches what, the events that a program has not read yet, and the descriptor
//! to read them from. The files layer tells [`Watches`] of every change.

mod event;
mod events;
mod instance;
mod watches;

pub use instance::Inotify;
pub use watches::{Departure, News, Watches};
