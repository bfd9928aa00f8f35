//! The terminal of the user who runs us: settings, window, stopping. The host has its line discipline; a
//! guest may change the settings, and the user gets them back whatever happens.

#[cfg(not(unix))]
mod fallback;
#[cfg(unix)]
mod modes;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use fallback::{
    bytes_waiting, can_stop, change_terminal, control_flow, discard, drain, restore_terminal, resume_terminal,
    set_window, stop, terminal_settings, window,
};
#[cfg(unix)]
pub use unix::{
    bytes_waiting, can_stop, change_terminal, control_flow, discard, drain, restore_terminal, resume_terminal,
    set_window, stop, terminal_settings, window,
};
