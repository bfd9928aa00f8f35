//! The kinds of hooks.

use std::fmt;
use std::ops::{Bound, RangeBounds, RangeInclusive};

use crate::decode::Instruction;
use crate::instructions::Event;
use crate::linux::{Errno, SystemCall};
use crate::memory::{Access, PageFault};

use super::access::MemoryAccess;
use super::context::HookContext;

/// What a hook decided about an interrupt or exception.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reaction {
    /// Go on as if there were no hook: the kernel answers a system call, and ends the program by a
    /// signal for anything else; INT3 stops the run.
    Pass,
    /// The hook has done what the program asked for, or removed the cause of a fault: go on at EIP.
    Handled,
    /// Stop the run; the program is not ended.
    Stop,
}

/// What a hook answers in the kernel's place; `None` lets the kernel answer.
pub type OwnAnswer = Option<Result<u32, Errno>>;

type InstructionHook = Box<dyn FnMut(&mut HookContext<'_>, &Instruction) + Send>;
type BlockHook = Box<dyn FnMut(&mut HookContext<'_>, u32) + Send>;
type MemoryHook = Box<dyn FnMut(&mut HookContext<'_>, &MemoryAccess) + Send>;
type FaultHook = Box<dyn FnMut(&mut HookContext<'_>, PageFault) -> Reaction + Send>;
type EventHook = Box<dyn FnMut(&mut HookContext<'_>, Event) -> Reaction + Send>;
type CpuidHook = Box<dyn FnMut(&mut HookContext<'_>, [u32; 2], &mut [u32; 4]) + Send>;
type CallHook = Box<dyn FnMut(&mut HookContext<'_>, &mut SystemCall) -> OwnAnswer + Send>;
type AnswerHook = Box<dyn FnMut(&mut HookContext<'_>, &SystemCall, &mut Result<u32, Errno>) + Send>;

/// Something that an embedder wants to be told, and what is called then; [`Vm::add_hook`](crate::vm::Vm::add_hook) adds
/// it. Ranges are of addresses (`..` for all), and of numbers for system calls.
pub struct Hook(pub(super) HookKind);

pub enum HookKind {
    Instruction(RangeInclusive<u32>, InstructionHook),
    Block(RangeInclusive<u32>, BlockHook),
    Memory(RangeInclusive<u32>, Access, MemoryHook),
    PageFault(RangeInclusive<u32>, FaultHook),
    Event(EventHook),
    Cpuid(CpuidHook),
    Call(RangeInclusive<u32>, CallHook),
    Answer(RangeInclusive<u32>, AnswerHook),
}

impl Hook {
    /// Called before each instruction in a range of offsets in CS. All other code runs at full speed.
    pub fn instruction(
        range: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, &Instruction) + Send + 'static,
    ) -> Hook {
        Hook(HookKind::Instruction(inclusive(&range), Box::new(hook)))
    }

    /// Called with the start of each block in a range that is entered. A block is what the engine translates as one
    /// piece: it goes on past a conditional jump that is not taken, and ends before an instruction that another hook or
    /// a breakpoint wants to see.
    pub fn block(range: impl RangeBounds<u32>, hook: impl FnMut(&mut HookContext<'_>, u32) + Send + 'static) -> Hook {
        Hook(HookKind::Block(inclusive(&range), Box::new(hook)))
    }

    /// Called after each instruction that reads from a range of linear addresses, with what it read. Pages without
    /// such addresses cost nothing.
    pub fn read(
        range: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, &MemoryAccess) + Send + 'static,
    ) -> Hook {
        Hook(HookKind::Memory(inclusive(&range), Access::Read, Box::new(hook)))
    }

    /// Called after each instruction that writes to a range of linear addresses, with what it wrote and what was there
    /// before.
    pub fn write(
        range: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, &MemoryAccess) + Send + 'static,
    ) -> Hook {
        Hook(HookKind::Memory(inclusive(&range), Access::Write, Box::new(hook)))
    }

    /// Called before each instruction in a range is executed, with its bytes: what [`instruction`](Self::instruction)
    /// tells, in the form of an access.
    pub fn fetch(
        range: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, &MemoryAccess) + Send + 'static,
    ) -> Hook {
        Hook(HookKind::Memory(inclusive(&range), Access::Fetch, Box::new(hook)))
    }

    /// Called when an instruction accesses memory in a range that is not mapped, or that refuses this kind of access.
    /// The instruction has had no effect: a hook that maps what was missing and gives [`Reaction::Handled`] lets it be
    /// tried again. Accesses by system calls answer EFAULT and are not told.
    pub fn page_fault(
        range: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, PageFault) -> Reaction + Send + 'static,
    ) -> Hook {
        Hook(HookKind::PageFault(inclusive(&range), Box::new(hook)))
    }

    /// Called at every interrupt and exception, before the kernel sees it; of several hooks, the first decides that
    /// does not pass.
    pub fn interrupt(hook: impl FnMut(&mut HookContext<'_>, Event) -> Reaction + Send + 'static) -> Hook {
        Hook(HookKind::Event(Box::new(hook)))
    }

    /// Called at each CPUID, with EAX and ECX and the answer in EAX, EBX, ECX and EDX, which the hook may change. An
    /// answer that is always the same is set by [`Model::set_answer`](crate::cpu::Model::set_answer).
    pub fn cpuid(hook: impl FnMut(&mut HookContext<'_>, [u32; 2], &mut [u32; 4]) + Send + 'static) -> Hook {
        Hook(HookKind::Cpuid(Box::new(hook)))
    }

    /// Called before each system call with a number in a range, however it is entered. The hook may change number and
    /// arguments, or answer the call itself, which makes calls that Linux does not have. A call that waits is told
    /// once; one that asks to stop is answered first.
    pub fn system_call(
        numbers: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, &mut SystemCall) -> OwnAnswer + Send + 'static,
    ) -> Hook {
        Hook(HookKind::Call(inclusive(&numbers), Box::new(hook)))
    }

    /// Called after each system call with a number in a range, with its answer, which the hook may change. Calls that
    /// end their thread have none.
    pub fn answer(
        numbers: impl RangeBounds<u32>,
        hook: impl FnMut(&mut HookContext<'_>, &SystemCall, &mut Result<u32, Errno>) + Send + 'static,
    ) -> Hook {
        Hook(HookKind::Answer(inclusive(&numbers), Box::new(hook)))
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            HookKind::Instruction(..) => "instruction hook",
            HookKind::Block(..) => "block hook",
            HookKind::Memory(..) => "memory hook",
            HookKind::PageFault(..) => "page fault hook",
            HookKind::Event(..) => "interrupt hook",
            HookKind::Cpuid(..) => "CPUID hook",
            HookKind::Call(..) => "system call hook",
            HookKind::Answer(..) => "answer hook",
        })
    }
}

/// A range with both ends in it. One without anything in it ends before it begins.
fn inclusive(range: &impl RangeBounds<u32>) -> RangeInclusive<u32> {
    let first = match range.start_bound() {
        Bound::Included(first) => Some(*first),
        Bound::Excluded(before) => before.checked_add(1),
        Bound::Unbounded => Some(0),
    };
    let last = match range.end_bound() {
        Bound::Included(last) => Some(*last),
        Bound::Excluded(behind) => behind.checked_sub(1),
        Bound::Unbounded => Some(u32::MAX),
    };
    first.zip(last).map_or(RangeInclusive::new(1, 0), |(first, last)| first..=last)
}
