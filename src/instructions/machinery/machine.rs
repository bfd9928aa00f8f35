//! The machine that instructions work on: processor, memory, and the instruction budget.

use crate::cpu::Cpu;
use crate::memory::Memory;

use crate::instructions::{Event, Results};

/// Processor, memory and the instruction budget.
///
/// As in [`Cpu`], the fields stand in memory in this order.
#[derive(Clone, Debug, Default)]
#[repr(C)]
pub struct Machine {
    /// How many more instructions may run before control returns to the caller of the engine.
    pub budget: u64,
    /// Executed instructions plus `budget`: [`executed`](Machine::executed) is the difference.
    pub horizon: u64,
    /// The processor's state.
    pub cpu: Cpu,
    /// The linear address space.
    pub memory: Memory,
    /// What a handler hands over to the next, while that one reads its operands; no part of the state.
    pub(crate) forwarded: Results,
    /// Whether CPUID raises #GP(0) instead of answering, as processors do for who wants to answer it (SDM Vol. 4,
    /// MSR_MISC_FEATURES_ENABLES, "CPUID Faulting"); no part of the state.
    pub(crate) asks_about_cpuid: bool,
    /// The event that ended the running code; `None` if the budget did.
    pub event: Option<Event>,
}

impl Machine {
    /// Instructions executed so far. Exact between blocks; within one, none of its instructions counts.
    #[must_use]
    pub fn executed(&self) -> u64 {
        self.horizon - self.budget
    }

    /// The time stamp counter, when no block is running: instructions executed, and what
    /// IA32_TSC_ADJUST adds.
    pub fn time_stamp(&self) -> u64 {
        self.executed().saturating_add(self.cpu.tsc_adjust)
    }

    /// Sets the budget to `count` instructions; what was left of the previous budget is discarded.
    pub fn allow(&mut self, count: u64) {
        self.horizon = self.executed().saturating_add(count);
        self.budget = count.min(self.horizon);
    }
}
