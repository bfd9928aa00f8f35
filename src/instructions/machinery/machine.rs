//! The machine that instructions work on: processor and memory, and how far they may go.

use crate::cpu::Cpu;
use crate::memory::Memory;

use crate::instructions::Event;

/// Processor, memory and the instruction budget.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The processor's state.
    pub cpu: Cpu,
    /// The linear address space.
    pub memory: Memory,
    /// How many more instructions may run before control returns to the caller of the engine.
    pub budget: u64,
    /// Instructions that have run, plus the budget: the time stamp is what is left of it.
    pub horizon: u64,
    /// Why the running code was left, if it was not just the budget.
    pub event: Option<Event>,
}

impl Machine {
    /// Instructions executed so far, when no block is running.
    pub fn executed(&self) -> u64 {
        self.horizon - self.budget
    }

    /// Allows `count` more instructions and forgets what was left of the last allowance.
    pub fn allow(&mut self, count: u64) {
        self.horizon = self.executed().saturating_add(count);
        self.budget = count.min(self.horizon);
    }
}
