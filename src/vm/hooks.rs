//! Hooks: what an embedder wants to be told. Unused ones cost nothing, because the engine is only
//! asked to work another way when there is one.

use std::collections::HashSet;
use std::fmt;

use crate::decode::Instruction;
use crate::engine::{self, Environment, Options};
use crate::instructions::{Event, Machine};
use crate::linux::Kernel;
use crate::memory::Access;

/// INT3: like a debugger, a virtual machine keeps it from the kernel, which would end the program.
const BREAKPOINT: Event = Event::Interrupt(3);

/// What an interrupt hook decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reaction {
    /// Go on as if there were no hook: the kernel answers a system call, and ends the program by a
    /// signal for anything else; INT3 stops the run.
    Pass,
    /// The hook has done what the program asked for: go on at EIP.
    Handled,
    /// Stop the run; the program is not ended.
    Stop,
}

type InterruptHook = Box<dyn FnMut(&mut Machine, Event) -> Reaction + Send>;
type InstructionHook = Box<dyn FnMut(&mut Machine, &Instruction) + Send>;
type BlockHook = Box<dyn FnMut(&mut Machine, u32) + Send>;
type MemoryHook = Box<dyn FnMut(u32, u32, Access) + Send>;

/// The hooks of a virtual machine.
#[derive(Default)]
pub struct Hooks {
    pub interrupt: Option<InterruptHook>,
    pub instruction: Option<InstructionHook>,
    pub block: Option<BlockHook>,
    pub memory: Option<MemoryHook>,
    pub breakpoints: HashSet<u32>,
    /// The breakpoint that the run ended at, to be passed over when it goes on.
    reached: Option<u32>,
    stopped: bool,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").field("breakpoints", &self.breakpoints).finish_non_exhaustive()
    }
}

impl Hooks {
    /// The options under which the engine comes back often enough.
    pub fn adapt(&self, options: Options) -> Options {
        let block = if self.instruction.is_some() { 1 } else { options.block };
        Options { block, link: options.link && self.instruction.is_none() && self.block.is_none(), ..options }
    }

    /// Removes every hook but the breakpoints.
    pub fn clear(&mut self) {
        *self = Hooks { breakpoints: std::mem::take(&mut self.breakpoints), ..Hooks::default() };
    }

    /// A run begins.
    pub fn begin(&mut self, m: &mut Machine) {
        self.stopped = false;
        if self.memory.is_some() {
            m.memory.set_watch(true);
        }
    }

    /// A run has ended.
    pub fn end(&mut self, m: &mut Machine) {
        if self.memory.is_some() {
            self.tell_accesses(m);
            m.memory.set_watch(false);
        }
    }

    /// Whether the run ended at a breakpoint.
    pub fn take_breakpoint(&mut self) -> bool {
        std::mem::take(&mut self.stopped)
    }

    fn tell_accesses(&mut self, m: &mut Machine) {
        if let Some(hook) = &mut self.memory {
            m.memory.take_events().into_iter().for_each(|(address, length, access)| hook(address, length, access));
        }
    }

    /// Whether the run has to stop at this instruction.
    fn breaks_at(&mut self, eip: u32) -> bool {
        let passed = self.reached.take() == Some(eip);
        self.stopped = !passed && self.breakpoints.contains(&eip);
        if self.stopped {
            self.reached = Some(eip);
        }
        self.stopped
    }
}

/// The kernel with hooks in front of it.
pub struct Hooked<'a> {
    pub kernel: &'a mut Kernel,
    pub hooks: &'a mut Hooks,
}

impl Environment for Hooked<'_> {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        match self.hooks.interrupt.as_mut().map_or(Reaction::Pass, |hook| hook(m, event)) {
            Reaction::Pass if event == BREAKPOINT => Some(event),
            Reaction::Pass => self.kernel.event(m, event),
            Reaction::Handled => None,
            Reaction::Stop => Some(event),
        }
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        let hooks = &mut *self.hooks;
        hooks.tell_accesses(m);
        if hooks.breaks_at(m.cpu.eip) || !self.kernel.entering(m) {
            return false;
        }
        if let Some(hook) = &mut hooks.block {
            let eip = m.cpu.eip;
            hook(m, eip);
        }
        if let Some(hook) = &mut hooks.instruction {
            if let Ok(instruction) = engine::decode(m, m.cpu.eip) {
                hook(m, &instruction);
            }
        }
        true
    }

    fn watches(&self, eip: u32) -> bool {
        self.hooks.breakpoints.contains(&eip)
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.kernel.allowance(m)
    }
}
