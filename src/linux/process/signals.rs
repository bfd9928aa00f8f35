//! Signals of a process without handlers: dispositions, mask and pending signals (signal(7)).

use crate::linux::errno::Errno;

const SIGKILL: u32 = 9;
const SIGSTOP: u32 = 19;

/// How many signals there are.
const COUNT: usize = 64;

/// The disposition that stands for the default action.
const SIG_DFL: u32 = 0;

/// Signals whose default action ends nothing: SIGCHLD, SIGCONT, the four that stop, SIGURG and
/// SIGWINCH.
const HARMLESS: [u32; 8] = [17, 18, 19, 20, 21, 22, 23, 28];

/// What a program does about a signal: `struct sigaction` as the kernel has it.
#[derive(Clone, Copy, Default, Debug)]
pub struct SignalAction {
    /// Address of the handler, or SIG_DFL (0) or SIG_IGN (1).
    pub handler: u32,
    /// `SA_…` flags.
    pub flags: u32,
    /// Address of the code that calls `sigreturn`.
    pub restorer: u32,
    /// Signals that are blocked while the handler runs.
    pub mask: u64,
}

/// Dispositions, mask and pending signals. Signal 1 is at index 0 and bit 0.
#[derive(Clone, Debug)]
pub struct SignalState {
    actions: [SignalAction; COUNT],
    blocked: u64,
    pending: u64,
    /// The alternate stack: address, flags, size.
    pub stack: [u32; 3],
}

impl Default for SignalState {
    fn default() -> Self {
        const SS_DISABLE: u32 = 2;
        SignalState { actions: [SignalAction::default(); COUNT], blocked: 0, pending: 0, stack: [0, SS_DISABLE, 0] }
    }
}

impl SignalState {
    /// Whether a signal has its default action.
    pub fn is_default(&self, signal: u8) -> bool {
        self.actions.get(usize::from(signal).wrapping_sub(1)).is_some_and(|action| action.handler == SIG_DFL)
    }

    /// The disposition of a signal; EINVAL if there is no such signal.
    pub fn action(&self, signal: u32) -> Result<SignalAction, Errno> {
        let index = (signal as usize).wrapping_sub(1);
        self.actions.get(index).copied().ok_or(Errno::EINVAL)
    }

    /// Changes the disposition of a signal; EINVAL for SIGKILL and SIGSTOP, which have none.
    pub fn set_action(&mut self, signal: u32, action: SignalAction) -> Result<(), Errno> {
        match self.actions.get_mut((signal as usize).wrapping_sub(1)) {
            Some(slot) if signal != SIGKILL && signal != SIGSTOP => *slot = action,
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
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
