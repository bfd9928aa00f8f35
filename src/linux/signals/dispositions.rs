//! What each signal does in a process (sigaction(2)). Threads share it, fork(2) copies it.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::linux::abi::Encoded;
use crate::linux::abi::signals::{
    SA, SA_NOCLDWAIT, SA_NODEFER, SA_RESETHAND, SIG_DFL, SIG_IGN, SIGCHLD, SIGNALS, Sigaction,
};
use crate::linux::copy::{Copier, Duplicate, Uncopied, plain};
use crate::linux::errno::Errno;
use crate::linux::sync::lock;

use super::actions::{DefaultAction, UNBLOCKABLE, bit, default_action};

/// The actions of the 64 signals. Clones are the same actions, as processes have them that share them
/// (clone(2), CLONE_SIGHAND).
#[derive(Clone, Debug)]
pub struct Dispositions(Arc<Mutex<Actions>>);

type Actions = [Sigaction; SIGNALS as usize];

impl Default for Dispositions {
    fn default() -> Self {
        Dispositions(Arc::new(Mutex::new([Sigaction::zeroed(); SIGNALS as usize])))
    }
}

impl Dispositions {
    fn actions(&self) -> MutexGuard<'_, Actions> {
        lock(&self.0)
    }

    /// Equal actions that nobody shares.
    pub fn copied(&self) -> Dispositions {
        Dispositions(Arc::new(Mutex::new(*self.actions())))
    }

    /// The action of a signal; EINVAL if there is no such signal.
    pub fn get(&self, signal: u32) -> Result<Sigaction, Errno> {
        let index = (signal as usize).wrapping_sub(1);
        self.actions().get(index).copied().ok_or(Errno::EINVAL)
    }

    /// Changes the action of a signal; EINVAL for SIGKILL and SIGSTOP, whose action is fixed.
    ///
    /// Flags that the kernel does not know are cleared, so that a program can find out which ones it
    /// knows (sigaction(2), "Dynamically probing for flag bit support").
    pub fn set(&mut self, signal: u32, action: Sigaction) -> Result<(), Errno> {
        let mut actions = self.actions();
        let slot = actions.get_mut((signal as usize).wrapping_sub(1));
        let slot = slot.filter(|_| bit(signal) & UNBLOCKABLE == 0).ok_or(Errno::EINVAL)?;
        let Sigaction { sa_flags, sa_mask, .. } = action;
        *slot = Sigaction { sa_flags: sa_flags & SA.bits(), sa_mask: sa_mask & !UNBLOCKABLE, ..action };
        Ok(())
    }

    /// Takes the handler of a signal away: it does what it does by default.
    pub fn set_default(&mut self, signal: u32) {
        if let Some(action) = self.actions().get_mut((signal as usize).wrapping_sub(1)) {
            action.sa_handler = SIG_DFL;
        }
    }

    /// Whether a signal does nothing: it is ignored, or its default action is to do nothing.
    pub fn ignores(&self, signal: u32) -> bool {
        let harmless = matches!(default_action(signal), DefaultAction::Ignore | DefaultAction::Continue);
        match self.get(signal).map(|action| action.sa_handler) {
            Ok(SIG_IGN) => true,
            Ok(SIG_DFL) => harmless,
            _ => false,
        }
    }

    /// The action of a signal that is about to run its handler, which happens only once if the action
    /// says so.
    pub fn take_handler(&mut self, signal: u32) -> Option<Sigaction> {
        let action = self.get(signal).ok().filter(|action| !matches!(action.sa_handler, SIG_DFL | SIG_IGN))?;
        if action.sa_flags & SA_RESETHAND != 0 {
            self.set_default(signal);
        }
        Some(action)
    }

    /// The signals that are ignored, and those that have handlers.
    pub fn sets(&self) -> [u64; 2] {
        let with = |has: fn(u32) -> bool| {
            let actions = *self.actions();
            let numbers = (1..).zip(&actions).filter(|(_, action)| has(action.sa_handler));
            numbers.fold(0, |set, (signal, _)| set | bit(signal))
        };
        [with(|handler| handler == SIG_IGN), with(|handler| !matches!(handler, SIG_DFL | SIG_IGN))]
    }

    /// Whether children that end leave nothing to wait for: SIGCHLD is ignored, or has SA_NOCLDWAIT
    /// (wait(2), "NOTES").
    pub fn reaps_children(&self) -> bool {
        self.get(SIGCHLD).is_ok_and(|action| action.sa_handler == SIG_IGN || action.sa_flags & SA_NOCLDWAIT != 0)
    }

    /// Signals whose handlers are there no more do what they do by default; ignored ones stay ignored
    /// (clone(2), CLONE_CLEAR_SIGHAND).
    pub fn clear_handlers(&mut self) {
        *self = self.copied();
        for action in self.actions().iter_mut() {
            let sa_handler = if action.sa_handler == SIG_IGN { SIG_IGN } else { SIG_DFL };
            *action = Sigaction { sa_handler, ..Sigaction::zeroed() };
        }
    }
}

/// The action that signal(2) as a system call asks for: a handler that runs once, and may be
/// interrupted by its own signal.
pub fn once(handler: u32) -> Sigaction {
    Sigaction { sa_handler: handler, sa_flags: SA_RESETHAND | SA_NODEFER, ..Sigaction::zeroed() }
}

impl Duplicate for Dispositions {
    fn duplicate(&self, copier: &mut Copier) -> Result<Self, Uncopied> {
        Ok(Dispositions(self.0.duplicate(copier)?))
    }
}

plain!(Actions);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::abi::signals::{SA_RESTART, SIGCONT, SIGKILL, SIGTERM, SIGUSR1};

    fn with(signal: u32, sa_handler: u32, sa_flags: u32) -> Dispositions {
        let mut all = Dispositions::default();
        all.set(signal, Sigaction { sa_handler, sa_flags, sa_mask: u64::MAX, sa_restorer: 0 }).unwrap();
        all
    }

    #[test]
    fn unknown_flags_are_cleared_and_some_signals_stay_unmasked() {
        let action = with(SIGTERM, 0x1000, SA_RESTART | 0x400 | 0x20).get(SIGTERM).unwrap();
        assert_eq!((action.sa_flags, action.sa_mask), (SA_RESTART, !UNBLOCKABLE));
        for signal in [0, SIGKILL, 19, 65, u32::MAX] {
            assert_eq!(Dispositions::default().set(signal, Sigaction::zeroed()), Err(Errno::EINVAL), "{signal}");
        }
    }

    #[test]
    fn a_program_inherits_what_is_ignored_and_no_handler() {
        let mut all = with(SIGTERM, SIG_IGN, 0);
        all.set(SIGUSR1, Sigaction { sa_handler: 0x1000, ..Sigaction::zeroed() }).unwrap();
        all.clear_handlers();
        assert_eq!((all.get(SIGTERM).unwrap().sa_handler, all.get(SIGUSR1).unwrap().sa_handler), (SIG_IGN, SIG_DFL));
        assert!(all.ignores(SIGTERM) && all.ignores(SIGCHLD) && all.ignores(SIGCONT) && !all.ignores(SIGUSR1));
    }

    #[test]
    fn a_handler_that_runs_once_is_gone_afterwards() {
        let mut all = with(SIGUSR1, 0x1000, SA_RESETHAND);
        assert_eq!(all.take_handler(SIGUSR1).map(|action| action.sa_handler), Some(0x1000));
        assert_eq!(all.take_handler(SIGUSR1), None);
    }
}
