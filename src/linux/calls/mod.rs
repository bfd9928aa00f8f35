//! System calls: one file for each family, and the table that names them all.

mod arguments;
mod attributes;
mod call;
mod directories;
mod files;
mod ids;
mod limits;
mod memory;
mod names;
mod open;
mod poll;
mod process;
mod segments;
mod send_signal;
mod signals;
mod status;
mod table;
mod terminal;
mod threads;
mod time;
mod timers;
mod wait_signal;

pub use call::Args;
pub use table::find;
