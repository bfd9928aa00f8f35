//! System calls: one file for each family, and the table that names them all.

mod arguments;
mod attributes;
mod call;
mod clone;
mod copy;
mod directories;
mod exec;
mod extent;
mod fcntl;
mod files;
mod ids;
mod limits;
mod locks;
mod memory;
mod names;
mod open;
mod paths;
mod poll;
mod process;
mod programs;
mod readiness;
mod seek;
mod segments;
mod send_signal;
mod signals;
mod status;
mod table;
mod terminal;
mod threads;
mod time;
mod timers;
mod wait;
mod wait_signal;

pub use call::Args;
pub use exec::start;
pub use table::find;
