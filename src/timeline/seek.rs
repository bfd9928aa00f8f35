//! To a moment of the past: from a mark to its instruction count. The last instructions before it are kept as they
//! are executed, and undone when the way goes on step by step; so are marks, the closer the nearer.

use crate::engine::{self, Environment};
use crate::linux::Kernel;
use crate::recording::TapePosition;

use super::observer::WorldObserver;
use super::points::Points;
use super::waymarks::Waymark;
use super::window::Window;
use super::{CaughtCalls, Timeline};

/// Instructions between two looks at whether somebody asks for a pause, and the last distance at which there is a
/// mark.
const SLICE: u64 = 1_000_000;

/// Why a moment of the past was not reached.
#[derive(Debug)]
pub enum Lost {
    /// Somebody asked for a pause.
    Paused,
    /// This is why.
    Because(String),
}

impl Timeline {
    /// Brings the world to a count in its past. With a window if the way goes on step by step.
    pub(super) fn seek(&mut self, target: u64, steps: bool, pause: &mut dyn FnMut() -> bool) -> Result<(), Lost> {
        let now = self.count();
        if now >= target && now - target <= self.window.len() && self.begun.is_none() {
            for _ in target..now {
                self.window.undo(self.vm.parts().0);
            }
            return Ok(());
        }
        let kept = if steps { self.reach } else { 0 };
        self.reach = if steps { (2 * self.reach).min(Window::MOST) } else { Window::FIRST };
        let start = target.saturating_sub(kept).max(self.beginning);
        self.rewind(start)?;
        self.glide(start, pause)?;
        self.record(true);
        while self.count() < target && !self.stands() {
            self.keep_one();
        }
        self.record(false);
        if self.count() != target {
            return Err(self.elsewhere());
        }
        self.quietly(0);
        let (m, kernel) = self.vm.parts();
        kernel.entering(m);
        self.halts.clear();
        Ok(())
    }

    /// Makes the world what it was at the last mark at or before a count, or at its beginning.
    pub(super) fn rewind(&mut self, count: u64) -> Result<(), Lost> {
        let (_, kernel) = self.vm.parts();
        let (debugger, trace) = (kernel.take_debugger(), kernel.take_trace());
        let rewound = self.restore(count);
        let (_, kernel) = self.vm.parts();
        kernel.put_debugger(debugger);
        kernel.put_trace(trace);
        self.window = Window::default();
        self.halts.clear();
        self.deferred.clear();
        self.begun = None;
        rewound
    }

    fn restore(&mut self, count: u64) -> Result<(), Lost> {
        while let Some((at, Waymark { snapshot, tape })) = self.marks.before(count) {
            if self.vm.restore(&snapshot).is_ok() {
                tape.into_iter().for_each(|tape| self.host.seek(tape));
                return Ok(());
            }
            self.host.aside(|| self.marks.remove(at));
        }
        let again = (self.origin)().map_err(Lost::Because)?;
        let former = std::mem::replace(&mut self.vm, again);
        self.host.aside(|| drop(former));
        Ok(())
    }

    /// Makes a mark, if the world can be copied here. Only where nothing is under way that a copy does not have.
    pub(super) fn mark(&mut self) {
        let calm = self.halts.is_empty() && self.begun.is_none() && self.kernel().is_calm();
        if !calm || self.stands() {
            return;
        }
        let (count, tape) = (self.count(), self.host.position());
        match self.vm.snapshot() {
            // Others may go for it, whose end is no part of the run.
            Ok(snapshot) => self.host.aside(|| self.marks.add(count, Waymark { snapshot, tape })),
            Err(_) => self.marks.refuse(count),
        }
    }

    /// Runs to a count without looking at anything. There is a mark at half of the way, at half of the rest, and so
    /// on.
    fn glide(&mut self, target: u64, pause: &mut dyn FnMut() -> bool) -> Result<(), Lost> {
        while self.count() < target {
            let half = (self.count() + target) / 2;
            let near = target - half < SLICE;
            self.glide_on(if near { target } else { half }, pause)?;
            if !near {
                self.mark();
            }
        }
        self.alter_again();
        Ok(())
    }

    fn glide_on(&mut self, target: u64, pause: &mut dyn FnMut() -> bool) -> Result<(), Lost> {
        while self.count() < target {
            self.alter_again();
            let budget = self.budget((target - self.count()).min(SLICE));
            self.quietly(budget);
            if self.stands() {
                return Err(self.elsewhere());
            }
            if pause() {
                return Err(Lost::Paused);
            }
        }
        Ok(())
    }

    /// Whether the world does not go on.
    pub(super) fn stands(&self) -> bool {
        let waits = self.kernel().is_paused() && !self.holds.contains_key(&self.moment());
        self.kernel().exit().is_some() || waits || self.host.has_failed()
    }

    /// The world has not come to where it has been.
    pub(super) fn elsewhere(&self) -> Lost {
        let failure = self.host.failure().map(|failure| failure.to_string());
        Lost::Because(failure.unwrap_or_else(|| format!("the program did something else after {}", self.count())))
    }

    /// Executes some instructions without looking at anything.
    fn quietly(&mut self, budget: u64) {
        let Timeline { vm, halts, begun, turns, .. } = self;
        let (m, kernel) = vm.parts();
        let (mut points, caught) = (Points::default(), CaughtCalls::None);
        let (passes, until, counter) = (false, None, None);
        let mut observer =
            WorldObserver { kernel, points: &mut points, caught: &caught, halts, begun, passes, until, turns, counter };
        engine::run(m, &mut observer, &engine::Options::default(), budget);
        self.decide_again();
        self.halts.clear();
    }

    /// Records what is written to memory.
    fn record(&mut self, on: bool) {
        self.vm.parts().0.memory.set_watch(on);
    }

    /// Executes an instruction and keeps what it changes, or nothing if the kernel was at work.
    fn keep_one(&mut self) {
        self.alter_again();
        let before = self.at_work();
        let (m, _) = self.vm.parts();
        let cpu = m.cpu.clone();
        self.quietly(1);
        let altered = self.alterations.contains_key(&self.count()) || self.holds_here();
        if self.at_work() == before && !altered {
            let writes = self.vm.parts().0.memory.take_writes();
            self.window.push(cpu, writes);
        } else {
            // Another address space may be the one at hand.
            self.alter_again();
            self.window.clear();
            self.record(true);
        }
    }

    /// The kernel's turn, and something that is another when it was at work or has heard of the host.
    fn at_work(&mut self) -> ((u32, u32), (u64, u64), Option<TapePosition>) {
        let (m, kernel) = self.vm.parts();
        Kernel::entering(kernel, m);
        (kernel.running(), kernel.work(), self.host.position())
    }
}
