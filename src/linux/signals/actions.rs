//! What signals do by default (signal(7), "Standard signals"), and sets of signals as bits: signal 1 is
//! bit 0.

use crate::linux::abi::signals::{
    SIGABRT, SIGBUS, SIGCHLD, SIGCONT, SIGFPE, SIGILL, SIGKILL, SIGNALS, SIGQUIT, SIGSEGV, SIGSTOP, SIGSYS, SIGTRAP,
    SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH, SIGXCPU, SIGXFSZ,
};

/// What a signal does that has neither a handler nor is ignored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefaultAction {
    /// Nothing.
    Ignore,
    /// Ends the process.
    Terminate,
    /// Ends the process, and says that it left a core file.
    Core,
    /// Stops the process until SIGCONT.
    Stop,
    /// Lets a stopped process go on. That happens when it is sent; its delivery does nothing.
    Continue,
}

/// The signals that cannot be blocked, caught or ignored.
pub const UNBLOCKABLE: u64 = bit(SIGKILL) | bit(SIGSTOP);

/// The signals that the instruction which just ran may have caused: they come before all others
/// (`SYNCHRONOUS_MASK`), so that their handlers see the registers that it left.
pub const SYNCHRONOUS: u64 = bit(SIGSEGV) | bit(SIGBUS) | bit(SIGILL) | bit(SIGTRAP) | bit(SIGFPE) | bit(SIGSYS);

/// The signals that stop a process by default.
const STOPPING: u64 = bit(SIGSTOP) | bit(SIGTSTP) | bit(SIGTTIN) | bit(SIGTTOU);

/// The set of one signal; empty for what is none.
pub const fn bit(signal: u32) -> u64 {
    if is_signal(signal) { 1 << (signal - 1) } else { 0 }
}

/// Whether there is a signal with this number.
pub const fn is_signal(number: u32) -> bool {
    number >= 1 && number <= SIGNALS
}

/// What a signal does by default.
pub fn default_action(signal: u32) -> DefaultAction {
    match signal {
        SIGCHLD | SIGURG | SIGWINCH => DefaultAction::Ignore,
        SIGCONT => DefaultAction::Continue,
        SIGSTOP | SIGTSTP | SIGTTIN | SIGTTOU => DefaultAction::Stop,
        SIGQUIT | SIGILL | SIGTRAP | SIGABRT | SIGBUS | SIGFPE | SIGSEGV | SIGXCPU | SIGXFSZ | SIGSYS => {
            DefaultAction::Core
        }
        _ => DefaultAction::Terminate,
    }
}

/// The signals that must leave every queue of a process when this one is sent to it, or to one of its
/// threads: SIGCONT takes stop signals away, and they take SIGCONT away.
pub fn opposites(signal: u32) -> u64 {
    match default_action(signal) {
        DefaultAction::Continue => STOPPING,
        DefaultAction::Stop => bit(SIGCONT),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_and_going_on_undo_each_other() {
        for signal in 1..=SIGNALS {
            let stops = default_action(signal) == DefaultAction::Stop;
            assert_eq!(stops, opposites(SIGCONT) & bit(signal) != 0, "{signal}");
            assert_eq!(stops, opposites(signal) == bit(SIGCONT), "{signal}");
        }
        assert_eq!((bit(0), bit(1), bit(64), bit(65)), (0, 1, 1 << 63, 0));
    }
}
