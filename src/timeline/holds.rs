//! Processes that stand still while others go on. Who does is part of a world's history: going back, the same ones
//! stand still at the same moments.

use std::collections::{BTreeMap, BTreeSet};

use crate::linux::{DebugEvent, Kernel};
use crate::recording::TapePosition;

use super::Timeline;
use super::halt::Halt;

impl Timeline {
    /// Lets these processes, and no others, stand still from now on, and gives others the signals that were chosen for
    /// threads which were held at one, or delivers none. Whether it can be done; all that may change who stands still
    /// is another future.
    pub fn arrange(&mut self, held: &BTreeSet<u32>, signals: &BTreeMap<u32, u32>) -> bool {
        if !self.host.is_changeable() {
            return held.is_empty();
        }
        if held.is_empty() && self.holds.is_empty() && signals.is_empty() {
            return true;
        }
        self.begin_before(held);
        self.choose(held, signals);
        self.hold_again();
        if self.in_force() != *held {
            self.branch();
            self.holds.insert(self.moment(), held.clone());
            self.host.rest_here();
            self.hold_again();
        }
        self.sort_halts();
        true
    }

    /// Whether a process stands still now while others go on.
    pub fn holds(&self, pid: u32) -> bool {
        self.in_force().contains(&pid)
    }

    /// A call at whose beginning a thread stands is made before its process stands still: nobody could begin it later.
    fn begin_before(&mut self, held: &BTreeSet<u32>) {
        let (pid, tid) = self.kernel().running();
        if !held.contains(&pid) {
            return;
        }
        if let Some(event) = self.begun.take() {
            self.complaint =
                Some(format!("thread {tid} makes the call that it is about to make before it stands still"));
            let first = self.begin_call(event);
            first.into_iter().for_each(|halt| self.halts.push_front(halt));
        }
    }

    /// What becomes of the signals that threads are held at which go on now, but for the running one.
    fn choose(&mut self, held: &BTreeSet<u32>, signals: &BTreeMap<u32, u32>) {
        let (count, running) = (self.count(), self.kernel().running().1);
        let others = self.kernel().other_held_signals();
        for (tid, signal) in signals.clone() {
            if tid != running && !others.iter().any(|(other, _)| *other == tid) {
                self.alter(Box::new(move |_, kernel| kernel.give_signal(tid, signal)));
            }
        }
        for (tid, info) in others {
            let goes_on = self.kernel().process_of(tid).is_some_and(|pid| !held.contains(&pid));
            let chosen = signals.get(&tid).copied();
            if goes_on && self.decisions.get(&(count, tid)).copied().unwrap_or(Some(info.signal)) != chosen {
                self.branch();
                self.decisions.insert((count, tid), chosen);
            }
        }
    }

    /// The processes that are to stand still now.
    fn in_force(&self) -> BTreeSet<u32> {
        self.holds.range(..=self.moment()).next_back().map(|(_, held)| held.clone()).unwrap_or_default()
    }

    /// Lets those processes stand still that did at this moment; whether that changes anything.
    pub(super) fn hold_again(&mut self) -> bool {
        if self.holds.is_empty() {
            return false;
        }
        let (held, count) = (self.in_force(), self.count());
        let Timeline { vm, decisions, .. } = self;
        let (_, kernel) = vm.parts();
        kernel.hold(&held, |tid, signal| decisions.get(&(count, tid)).copied().unwrap_or(Some(signal)))
    }

    /// Whether somebody began to stand still, or to go on, at this instruction count.
    pub(super) fn holds_here(&self) -> bool {
        let count = self.count();
        self.holds.range((count, TapePosition::default())..).next().is_some_and(|((at, _), _)| *at == count)
    }

    /// Whether it was at this instruction count, but perhaps not yet: the kernel has its turn first. A world that waits
    /// there has had it.
    pub(super) fn is_before_hold(&self) -> bool {
        let arrived = |kernel: &Kernel| kernel.is_paused() || kernel.is_holding(&self.in_force());
        self.holds_here() && !(self.holds.contains_key(&self.moment()) && arrived(self.kernel()))
    }

    /// When it is: the instruction count, and where the tape stands, for a world that waits asks the host again and again
    /// at one count.
    pub(super) fn moment(&self) -> (u64, TapePosition) {
        (self.count(), self.host.position().unwrap_or_default())
    }

    /// What has happened to processes that stand still is told when they go on.
    fn sort_halts(&mut self) {
        let held = self.in_force();
        let all: Vec<Halt> = self.deferred.drain(..).chain(self.halts.drain(..)).collect();
        let kernel = self.vm.kernel();
        let (later, now): (Vec<Halt>, Vec<Halt>) =
            all.into_iter().partition(|halt| process_of(kernel, halt).is_some_and(|pid| held.contains(&pid)));
        self.deferred = later;
        self.halts = now.into();
    }
}

/// The process in which something has happened, if it is still there.
fn process_of(kernel: &Kernel, halt: &Halt) -> Option<u32> {
    match *halt {
        Halt::Breakpoint { tid } | Halt::Watch { tid, .. } | Halt::Step { tid } | Halt::CallBegins { tid, .. } => {
            kernel.process_of(tid)
        }
        Halt::Kernel(event) => match event {
            DebugEvent::Signal { tid, .. } | DebugEvent::VforkDone { tid } | DebugEvent::Answered { tid, .. } => {
                kernel.process_of(tid)
            }
            DebugEvent::Created { parent, .. } => kernel.process_of(parent),
            DebugEvent::Executed { pid } => Some(pid),
            DebugEvent::Ended { .. } => None,
        },
        _ => None,
    }
}
