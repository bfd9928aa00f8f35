//! The kernel with hooks in front of it.

use crate::cpu::{Register, Segment};
use crate::decode::Instruction;
use crate::engine::{self, Environment};
use crate::instructions::{Event, Exception, Machine};
use crate::linux::{Kernel, Pause};
use crate::memory::Access;
use crate::vm::stop::Stop;

use super::Hooks;
use super::access::{MemoryAccess, take_accesses};
use super::context::HookContext;
use super::hook::{HookKind, Reaction};

/// INT3: like a debugger, a virtual machine keeps it from the kernel, which would end the program.
const BREAKPOINT: Event = Event::Interrupt(3);

/// The kernel with hooks in front of it.
pub struct Hooked<'a> {
    pub kernel: &'a mut Kernel,
    pub hooks: &'a mut Hooks,
}

impl Environment for Hooked<'_> {
    fn event(&mut self, m: &mut Machine, event: Event) -> Option<Event> {
        match self.hooks.react(m, event) {
            Reaction::Pass if event == BREAKPOINT => Some(event),
            Reaction::Pass => self.kernel.event(m, event),
            Reaction::Handled => None,
            Reaction::Stop => Some(event),
        }
    }

    fn entering(&mut self, m: &mut Machine) -> bool {
        self.hooks.tell_accesses(m);
        self.hooks.collect_stop();
        if self.hooks.stop.is_none() {
            self.hooks.stop = requested(self.kernel);
        }
        if self.hooks.stop.is_some() || !self.kernel.entering(m) {
            return false;
        }
        // A thread that waited may have had its answer, or the wait was ended from outside.
        self.hooks.collect_stop();
        if self.hooks.stop.is_none() {
            self.hooks.stop = requested(self.kernel);
        }
        self.hooks.stop.is_none() && self.hooks.arrive(m)
    }

    fn watches(&self, eip: u32) -> bool {
        self.hooks.breakpoints.contains(&eip) || self.hooks.list.iter().any(|(_, kind)| tells(kind, eip))
    }

    fn allowance(&self, m: &Machine) -> u64 {
        self.kernel.allowance(m)
    }
}

/// What somebody outside wants.
fn requested(kernel: &Kernel) -> Option<Stop> {
    kernel.interrupt().pause().map(|reason| match reason {
        Pause::Deadline => Stop::Deadline,
        Pause::Attention => Stop::Interrupted,
    })
}

/// Whether a hook is told before an instruction, wherever its block begins.
fn tells(kind: &HookKind, eip: u32) -> bool {
    match kind {
        HookKind::Instruction(range, _) | HookKind::Memory(range, Access::Fetch, _) => range.contains(&eip),
        _ => false,
    }
}

impl Hooks {
    /// Asks the hooks of interrupts and exceptions: the first that does not pass decides.
    fn react(&mut self, m: &mut Machine, event: Event) -> Reaction {
        let mut cpuid = cpuid_at(m, event);
        let mut reaction = Reaction::Pass;
        for (id, kind) in &mut self.list {
            let (decided, stops) = match (kind, event) {
                (HookKind::Cpuid(hook), _) if cpuid.is_some() => {
                    let Some((asked, answer)) = cpuid.as_mut() else { continue };
                    let ((), stops) = HookContext::call(m, |context| hook(context, *asked, answer));
                    (Reaction::Pass, stops)
                }
                (HookKind::PageFault(range, hook), Event::Fault(Exception::Page(fault)))
                    if range.contains(&fault.address) =>
                {
                    HookContext::call(m, |context| hook(context, fault))
                }
                (HookKind::Event(hook), event) if cpuid.is_none() => {
                    HookContext::call(m, |context| hook(context, event))
                }
                _ => continue,
            };
            if stops {
                self.stop.get_or_insert(Stop::Hook(*id));
            }
            if decided != Reaction::Pass {
                reaction = decided;
                break;
            }
        }
        match cpuid {
            Some((_, answer)) => {
                answer_cpuid(m, answer);
                Reaction::Handled
            }
            None => reaction,
        }
    }

    /// Tells of the accesses that the last instruction made.
    pub(super) fn tell_accesses(&mut self, m: &mut Machine) {
        if !self.watches_data() {
            return;
        }
        for access in take_accesses(m) {
            let last = access.address.saturating_add(access.length().saturating_sub(1));
            for (id, kind) in &mut self.list {
                let HookKind::Memory(range, wanted, hook) = kind else { continue };
                if *wanted == access.access && *range.start() <= last && access.address <= *range.end() {
                    let ((), stops) = HookContext::call(m, |context| hook(context, &access));
                    if stops {
                        self.stop.get_or_insert(Stop::Hook(*id));
                    }
                }
            }
        }
    }

    /// The instruction at EIP is next: breakpoints, and the hooks that are told before it, each once.
    fn arrive(&mut self, m: &mut Machine) -> bool {
        if self.breakpoints.is_empty() && self.list.is_empty() {
            return true;
        }
        let here = (m.executed(), m.cpu.eip);
        if self.told.replace(here) == Some(here) {
            return true;
        }
        if self.breakpoints.contains(&here.1) {
            self.stop = Some(Stop::Breakpoint);
            return false;
        }
        let told = self.list.iter().any(|(_, kind)| tells(kind, here.1));
        let instruction = if told { engine::decode(m, here.1).ok() } else { None };
        for (id, kind) in &mut self.list {
            let ((), stops) = match (kind, &instruction) {
                (HookKind::Block(range, hook), _) if range.contains(&here.1) => {
                    HookContext::call(m, |context| hook(context, here.1))
                }
                (HookKind::Instruction(range, hook), Some(instruction)) if range.contains(&here.1) => {
                    HookContext::call(m, |context| hook(context, instruction))
                }
                (HookKind::Memory(range, Access::Fetch, hook), Some(instruction)) if range.contains(&here.1) => {
                    let fetched = fetched(m, instruction);
                    HookContext::call(m, |context| hook(context, &fetched))
                }
                _ => continue,
            };
            if stops {
                self.stop.get_or_insert(Stop::Hook(*id));
            }
        }
        self.stop.is_none()
    }
}

/// The bytes of an instruction.
fn fetched(m: &Machine, instruction: &Instruction) -> MemoryAccess {
    let address = m.cpu.segment(Segment::Cs).descriptor.base().wrapping_add(instruction.eip);
    let bytes = m.memory.get(address, instruction.length.into()).unwrap_or_default();
    MemoryAccess { address, access: Access::Fetch, bytes, replaced: Vec::new() }
}

/// What CPUID was asked for and would answer, if it is what faulted because somebody wants to be told.
fn cpuid_at(m: &mut Machine, event: Event) -> Option<([u32; 2], [u32; 4])> {
    if !m.asks_about_cpuid || event != Event::Fault(Exception::GP0) {
        return None;
    }
    engine::decode(m, m.cpu.eip).ok().filter(|instruction| instruction.row().mnemonic == "CPUID")?;
    let asked = [Register::Eax, Register::Ecx].map(|register| m.cpu.regs[register]);
    Some((asked, m.cpu.model.answer(asked[0], asked[1])))
}

/// Finishes a CPUID, which counts as any other instruction.
fn answer_cpuid(m: &mut Machine, answer: [u32; 4]) {
    let registers = [Register::Eax, Register::Ebx, Register::Ecx, Register::Edx];
    registers.into_iter().zip(answer).for_each(|(register, value)| m.cpu.regs[register] = value);
    if let Ok(instruction) = engine::decode(m, m.cpu.eip) {
        m.cpu.eip = instruction.next();
    }
    m.horizon += 1;
}
