//! Signals of a process without handlers: dispositions, mask and pending signals (signal(7)).

use crate::linux::abi::Encoded;
use crate::linux::abi::signals::{
    SIG_DFL, SIG_IGN, SIGCHLD, SIGCONT, SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH, SS_DISABLE,
    Sigaction, Sigaltstack,
};
use crate::linux::errno::Errno;

/// How many signals there are.
const COUNT: usize = 64;

/// Signals whose default action does not end the process: it ignores, stops or continues.
const HARMLESS: [u32; 8] = [SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH];

/// Dispositions, mask and pending signals. Signal 1 is at index 0 and bit 0.
#[derive(Clone, Debug)]
pub struct SignalState {
    actions: [Sigaction; COUNT],
    blocked: u64,
    pending: u64,
    /// The alternate stack.
    pub stack: Sigaltstack,
}

impl Default for SignalState {
    fn default() -> Self {
        let stack = Sigaltstack { ss_flags: SS_DISABLE, ..Sigaltstack::zeroed() };
        SignalState { actions: [Sigaction::zeroed(); COUNT], blocked: 0, pending: 0, stack }
    }
}

impl SignalState {
    /// Whether a signal has its default action.
    pub fn is_default(&self, signal: u8) -> bool {
        self.actions.get(usize::from(signal).wrapping_sub(1)).is_some_and(|action| action.sa_handler == SIG_DFL)
    }

    /// The disposition of a signal; EINVAL if there is no such signal.
    pub fn action(&self, signal: u32) -> Result<Sigaction, Errno> {
        let index = (signal as usize).wrapping_sub(1);
        self.actions.get(index).copied().ok_or(Errno::EINVAL)
    }

    /// Changes the disposition of a signal; EINVAL for SIGKILL and SIGSTOP, which have none.
    pub fn set_action(&mut self, signal: u32, action: Sigaction) -> Result<(), Errno> {
        match self.actions.get_mut((signal as usize).wrapping_sub(1)) {
            Some(slot) if signal != SIGKILL && signal != SIGSTOP => *slot = action,
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    /// What is left when a program is executed: handlers become the default action (execve(2)).
    pub fn reset(&mut self) {
        for action in &mut self.actions {
            let handler = if action.sa_handler == SIG_IGN { SIG_IGN } else { SIG_DFL };
            *action = Sigaction { sa_handler: handler, ..Sigaction::zeroed() };
        }
        self.stack = Sigaltstack { ss_flags: SS_DISABLE, ..Sigaltstack::zeroed() };
    }

    /// The blocked signals.
    pub fn blocked(&self) -> u64 {
        self.blocked
    }

    /// Blocks these signals and no others; SIGKILL and SIGSTOP cannot be blocked.
    pub fn set_blocked(&mut self, mask: u64) {
        self.blocked = mask & !(1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1));
    }

    /// The signals that were raised while they were blocked.
    pub fn pending(&self) -> u64 {
        self.pending
    }

    /// Raises a signal, which becomes pending if it is blocked; true if it ends the program now.
    pub fn raise(&mut self, signal: u32) -> bool {
        let bit = 1 << (signal - 1);
        if self.blocked & bit != 0 && signal != SIGKILL {
            self.pending |= bit;
            return false;
        }
        self.is_default(signal as u8) && !HARMLESS.contains(&signal)
    }

    /// Delivers the pending signals that are no longer blocked, and gives the first that ends the
    /// program.
    pub fn deliver_pending(&mut self) -> Option<u8> {
        let free = self.pending & !self.blocked;
        self.pending &= self.blocked;
        (1..=COUNT as u32)
            .filter(|signal| free >> (signal - 1) & 1 != 0)
            .find(|signal| self.raise(*signal))
            .map(|signal| signal as u8)
    }
}
