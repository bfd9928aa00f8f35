//! Signals from the terminal and from other programs go to the guest. One that has no handler for them
//! ends, in good order, so that its statistics are printed; a second Ctrl-C within a second ends tab86 at
//! once, whatever the guest makes of the first.

#[cfg(unix)]
use std::time::{Duration, Instant};

use crate::linux::Interrupt;

/// The time in which two Ctrl-C mean it.
#[cfg(unix)]
const INSISTING: Duration = Duration::from_secs(1);

/// An interrupt that the host's signals raise. Where that cannot be arranged they end tab86 as they
/// would any program.
#[cfg(unix)]
pub fn by_signals() -> Interrupt {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH};
    use signal_hook::iterator::Signals;

    let Ok(interrupt) = Interrupt::new() else { return Interrupt::default() };
    if let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH]) {
        let raising = interrupt.clone();
        std::thread::spawn(move || {
            let mut last: Option<Instant> = None;
            for signal in signals.forever() {
                let again = last.is_some_and(|last| last.elapsed() < INSISTING);
                if signal == SIGINT && again {
                    std::process::exit(128 + signal);
                }
                if signal == SIGINT {
                    last = Some(Instant::now());
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
