//! Where the host has no termios: settings that nobody sees to are kept as they were set, so that programs
//! which read them back are content, and lines are read as the host gives them.

use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

use crate::linux::abi::terminal::{Termios2, Winsize};

/// The settings that were set last.
static SETTINGS: Mutex<Termios2> = Mutex::new(Termios2::INITIAL);

/// The settings of a terminal.
pub fn terminal_settings(_: &File) -> io::Result<Termios2> {
    Ok(*SETTINGS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Notes the settings.
pub fn change_terminal(_: &File, settings: &Termios2, _: bool, _: bool) -> io::Result<()> {
    *SETTINGS.lock().unwrap_or_else(PoisonError::into_inner) = *settings;
    Ok(())
}

/// Nothing has been changed.
pub fn restore_terminal() {}

/// Nothing has been changed.
pub fn resume_terminal() {}

/// A process cannot be stopped.
pub fn stop() {}

/// A process cannot be stopped.
pub fn can_stop() -> bool {
    false
}

/// The size of the window, as the environment tells it; else 24 and 80.
pub fn window(_: &File) -> io::Result<Winsize> {
    let number = |name, otherwise| std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise);
    Ok(Winsize { ws_row: number("LINES", 24), ws_col: number("COLUMNS", 80), ws_xpixel: 0, ws_ypixel: 0 })
}

/// The window keeps its size.
pub fn set_window(_: &File, _: Winsize) -> io::Result<()> {
    Ok(())
}

/// Nothing can be discarded.
pub fn discard(_: &File, _: bool, _: bool) -> io::Result<()> {
    Ok(())
}

/// Nothing can be stopped.
pub fn control_flow(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// What was written is shown at once.
pub fn drain(_: &File) -> io::Result<()> {
    Ok(())
}

/// Nobody can tell.
pub fn bytes_waiting(_: &File) -> io::Result<u32> {
    Ok(0)
}
