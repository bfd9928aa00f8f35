//! The world runs: until something happens, or until one thread has executed one instruction.

use crate::engine::{self, Event, Options};
use crate::linux::{DebugEvent, Termination};

use super::Timeline;
use super::halt::Halt;
use super::observer::WorldObserver;

/// Instructions between two looks at whether somebody asks for a pause.
const SLICE: u64 = 1_000_000;

/// What ends a piece of a run beside a halt.
#[derive(Clone, Copy, Default)]
pub struct Piece {
    /// The most instructions.
    pub budget: u64,
    /// The thread at whose turn it ends.
    pub until: Option<u32>,
    /// Whether a breakpoint at the first instruction does not count.
    pub passes: bool,
}

impl Timeline {
    /// Runs until something happens. The signal that a thread was held at is delivered if it is this one.
    pub fn go(&mut self, signal: Option<u32>, pause: &mut dyn FnMut() -> bool) -> Halt {
        if let Some(halt) = self.resume(signal) {
            return halt;
        }
        loop {
            if let Some(halt) = self.piece(Piece { budget: SLICE, ..Piece::default() }) {
                return halt;
            }
            if self.marks.is_due(self.count()) {
                self.mark();
                self.shorten();
            }
            if pause() {
                return self.paused();
            }
        }
    }

    /// Runs until a thread has executed one instruction, and is back from the call that it may have made. Others
    /// have their turns meanwhile, as always.
    pub fn step(&mut self, tid: u32, signal: Option<u32>, pause: &mut dyn FnMut() -> bool) -> Halt {
        let before = self.executed_by(tid);
        if let Some(halt) = self.resume(signal) {
            return halt;
        }
        let mut passes = true;
        loop {
            let (_, running) = self.kernel().running();
            let piece = match running == tid && !self.kernel().is_paused() {
                true => Piece { budget: 1, passes: std::mem::take(&mut passes), until: None },
                false => Piece { budget: SLICE, until: Some(tid), passes: false },
            };
            if let Some(halt) = self.piece(piece) {
                return halt;
            }
            if let Some(halt) = self.settle() {
                return halt;
            }
            let (_, running) = self.kernel().running();
            if running == tid && self.executed_by(tid) > before {
                return Halt::Step { tid };
            }
            if pause() {
                return self.paused();
            }
        }
    }

    /// Lets the world run alone to its end, or to a failure of tab86.
    pub fn finish(&mut self) -> Option<Event> {
        if self.has_decided_later() {
            // Nobody decides any more.
            self.host.cut();
        }
        let (m, kernel) = self.vm.parts();
        if let Some(event) = self.begun.take() {
            engine::Environment::event(kernel, m, event);
        }
        kernel.leave_debugger(m);
        loop {
            self.alter_again();
            let budget = self.budget(SLICE);
            let (m, kernel) = self.vm.parts();
            if budget == 0 || kernel.exit().is_some() || kernel.host().has_failed() {
                return None;
            }
            if let event @ Some(_) = engine::run(m, kernel, &Options::default(), budget) {
                return event;
            }
        }
    }

    /// How many instructions a thread has executed.
    pub fn executed_by(&mut self, tid: u32) -> Option<u64> {
        let (m, kernel) = self.vm.parts();
        kernel.executed_by(m, tid)
    }

    fn paused(&mut self) -> Halt {
        // Whoever waits has been asked to stand still, and would wait again.
        self.host.hold(true);
        let halt = self.settle();
        self.host.hold(false);
        halt.unwrap_or(Halt::Interrupted)
    }

    /// Leaves the point at which the world stands still, unless more has happened there.
    fn resume(&mut self, signal: Option<u32>) -> Option<Halt> {
        if let Some(halt) = self.halts.pop_front() {
            return Some(halt);
        }
        if let Some(exit) = self.kernel().exit() {
            return Some(self.world_ended(exit));
        }
        if let Some(event) = self.begun.take() {
            return self.begin_call(event);
        }
        if signal.is_some() || self.kernel().held_signal().is_some() {
            self.decide(signal);
            return self.observed(|observer, m| observer.settle(m));
        }
        None
    }

    /// Makes the call at whose beginning the world stood still.
    pub(super) fn begin_call(&mut self, event: Event) -> Option<Halt> {
        self.observed(|observer, m| observer.call(m, event))
    }

    /// The kernel's turn at an instruction count.
    fn settle(&mut self) -> Option<Halt> {
        self.observed(|observer, m| observer.settle(m))
    }

    /// Lets an observer do something, and gives what has happened.
    fn observed<T>(&mut self, work: impl FnOnce(&mut WorldObserver, &mut engine::Machine) -> T) -> Option<Halt> {
        let Timeline { vm, points, caught, halts, begun, turns, .. } = self;
        let (m, kernel) = vm.parts();
        work(
            &mut WorldObserver {
                kernel,
                points,
                caught,
                halts,
                begun,
                passes: true,
                until: None,
                turns,
                counter: None,
            },
            m,
        );
        self.happened()
    }

    /// Runs a piece; what has happened in it.
    pub(super) fn piece(&mut self, piece: Piece) -> Option<Halt> {
        if self.is_before_hold() {
            // What happens here comes before somebody else has the turn.
            if let Some(halt) = self.observed(|observer, m| observer.look(m, piece.passes)) {
                return Some(halt);
            }
        }
        self.alter_again();
        let budget = self.budget(piece.budget);
        if budget == 0 && piece.budget > 0 {
            return Some(self.at_end());
        }
        let Timeline { vm, points, caught, halts, begun, turns, counter, .. } = self;
        let counter = counter.as_deref();
        let (m, kernel) = vm.parts();
        points.look(m, kernel);
        points.watch(m, kernel, true);
        let Piece { until, passes, .. } = piece;
        let mut observer = WorldObserver {
            kernel: &mut *kernel,
            points: &mut *points,
            caught,
            halts,
            begun,
            passes,
            until,
            turns,
            counter,
        };
        let event = engine::run::count(m, &mut observer, &Options::default(), counter, budget);
        counter.into_iter().for_each(|counter| counter.settle(m));
        observer.look_at_accesses(m);
        points.watch(m, kernel, false);
        self.window.clear();
        if let Some(failure) = self.host.failure() {
            self.complaint = Some(failure.to_string());
            return Some(self.at_end());
        }
        if let (Some(event), true) = (event, self.halts.is_empty() && !self.kernel().is_paused()) {
            if self.kernel().exit().is_none() {
                return Some(Halt::Failed(event));
            }
        }
        self.happened()
    }

    /// There is nothing more to be told of this run.
    fn at_end(&self) -> Halt {
        Halt::HistoryEnds { tid: self.kernel().running().1 }
    }

    fn happened(&mut self) -> Option<Halt> {
        if self.halts.is_empty() {
            let exit = self.kernel().exit()?;
            return Some(self.world_ended(exit));
        }
        self.halts.pop_front()
    }

    fn world_ended(&self, exit: Termination) -> Halt {
        let (pid, _) = self.kernel().running();
        Halt::Kernel(DebugEvent::Ended { pid, exit })
    }
}
