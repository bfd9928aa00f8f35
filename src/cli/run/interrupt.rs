//! Signals from the terminal and from other programs go to the guest. One that has no handler for them
//! ends, in good order, so that its statistics are printed; a second Ctrl-C within a second ends tab86 at
//! once, whatever the guest makes of the first, unless the guest is a shell with jobs of its own; and a signal that nobody
//! comes to take does so after a while.

#[cfg(unix)]
use std::time::{Duration, Instant};

use crate::linux::Interrupt;
#[cfg(unix)]
use crate::linux::restore_terminal;

/// The time in which two Ctrl-C mean it.
#[cfg(unix)]
const INSISTING: Duration = Duration::from_secs(1);

/// The time after which a world that has not taken a signal does not take it any more.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(5);

/// An interrupt that the host's signals raise. Where that cannot be arranged they end tab86 as they
/// would any program.
#[cfg(unix)]
pub fn by_signals() -> Interrupt {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
    use signal_hook::iterator::Signals;

    let Ok(interrupt) = Interrupt::new() else { return Interrupt::default() };
    let mut wanted = vec![SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH];
    if has_terminal() {
        // The guest has the jobs of the terminal, and stops us if its first one is stopped.
        wanted.extend([SIGTSTP, SIGCONT]);
    }
    if let Ok(mut signals) = Signals::new(wanted) {
        let raising = interrupt.clone();
        std::thread::spawn(move || {
            let mut last: Option<Instant> = None;
            for signal in signals.forever() {
                let again = last.is_some_and(|last| last.elapsed() < INSISTING);
                if signal == SIGINT && again && !raising.has_jobs() {
                    restore_terminal();
                    std::process::exit(128 + signal);
                }
                if signal == SIGINT {
                    last = Some(Instant::now());
                }
                raising.raise(signal as u8);
                if [SIGHUP, SIGQUIT, SIGTERM].contains(&signal) {
                    end_if_nobody_takes(&raising, signal);
                }
            }
        });
    }
    interrupt
}

/// Ends tab86 if the world does not come to look at a signal: it hangs, in the host or in itself.
#[cfg(unix)]
fn end_if_nobody_takes(interrupt: &Interrupt, signal: i32) {
    let interrupt = interrupt.clone();
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if interrupt.raised().is_some() {
            restore_terminal();
            std::process::exit(128 + signal);
        }
    });
}

/// Whether the guest gets a terminal.
#[cfg(unix)]
fn has_terminal() -> bool {
    use std::io::{self, IsTerminal};
    io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()
}

/// An interrupt that nobody raises: Ctrl-C ends tab86 at once.
#[cfg(not(unix))]
pub fn by_signals() -> Interrupt {
    Interrupt::default()
}
