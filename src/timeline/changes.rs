//! What is changed from outside while the world stands still, and decided about its signals. It happens again at the
//! same instruction when the world comes there again. Who changes the past makes another future: what was known of it
//! is forgotten.

use crate::engine::{Environment, Machine};
use crate::linux::Kernel;
use crate::recording::TapePosition;

use super::{Alteration, Timeline};

impl Timeline {
    /// Changes something; whether it could.
    pub fn alter(&mut self, mut alteration: Alteration) -> bool {
        if !self.host.is_changeable() {
            self.complaint = Some("a recording can only be looked at: nothing in its program can be changed".into());
            return false;
        }
        let (m, kernel) = self.vm.parts();
        let could = alteration(m, kernel);
        if could {
            self.branch();
            self.alterations.entry(self.count()).or_default().push(alteration);
        }
        could
    }

    /// Writes to the memory of a process; whether all of it could be written.
    pub fn poke(&mut self, pid: u32, address: u32, bytes: &[u8]) -> bool {
        let bytes = bytes.to_vec();
        self.alter(Box::new(move |m, kernel| kernel.poke(m, pid, address, &bytes) == bytes.len()))
    }

    /// Ends a process. That of a recording ends with its whole world.
    pub fn kill(&mut self, pid: u32) {
        if self.host.is_changeable() {
            self.alter(Box::new(move |_, kernel| {
                kernel.kill(pid);
                true
            }));
            return;
        }
        self.host.leave();
        let (_, kernel) = self.vm.parts();
        kernel.debug_threads().iter().for_each(|thread| kernel.kill(thread.pid));
    }

    /// From here on the world is another one than it may have been.
    pub(super) fn branch(&mut self) {
        let now = self.count();
        // What is undone instruction by instruction is what they changed.
        self.window.clear();
        self.alterations.split_off(&(now + 1));
        self.decisions.split_off(&(now + 1, 0));
        let moment = self.moment();
        self.holds.retain(|at, _| *at <= moment);
        self.turns.forget_after(now);
        self.host.aside(|| self.marks.forget_after(now));
        self.host.cut();
    }

    /// The signal that the running thread is held at is delivered, or another one, or none; the same as the last time
    /// that the world was here, or another future begins.
    pub(super) fn decide(&mut self, signal: Option<u32>) {
        let held = self.kernel().held_signal().map(|info| info.signal);
        let place = (self.count(), self.kernel().running().1);
        let before = self.decisions.get(&place).copied().unwrap_or(held);
        if before != signal && self.host.is_changeable() {
            self.branch();
            self.decisions.insert(place, signal);
        }
        let decided = if self.host.is_changeable() { signal } else { held };
        let (m, kernel) = self.vm.parts();
        kernel.release(m, decided);
    }

    /// A thread that is held at a signal goes on as it did.
    pub(super) fn decide_again(&mut self) {
        if self.kernel().held_signal().is_some() {
            // Perhaps it stands still first.
            self.hold_again();
        }
        while let Some(info) = self.kernel().held_signal() {
            let place = (self.count(), self.kernel().running().1);
            let signal = self.decisions.get(&place).copied().unwrap_or(Some(info.signal));
            let (m, kernel) = self.vm.parts();
            kernel.release(m, signal);
        }
    }

    /// Whether something was decided about signals that are still to come.
    pub(super) fn has_decided_later(&self) -> bool {
        self.decisions.range((self.count() + 1, 0)..).next().is_some()
    }

    /// What was changed from outside at this count is changed again.
    pub(super) fn alter_again(&mut self) {
        let count = self.count();
        if self.is_before_hold() && self.kernel().held_signal().is_none() {
            let (m, kernel) = self.vm.parts();
            Environment::entering(kernel, m);
        }
        let (m, kernel): (&mut Machine, &mut Kernel) = self.vm.parts();
        for alteration in self.alterations.get_mut(&count).into_iter().flatten() {
            alteration(m, kernel);
        }
        if self.hold_again() {
            self.decide_again();
        }
    }

    /// How many of some instructions there are before the next change from outside, and before the end of a recording.
    pub(super) fn budget(&self, wanted: u64) -> u64 {
        let now = self.count();
        let altered = self.alterations.range(now + 1..).next().map(|(count, _)| *count);
        let held = self.holds.range((now + 1, TapePosition::default())..).next().map(|((count, _), _)| *count);
        let end = altered.into_iter().chain(held).fold(self.limit, u64::min);
        wanted.min(end.saturating_sub(now))
    }
}
