//! System calls: one file for each family, and the table that names them all.

mod arguments;
mod attributes;
mod call;
mod copy;
mod directories;
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
mod seek;
mod segments;
mod signals;
mod status;
mod table;
mod terminal;
mod threads;
mod time;

pub use call::Args;
pub use table::find;
