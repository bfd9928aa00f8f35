//! Ctrl-C: the first one ends the run in good order, so that its statistics are printed; a second
//! one ends tab86 at once.

use crate::linux::Interrupt;

/// An interrupt that SIGINT and SIGTERM raise. Where that cannot be arranged they end tab86 as they
/// would any program.
#[cfg(unix)]
pub fn by_signals() -> Interrupt {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let Ok(interrupt) = Interrupt::new() else { return Interrupt::default() };
    if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
        let raising = interrupt.clone();
        std::thread::spawn(move || {
            for signal in signals.forever() {
                if raising.raised().is_some() {
                    std::process::exit(128 + signal);
                }
                raising.raise(signal as u8);
            }
        });
    }
    interrupt
}

/// An interrupt that nobody raises: Ctrl-C ends tab86 at once.
#[cfg(not(unix))]
pub fn by_signals() -> Interrupt {
    Interrupt::default()
}
