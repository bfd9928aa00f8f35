//! Dispatch: how control passes from one handler to the next.
//!
//! Each handler executes its instruction and calls the next handler in tail position, which optimised
//! builds compile to a jump. Correctness does not depend on that: a chain of calls ends when the budget
//! does not cover the next block, and in unoptimised builds the run loop grants budgets small enough
//! for the stack.

use crate::cpu::Flags;
use crate::instructions::{Branch, Direct, Event, InstructionError, Interruption, Jump, Leave, Machine, Repeated};
use crate::table::handler::Ending;

use super::code::{Block, Entry, Handler, Links, Rest};
use super::forwarding::Gives;
use super::variant::{Checking, Live, Variant};

/// How execution continues after an instruction: implemented by the return types of the instruction
/// functions.
pub trait Effect {
    /// How the instruction ends.
    const ENDING: Ending;

    /// Continues execution.
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    );
}

impl Effect for () {
    const ENDING: Ending = Ending::Plain;

    #[inline(always)]
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    ) {
        if V::CHECKING && m.memory.calls_back() {
            return leave(m, entry.op.left - 1, entry.op.next);
        }
        next(m, links, rest, forwarded)
    }
}

impl Effect for Flags {
    const ENDING: Ending = Ending::Flags;

    #[inline(always)]
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    ) {
        if V::FLAGS {
            m.cpu.flags = self;
        }
        ().go::<V>(m, links, entry, rest, forwarded)
    }
}

impl Effect for Direct {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    ) {
        if rest.as_slice().is_empty() {
            follow::<V>(m, links, entry, forwarded)
        } else if V::CHECKING && m.memory.calls_back() {
            leave(m, entry.op.left - 1, entry.op.imm)
        } else {
            // What it leads to is in the block.
            next(m, links, rest, forwarded)
        }
    }
}

impl Effect for Branch {
    const ENDING: Ending = Ending::Conditional;

    #[inline(always)]
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    ) {
        match self {
            Branch::Taken => follow::<V>(m, links, entry, forwarded),
            Branch::NotTaken => ().go::<V>(m, links, entry, rest, forwarded),
        }
    }
}

impl Effect for Jump {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    ) {
        let Jump(eip) = self;
        if V::CHECKING && m.memory.calls_back() {
            return leave(m, entry.op.left - 1, eip);
        }
        match rest.as_slice().first() {
            None => match links.recent(eip) {
                Some(block) => enter(m, links, block, forwarded),
                None => leave(m, 0, eip),
            },
            // A return to where the block goes on.
            Some(behind) if behind.op.eip == eip => next(m, links, rest, forwarded),
            Some(_) => leave(m, entry.op.left - 1, eip),
        }
    }
}

impl Effect for Leave {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<'a, V: Variant>(self, m: &mut Machine, _: &Links<'a>, entry: &'a Entry<'a>, _: Rest<'a>, _: u32) {
        m.event = self.event;
        leave(m, entry.op.left - 1, self.eip)
    }
}

impl Effect for Repeated {
    const ENDING: Ending = Ending::Conditional;

    /// Each iteration counts as an instruction. Entering the block charged the budget for one; the others
    /// are charged here.
    #[inline(always)]
    fn go<'a, V: Variant>(
        self,
        m: &mut Machine,
        links: &Links<'a>,
        entry: &'a Entry<'a>,
        rest: Rest<'a>,
        forwarded: u32,
    ) {
        let more = self.iterations.saturating_sub(1);
        if self.finished && more <= m.budget {
            m.budget -= more;
            return ().go::<V>(m, links, entry, rest, forwarded);
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
pub fn next<'a>(m: &mut Machine, links: &Links<'a>, mut rest: Rest<'a>, forwarded: u32) {
    if let Some(entry) = rest.next() {
        (entry.run.get())(m, links, entry, rest, forwarded)
    }
}

/// Enters a block if the budget covers all of its instructions, and charges them.
#[inline(always)]
pub fn enter<'a>(m: &mut Machine, links: &Links<'a>, block: Block<'a>, forwarded: u32) {
    let mut rest = block.iter();
    let Some(first) = rest.next() else { return };
    match m.budget.checked_sub(first.op.left.into()) {
        Some(budget) => {
            m.budget = budget;
            (first.run.get())(m, links, first, rest, forwarded)
        }
        None => m.cpu.eip = first.op.eip,
    }
}

/// Takes the direct exit of an entry, if it is linked and the budget covers the block that it leads to. The
/// instructions behind the entry were charged and are not executed.
#[inline(always)]
fn follow<'a, V: Variant>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>, forwarded: u32) {
    let mut rest = entry.exit.get().cloned().unwrap_or_default();
    let Some(first) = rest.next() else { return depart(m, links, entry) };
    let budget = (m.budget as i64 - i64::from(first.op.left)) + i64::from(entry.op.left) - 1;
    if budget < 0 || V::CHECKING && m.memory.calls_back() {
        return depart(m, links, entry);
    }
    m.budget = budget as u64;
    (first.run.get())(m, links, first, rest, forwarded)
}

/// Returns to the run loop at a direct exit, which it will link if it is not.
#[cold]
#[inline(never)]
fn depart<'a>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>) {
    if entry.exit.get().is_none() {
        links.want(Some(entry));
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
pub fn fall_through<'a>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>, _: Rest<'a>, forwarded: u32) {
    follow::<Live>(m, links, entry, forwarded)
}

/// Stands in for the first entry of a block whose bytes have changed.
pub fn stale<'a>(m: &mut Machine, _: &Links<'a>, entry: &'a Entry<'a>, _: Rest<'a>, _: u32) {
    leave(m, entry.op.left, entry.op.eip)
}

/// The fast path. On any error, before any state has changed, the checked copy executes the instruction
/// from the start.
#[inline(always)]
pub fn fast<'a, V: Variant, G: Gives, T: Effect, E>(
    result: Result<T, E>,
    checked: Handler,
    m: &mut Machine,
    links: &Links<'a>,
    entry: &'a Entry<'a>,
    rest: Rest<'a>,
    forwarded: u32,
) {
    match result {
        Ok(effect) => {
            let forwarded = G::value(m, &entry.op, forwarded);
            effect.go::<V>(m, links, entry, rest, forwarded)
        }
        Err(_) => checked(m, links, entry, rest, forwarded),
    }
}

/// The checked copy: its errors are exceptions of the program.
#[inline(always)]
pub fn checked<'a, G: Gives, T: Effect, E: InstructionError>(
    result: Result<T, E>,
    m: &mut Machine,
    links: &Links<'a>,
    entry: &'a Entry<'a>,
    rest: Rest<'a>,
    forwarded: u32,
) {
    match result {
        Ok(effect) => {
            let forwarded = G::value(m, &entry.op, forwarded);
            effect.go::<Checking>(m, links, entry, rest, forwarded)
        }
        Err(error) => fault(m, entry, error.into()),
    }
}
