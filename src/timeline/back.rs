//! Backwards. A world that begins again from the same state, and is told the same, does the same: so every
//! moment of the past is reached by running to its instruction count. The last instructions before such a moment
//! are kept as they are executed, and undone when the way goes on step by step.

use crate::engine;

use super::Timeline;
use super::halt::Halt;
use super::observer::WorldObserver;
use super::points::Points;
use super::running::Piece;
use super::window::Window;
use super::{Alteration, CaughtCalls};

/// How many instructions are kept at first, and at most.
const FIRST_WINDOW: u64 = 256;
const MOST_WINDOW: u64 = 1 << 14;

/// Instructions between two looks at whether somebody asks for a pause.
const SLICE: u64 = 1_000_000;

/// A moment in the past at which something happened.
struct Hit {
    count: u64,
    halt: Halt,
}

impl Timeline {
    /// Goes back to before the last instruction that a thread has executed.
    pub fn step_back(&mut self, tid: u32, pause: &mut dyn FnMut() -> bool) -> Halt {
        let now = self.count();
        let Some(target) = self.turns.last_of(tid, now) else { return self.at_beginning() };
        match self.seek(target, true, pause) {
            true => Halt::Step { tid },
            false => self.at_beginning(),
        }
    }

    /// Goes back to the last breakpoint or watched access before now.
    pub fn back(&mut self, pause: &mut dyn FnMut() -> bool) -> Halt {
        let now = self.count();
        // Calls are made as they were, whatever is caught.
        let caught = std::mem::take(&mut self.caught);
        let hit = if self.begin_again() { self.last_hit(now, pause) } else { None };
        self.caught = caught;
        let target = hit.as_ref().map_or(self.beginning, |hit| hit.count);
        if !self.seek(target, false, pause) {
            return self.at_beginning();
        }
        hit.map_or_else(|| self.at_beginning(), |hit| hit.halt)
    }

    fn at_beginning(&self) -> Halt {
        Halt::HistoryBegins { tid: self.kernel().running().1 }
    }

    /// Why the world cannot begin again, once, if it cannot.
    pub fn take_complaint(&mut self) -> Option<String> {
        self.complaint.take()
    }

    /// Runs from the beginning up to a count and notes the last halt before it.
    fn last_hit(&mut self, now: u64, pause: &mut dyn FnMut() -> bool) -> Option<Hit> {
        let mut last = None;
        let mut passes = false;
        while self.count() < now && !pause() {
            self.alter_again();
            let budget = self.until_alteration(now);
            let before = self.count();
            let halt = self.piece(Piece { budget, passes: std::mem::take(&mut passes), until: None });
            passes = matches!(halt, Some(Halt::Breakpoint { .. }));
            let hit = match halt {
                Some(halt @ Halt::Breakpoint { .. }) => Some(Hit { count: self.count(), halt }),
                Some(halt @ Halt::Watch { .. }) => Some(Hit { count: self.count() - 1, halt }),
                Some(_) => {
                    self.decide_again();
                    None
                }
                None => None,
            };
            last = hit.filter(|hit| hit.count < now).or(last);
            self.halts.clear();
            if self.count() == before && !passes && self.kernel().is_paused() {
                break;
            }
        }
        last
    }

    /// Brings the world to a count in its past; whether it could. With a window if the way goes on step by step.
    fn seek(&mut self, target: u64, steps: bool, pause: &mut dyn FnMut() -> bool) -> bool {
        let now = self.count();
        if now >= target && now - target <= self.window.len() && self.begun.is_none() {
            for _ in target..now {
                self.window.undo(self.world.vm.parts().0);
            }
            return true;
        }
        if !self.begin_again() {
            return false;
        }
        let kept = if steps { self.reach } else { 0 };
        self.reach = if steps { (2 * self.reach).min(MOST_WINDOW) } else { FIRST_WINDOW };
        self.glide(target.saturating_sub(kept), pause);
        self.record(true);
        while self.count() < target && self.kernel().exit().is_none() && !self.kernel().is_paused() {
            self.keep_one();
        }
        self.record(false);
        self.settle_quietly();
        self.count() == target
    }

    /// Begins again; whether that is possible.
    fn begin_again(&mut self) -> bool {
        let again = match &mut self.origin {
            Some(origin) => origin(),
            None => Err("this world cannot begin again".into()),
        };
        match again {
            Ok(world) => {
                self.take_up(world);
                true
            }
            Err(reason) => {
                self.complaint = Some(format!("no going back: {reason}"));
                false
            }
        }
    }

    /// Runs to a count without looking at anything.
    fn glide(&mut self, target: u64, pause: &mut dyn FnMut() -> bool) {
        while self.count() < target && self.kernel().exit().is_none() {
            self.alter_again();
            let budget = self.until_alteration(target).min(SLICE);
            self.quietly(budget);
            if self.kernel().is_paused() || pause() {
                break;
            }
        }
        self.alter_again();
    }

    /// Executes some instructions without looking at anything.
    fn quietly(&mut self, budget: u64) {
        let Timeline { world, halts, begun, turns, .. } = self;
        let (m, kernel) = world.vm.parts();
        let (mut points, caught) = (Points::default(), CaughtCalls::None);
        let (passes, until) = (false, None);
        let mut observer =
            WorldObserver { kernel, points: &mut points, caught: &caught, halts, begun, passes, until, turns };
        engine::run(m, &mut observer, &engine::Options::default(), budget);
        self.decide_again();
        self.halts.clear();
        self.printed.print(&self.world);
    }

    fn settle_quietly(&mut self) {
        self.quietly(0);
        let (m, kernel) = self.world.vm.parts();
        engine::Environment::entering(kernel, m);
        self.halts.clear();
    }

    /// A thread that is held at a signal goes on as it did.
    fn decide_again(&mut self) {
        while let Some(info) = self.kernel().held_signal() {
            let count = self.count();
            let signal = self.decisions.get(&count).copied().unwrap_or(Some(info.signal));
            let (m, kernel) = self.world.vm.parts();
            kernel.release(m, signal);
        }
    }

    /// Records what is written to memory.
    fn record(&mut self, on: bool) {
        self.world.vm.parts().0.memory.set_watch(on);
    }

    /// Executes an instruction and keeps what it changes, or nothing if the kernel was at work.
    fn keep_one(&mut self) {
        let before = self.at_work();
        let (m, _) = self.world.vm.parts();
        let cpu = m.cpu.clone();
        self.quietly(1);
        if self.at_work() == before {
            let writes = self.world.vm.parts().0.memory.take_writes();
            self.window.push(cpu, writes);
        } else {
            // Another address space may be the one at hand.
            self.window.clear();
            self.record(true);
        }
    }

    /// The kernel's turn, and something that is another when it was at work.
    fn at_work(&mut self) -> ((u32, u32), (u64, u64)) {
        let (m, kernel) = self.world.vm.parts();
        engine::Environment::entering(kernel, m);
        (kernel.running(), kernel.work())
    }

    /// How many instructions up to a count, or to the next change from outside if that comes first.
    fn until_alteration(&self, target: u64) -> u64 {
        let now = self.count();
        let next = self.alterations.range(now + 1..).next().map_or(target, |(count, _)| target.min(*count));
        next.saturating_sub(now)
    }

    /// What was changed from outside at this count is changed again.
    fn alter_again(&mut self) {
        let count = self.count();
        let (m, kernel) = self.world.vm.parts();
        for alteration in self.alterations.get_mut(&count).into_iter().flatten() {
            let alter: &mut Alteration = alteration;
            alter(m, kernel);
        }
    }
}

impl Timeline {
    /// Another world is the one at hand.
    fn take_up(&mut self, mut world: super::TimelineWorld) {
        let debugger = self.world.vm.parts().1.take_debugger();
        world.vm.parts().1.put_debugger(debugger);
        self.world = world;
        self.printed.begin();
        self.window = Window::default();
        self.halts.clear();
        self.begun = None;
    }
}
