//! What is looked at while the world runs: it stands in front of the kernel, as its
//! [`Environment`](crate::engine::Environment).

use std::collections::VecDeque;

use crate::cpu::Register;
use crate::engine::counter::Counter;
use crate::engine::{Environment, Event, Machine};
use crate::linux::{DebugEvent, Kernel};
use crate::memory::Access;

use super::CaughtCalls;
use super::halt::Halt;
use super::points::Points;
use super::turns::ThreadTurns;

/// The kernel, and what is asked of the world.
pub struct WorldObserver<'a> {
    pub kernel: &'a mut Kernel,
    pub points: &'a mut Points,
    pub caught: &'a CaughtCalls,
    /// What has happened.
    pub halts: &'a mut VecDeque<Halt>,
    /// A call at whose beginning the run has ended.
    pub begun: &'a mut Option<Event>,
    /// Whether a breakpoint at the next instruction does not count: it is stepped over.
    pub passes: bool,
    /// The thread at whose turn the run ends.
    pub until: Option<u32>,
    /// Who has run from which count on.
    pub turns: &'a mut ThreadTurns,
    /// What counts what is executed.
    pub counter: Option<&'a Counter>,
}

impl WorldObserver<'_> {
    /// What the kernel has noted, and whether the run ends for it.
    fn collect(&mut self, m: &Machine) -> bool {
        for event in self.kernel.take_debug_events() {
            match event {
                DebugEvent::Created { parent, child, .. } => self.adopt(parent, child),
                DebugEvent::Executed { pid } => self.points.forget(pid),
                DebugEvent::Answered { number, .. } if !self.caught.has(number) => continue,
                _ => {}
            }
            self.halts.push_back(Halt::Kernel(event));
        }
        if self.points.has_watchpoints() {
            self.watch(m, &[]);
        }
        !self.halts.is_empty()
    }

    /// A new process is looked at as its parent is.
    fn adopt(&mut self, parent: u32, child: u32) {
        if let Some(parent) = self.kernel.process_of(parent) {
            self.points.copy(parent, child);
        }
    }

    fn watch(&mut self, m: &Machine, accesses: &[(u32, u32, Access)]) {
        let (_, tid) = self.kernel.running();
        if let Some((address, kind)) = self.points.met(m, self.kernel, accesses) {
            self.halts.push_back(Halt::Watch { tid, address, kind });
        }
    }

    /// What the instruction that was executed last has accessed.
    pub fn look_at_accesses(&mut self, m: &mut Machine) {
        if self.points.has_watchpoints() {
            let accesses = m.memory.take_events();
            if !accesses.is_empty() {
                self.watch(m, &accesses);
            }
        }
    }

    /// Whether the running thread is about to execute the instruction at a breakpoint.
    fn breaks(&mut self, m: &Machine) -> bool {
        if std::mem::take(&mut self.passes) || !self.points.has_breakpoints() {
            return false;
        }
        let (pid, tid) = self.kernel.running();
        let breaks = self.points.breaks_at(pid, m.cpu.eip);
        if breaks {
            self.halts.push_back(Halt::Breakpoint { tid });
        }
        breaks
    }

    /// Lets the kernel deal with an event; the event if the run ends.
    pub fn call(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        let stop = self.kernel.event(m, event);
        self.turns.note(m.executed(), self.kernel.running().1);
        let ends = self.collect(m) || self.kernel.is_paused();
        stop.or(ends.then_some(event))
    }

    /// The kernel's turn between two instructions; false if the run ends.
    pub fn settle(&mut self, m: &mut Machine) -> bool {
        self.look_at_accesses(m);
        let goes_on = self.kernel.entering(m);
        self.turns.note(m.executed(), self.kernel.running().1);
        !self.collect(m) && goes_on && !self.kernel.is_paused()
    }

    /// What happens at an instruction before it is executed.
    pub fn look(&mut self, m: &mut Machine, passes: bool) {
        self.passes = passes;
        self.points.look(m, self.kernel);
        if self.settle(m) {
            self.breaks(m);
        }
    }
}

impl Environment for WorldObserver<'_> {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        self.counter.into_iter().for_each(|counter| counter.settle(m));
        self.look_at_accesses(m);
        let number = m.cpu.regs[Register::Eax];
        if matches!(event, Event::Interrupt(0x80) | Event::Sysenter) && self.caught.has(number) {
            let (_, tid) = self.kernel.running();
            self.halts.push_back(Halt::CallBegins { tid, number });
            *self.begun = Some(event);
            return Some(event);
        }
        self.call(m, event)
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        self.counter.into_iter().for_each(|counter| counter.settle(m));
        let goes_on = self.settle(m);
        if !goes_on || self.breaks(m) {
            return false;
        }
        let (_, tid) = self.kernel.running();
        self.until != Some(tid)
    }

    /// A breakpoint of any process: which one runs may change meanwhile.
    fn watches(&self, eip: u32) -> bool {
        self.points.has_address(eip)
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.kernel.allowance(m)
    }
}
