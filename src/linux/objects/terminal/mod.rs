//! Terminals (termios(3), pty(7)): `settings` and the line `discipline` are pure, bytes in and bytes out;
//! `pty` puts one between two ends, `device` adds who controls a terminal, and has the user's own as well.

mod characters;
mod device;
mod discipline;
mod echo;
mod ends;
mod erase;
mod flow;
mod input;
mod output;
mod pty;
mod settings;
mod table;

pub use device::{TerminalHandle, TerminalNotice};
pub use ends::PtyEnd;
pub use table::TerminalTable;
