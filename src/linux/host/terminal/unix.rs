//! The user's terminal where the host has termios.

use std::fs::File;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Signal, getpgrp, getpid, getppid, getsid, kill_process};
use rustix::termios::{self, Action, OptionalActions, QueueSelector, Termios};

use crate::linux::abi::terminal::{TCIOFF, TCOOFF, TCOON, Termios2, Winsize};

use super::modes;

/// A terminal whose settings the guest has changed.
struct ChangedTerminal {
    file: File,
    /// As the user had them.
    before: Termios,
    /// As the guest has them.
    now: Termios,
    /// Whether the user has the terminal for now.
    lent: bool,
}

/// The user's terminal, once it is changed. It is known to the whole process, so that whatever ends the
/// process can restore it.
static CHANGED: Mutex<Option<ChangedTerminal>> = Mutex::new(None);

/// The settings of a terminal.
pub fn terminal_settings(file: &File) -> io::Result<Termios2> {
    if let Some(changed) = &mut *changed() {
        changed.take_again();
    }
    Ok(modes::to_guest(&termios::tcgetattr(file)?))
}

/// Changes the settings of a terminal: after what was written has been shown, and with `discard` what was
/// typed is forgotten.
pub fn change_terminal(file: &File, settings: &Termios2, drain: bool, discard: bool) -> io::Result<()> {
    let before = termios::tcgetattr(file)?;
    let mut now = before.clone();
    modes::to_host(settings, &mut now);
    let moment = match (drain, discard) {
        (_, true) => OptionalActions::Flush,
        (true, _) => OptionalActions::Drain,
        _ => OptionalActions::Now,
    };
    note(file, before, now.clone())?;
    Ok(termios::tcsetattr(file, moment, &now)?)
}

/// Notes what a terminal is changed to, and the first time what it was.
fn note(file: &File, before: Termios, now: Termios) -> io::Result<()> {
    match &mut *changed() {
        Some(changed) => changed.now = now,
        none => *none = Some(ChangedTerminal { file: file.try_clone()?, before, now, lent: false }),
    }
    Ok(())
}

fn changed() -> MutexGuard<'static, Option<ChangedTerminal>> {
    CHANGED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ChangedTerminal {
    /// Who is in the background may not change a terminal, and would be stopped.
    fn is_in_background(&self) -> bool {
        termios::tcgetpgrp(&self.file).is_ok_and(|group| group != getpgrp())
    }

    fn set(&self, settings: &Termios) {
        if !self.is_in_background() {
            // Whoever took the terminal away does not want it changed either.
            let _ = termios::tcsetattr(&self.file, OptionalActions::Now, settings);
        }
    }

    /// Gives the terminal the guest's settings again, if the user has had it and gives it back.
    fn take_again(&mut self) {
        if self.lent && !self.is_in_background() {
            self.lent = false;
            self.set(&self.now);
        }
    }
}

/// Gives the user's terminal the settings that it had before a guest changed them. To be called before the
/// process ends; does nothing if no guest has changed them.
pub fn restore_terminal() {
    if let Some(changed) = changed().take() {
        changed.set(&changed.before);
    }
}

/// Gives the terminal the guest's settings again, after the process was stopped. A shell may let it go on
/// before it gives it the terminal.
pub fn resume_terminal() {
    const ATTEMPTS: u32 = 50;
    let Some(changed) = &mut *changed() else { return };
    // Whoever stopped us without asking has let the shell change the settings.
    changed.lent = true;
    for _ in 0..ATTEMPTS {
        changed.take_again();
        if !changed.lent {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Stops this process, as its user wants; meanwhile the terminal has the user's settings.
pub fn stop() {
    if let Some(changed) = &mut *changed() {
        changed.set(&changed.before);
        changed.lent = true;
    }
    let _ = kill_process(getpid(), Signal::STOP);
}

/// Whether somebody would let this process go on if it stopped: a shell of the same session that gave us a
/// process group of our own.
pub fn can_stop() -> bool {
    let Ok(session) = getsid(None) else { return false };
    session != getpgrp() && getppid().is_some_and(|parent| getsid(Some(parent)) == Ok(session))
}

/// The size of the window.
pub fn window(file: &File) -> io::Result<Winsize> {
    let termios::Winsize { ws_row, ws_col, ws_xpixel, ws_ypixel } = termios::tcgetwinsize(file)?;
    Ok(Winsize { ws_row, ws_col, ws_xpixel, ws_ypixel })
}

/// Changes the size of the window.
pub fn set_window(file: &File, window: Winsize) -> io::Result<()> {
    let Winsize { ws_row, ws_col, ws_xpixel, ws_ypixel } = window;
    Ok(termios::tcsetwinsize(file, termios::Winsize { ws_row, ws_col, ws_xpixel, ws_ypixel })?)
}

/// Discards what was typed, what was written, or both.
pub fn discard(file: &File, input: bool, output: bool) -> io::Result<()> {
    let queue = match (input, output) {
        (true, true) => QueueSelector::IOFlush,
        (true, false) => QueueSelector::IFlush,
        _ => QueueSelector::OFlush,
    };
    Ok(termios::tcflush(file, queue)?)
}

/// Stops output or input, or lets it go on (TCXONC).
pub fn control_flow(file: &File, action: u32) -> io::Result<()> {
    let action = match action {
        TCOOFF => Action::OOff,
        TCOON => Action::OOn,
        TCIOFF => Action::IOff,
        _ => Action::IOn,
    };
    Ok(termios::tcflow(file, action)?)
}

/// Waits until everything written has been shown.
pub fn drain(file: &File) -> io::Result<()> {
    Ok(termios::tcdrain(file)?)
}

/// Bytes that can be read without waiting.
pub fn bytes_waiting(file: &File) -> io::Result<u32> {
    Ok(u32::try_from(rustix::io::ioctl_fionread(file)?).unwrap_or(u32::MAX))
}
