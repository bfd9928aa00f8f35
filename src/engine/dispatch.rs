//! Dispatch: how control passes from one handler to the next.
//!
//! Each handler executes its instruction and calls the next handler in tail position, which optimised
//! builds compile to a jump. Correctness does not depend on that: a chain of calls ends when the budget
//! does not cover the next block, and in unoptimised builds the run loop grants budgets small enough
//! for the stack.

use crate::cpu::Flags;
use crate::instructions::{Branch, Direct, Event, InstructionError, Interruption, Jump, Leave, Machine, Op, Repeated};
use crate::table::handler::Ending;

use super::code::{Block, Code, Entry, Handler, Rest};

/// What differs between the copies of a handler.
pub trait Variant {
    /// Whether flags are stored.
    const FLAGS: bool;
    /// Whether writes to translated code are detected. Only checked handlers can perform such writes.
    const CHECKING: bool;
}

/// The fast path, storing the flags.
pub struct Live;
/// The fast path, dropping the flags because they are dead.
pub struct Dead;
/// The general path: every access is checked.
pub struct Checking;

impl Variant for Live {
    const FLAGS: bool = true;
    const CHECKING: bool = false;
}
impl Variant for Dead {
    const FLAGS: bool = false;
    const CHECKING: bool = false;
}
impl Variant for Checking {
    const FLAGS: bool = true;
    const CHECKING: bool = true;
}

/// How execution continues after an instruction: implemented by the return types of the instruction
/// functions.
pub trait Effect {
    /// How the instruction ends.
    const ENDING: Ending;

    /// Continues execution.
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Rest<'a>);
}

impl Effect for () {
    const ENDING: Ending = Ending::Plain;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Rest<'a>) {
        if V::CHECKING && m.memory.has_stale() {
            return leave(m, entry.op.left - 1, entry.op.next);
        }
        next(m, code, rest)
    }
}

impl Effect for Flags {
    const ENDING: Ending = Ending::Flags;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Rest<'a>) {
        if V::FLAGS {
            m.cpu.flags = self;
        }
        ().go::<V>(m, code, entry, rest)
    }
}

impl Effect for Direct {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, _: Rest<'a>) {
        follow::<V>(m, code, entry)
    }
}

impl Effect for Branch {
    const ENDING: Ending = Ending::Conditional;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Rest<'a>) {
        match self {
            Branch::Taken => follow::<V>(m, code, entry),
            Branch::NotTaken => ().go::<V>(m, code, entry, rest),
        }
    }
}

impl Effect for Jump {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, _: Rest<'a>) {
        let Jump(eip) = self;
        match code.recent(eip) {
            Some(block) if !(V::CHECKING && m.memory.has_stale()) => enter(m, code, block),
            _ => leave(m, entry.op.left - 1, eip),
        }
    }
}

impl Effect for Leave {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, _: &Code<'a>, entry: &'a Entry<'a>, _: Rest<'a>) {
        m.event = self.event;
        leave(m, entry.op.left - 1, self.eip)
    }
}

impl Effect for Repeated {
    const ENDING: Ending = Ending::Conditional;

    /// Each iteration counts as an instruction. Entering the block charged the budget for one; the others
    /// are charged here.
    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, rest: Rest<'a>) {
        let more = self.iterations.saturating_sub(1);
        if self.finished && more <= m.budget {
            m.budget -= more;
            return ().go::<V>(m, code, entry, rest);
        }
        m.budget = (m.budget + u64::from(entry.op.left - 1)).saturating_sub(more);
        m.cpu.eip = if self.finished { entry.op.next } else { entry.op.eip };
        if let Some(exception) = self.fault {
            m.event = Some(Event::Fault(exception));
        }
    }
}

/// Continues with the next entry of the block; after the last one control returns to the run loop.
#[inline(always)]
pub fn next<'a>(m: &mut Machine, code: &Code<'a>, mut rest: Rest<'a>) {
    if let Some(entry) = rest.next() {
        (entry.run.get())(m, code, entry, rest)
    }
}

/// Enters a block if the budget covers all of its instructions, and charges them.
#[inline(always)]
pub fn enter<'a>(m: &mut Machine, code: &Code<'a>, block: &'a Block<'a>) {
    match m.budget.checked_sub(block.count) {
        Some(budget) => {
            m.budget = budget;
            (block.first.run.get())(m, code, block.first, block.rest.clone())
        }
        None => m.cpu.eip = block.eip,
    }
}

/// Takes the direct exit of an entry, if it is linked and the budget covers the block that it leads to.
#[inline(always)]
fn follow<'a, V: Variant>(m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>) {
    let budget = m.budget as i64 - entry.net.get();
    match entry.exit.get() {
        Some(block) if budget >= 0 && !(V::CHECKING && m.memory.has_stale()) => {
            m.budget = budget as u64;
            (block.first.run.get())(m, code, block.first, block.rest.clone())
        }
        _ => unlinked(m, code, entry),
    }
}

/// Returns to the run loop, which will link the exit.
#[cold]
#[inline(never)]
fn unlinked<'a>(m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>) {
    if entry.exit.get().is_none() {
        code.want(Some(entry));
    }
    leave(m, entry.op.left - 1, entry.op.imm)
}

/// Returns to the run loop, to continue at `eip`; `left` instructions of the block were charged and not
/// executed.
fn leave(m: &mut Machine, left: u8, eip: u32) {
    m.budget += u64::from(left);
    m.cpu.eip = eip;
}

/// Reports an exception. The instruction had no effect.
#[cold]
#[inline(never)]
fn fault(m: &mut Machine, entry: &Entry, fault: Interruption) {
    m.event = Some(Event::Fault(fault.into()));
    leave(m, entry.op.left, entry.op.eip)
}

/// The end of a block that stops without a transfer of control.
pub fn fall_through<'a>(m: &mut Machine, code: &Code<'a>, entry: &'a Entry<'a>, _: Rest<'a>) {
    follow::<Live>(m, code, entry)
}

/// Stands in for the first entry of a block whose bytes have changed.
pub fn stale<'a>(m: &mut Machine, _: &Code<'a>, entry: &'a Entry<'a>, _: Rest<'a>) {
    leave(m, entry.op.left, entry.op.eip)
}

/// The fast path. On any error, before any state has changed, the checked copy executes the instruction
/// from the start.
#[inline(always)]
pub fn fast<'a, V: Variant, T: Effect, E>(
    instruction: impl FnOnce(&mut Machine, &Op) -> Result<T, E>,
    checked: Handler,
    m: &mut Machine,
    code: &Code<'a>,
    entry: &'a Entry<'a>,
    rest: Rest<'a>,
) {
    match instruction(m, &entry.op) {
        Ok(effect) => effect.go::<V>(m, code, entry, rest),
        Err(_) => checked(m, code, entry, rest),
    }
}

/// The checked copy: its errors are exceptions of the program.
#[inline(always)]
pub fn checked<'a, T: Effect, E: InstructionError>(
    instruction: impl FnOnce(&mut Machine, &Op) -> Result<T, E>,
    m: &mut Machine,
    code: &Code<'a>,
    entry: &'a Entry<'a>,
    rest: Rest<'a>,
) {
    match instruction(m, &entry.op) {
        Ok(effect) => effect.go::<Checking>(m, code, entry, rest),
        Err(error) => fault(m, entry, error.into()),
    }
}
