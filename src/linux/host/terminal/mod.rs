//! The terminal of the user who runs us: settings, window, stopping. The host has its line discipline; a
//! guest may change the settings, and the user gets them back whatever happens.

#[cfg(not(unix))]
mod fallback;
#[cfg(unix)]
mod modes;
#[cfg(unix)]
mod unix;

use std::fs::File;
use std::io;

#[cfg(not(unix))]
use fallback as system;
#[cfg(unix)]
use unix as system;

use crate::linux::abi::Encoded;
use crate::linux::abi::terminal::{Termios2, Winsize};
use crate::linux::errno::Errno;

use super::file::HostFile;
use super::interrupt::Interrupt;
use super::question::Question;
use super::taped::Host;

#[cfg(not(unix))]
pub use fallback::restore_terminal;
#[cfg(unix)]
pub use unix::restore_terminal;

impl Host {
    /// Whether somebody would let this process go on if it stopped.
    pub fn can_stop(&self) -> bool {
        self.tell(Question::CanStop, system::can_stop)
    }

    /// Stops this process, as its user wants, until it hears a signal. A replay does not stop.
    pub fn stop(&self, interrupt: &Interrupt, until: u8) {
        if !self.is_replaying() {
            system::stop();
            interrupt.await_signal(until);
        }
    }

    /// Gives the terminal the guest's settings again, after the process was stopped.
    pub fn resume_terminal(&self) {
        if !self.is_replaying() {
            system::resume_terminal();
        }
    }
}

/// What a terminal of the host can do.
impl HostFile {
    /// An answer as the guest would see it in memory.
    fn structure<T: Encoded>(&self, question: Question, ask: impl FnOnce(&File) -> io::Result<T>) -> Result<T, Errno> {
        let bytes = self.host().ask(question, || Ok(ask(self.real()?)?.to_bytes()))?;
        Ok(T::decode(&mut bytes.as_slice()))
    }

    fn control(&self, control: impl FnOnce(&File) -> io::Result<()>) -> Result<(), Errno> {
        self.host().ask(Question::ControlTerminal, || Ok(control(self.real()?)?))
    }

    /// The settings.
    pub fn terminal_settings(&self) -> Result<Termios2, Errno> {
        self.structure(Question::TerminalSettings, system::terminal_settings)
    }

    /// Changes the settings: after what was written has been shown, and with `discard` what was typed is forgotten.
    pub fn change_terminal(&self, settings: &Termios2, drain: bool, discard: bool) -> Result<(), Errno> {
        self.control(|file| system::change_terminal(file, settings, drain, discard))
    }

    /// The size of the window.
    pub fn window(&self) -> Result<Winsize, Errno> {
        self.structure(Question::Window, system::window)
    }

    /// Changes the size of the window.
    pub fn set_window(&self, window: Winsize) -> Result<(), Errno> {
        self.control(|file| system::set_window(file, window))
    }

    /// Discards what was typed, what was written, or both.
    pub fn discard(&self, input: bool, output: bool) -> Result<(), Errno> {
        self.control(|file| system::discard(file, input, output))
    }

    /// Stops output or input, or lets it go on (TCXONC).
    pub fn control_flow(&self, action: u32) -> Result<(), Errno> {
        self.control(|file| system::control_flow(file, action))
    }

    /// Waits until everything written has been shown.
    pub fn drain(&self) -> Result<(), Errno> {
        self.control(system::drain)
    }

    /// Bytes that can be read without waiting.
    pub fn bytes_waiting(&self) -> Result<u32, Errno> {
        self.host().ask(Question::BytesWaiting, || Ok(system::bytes_waiting(self.real()?)?))
    }
}
