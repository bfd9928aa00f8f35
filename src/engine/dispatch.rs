//! Dispatch: how control passes from one handler to the next.
//!
//! Each handler executes its instruction and calls the next handler in tail position, which optimised
//! builds compile to a jump. Correctness does not depend on that: a chain of calls ends when the budget
//! does not cover the next block, and in unoptimised builds the run loop grants budgets small enough
//! for the stack.

use crate::cpu::Flags;
use crate::instructions::{
    Branch, Direct, Event, InstructionError, Interruption, Jump, Leave, Machine, Repeated, Results,
};
use crate::table::handler::Ending;

use super::code::{Block, Entry, LONGEST, Links, Rest};
use super::forwarding::Gives;
use super::position::Position;
use super::variant::{Checking, Live, Variant};

/// How execution continues after an instruction: implemented by the return types of the instruction
/// functions.
pub trait Effect {
    /// How the instruction ends.
    const ENDING: Ending;

    /// Continues execution.
    fn go<V: Variant>(self, m: &mut Machine, at: Position);
}

impl Effect for () {
    const ENDING: Ending = Ending::Plain;

    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        if V::CHECKING && m.memory.calls_back() {
            return leave(m, at.entry.op.done, at.entry.op.next);
        }
        next(m, at)
    }
}

impl Effect for Flags {
    const ENDING: Ending = Ending::Flags;

    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        if V::FLAGS {
            m.cpu.flags = self;
        }
        ().go::<V>(m, at)
    }
}

impl Effect for Direct {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        if at.behind.is_empty() {
            follow::<V>(m, at)
        } else if V::CHECKING && m.memory.calls_back() {
            leave(m, at.entry.op.done, at.entry.op.imm)
        } else {
            // What it leads to is in the block.
            next(m, at)
        }
    }
}

impl Effect for Branch {
    const ENDING: Ending = Ending::Conditional;

    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        match self {
            Branch::Taken => follow::<V>(m, at),
            Branch::NotTaken => ().go::<V>(m, at),
        }
    }
}

impl Effect for Jump {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        let Jump(eip) = self;
        if V::CHECKING && m.memory.calls_back() {
            return leave(m, at.entry.op.done, eip);
        }
        match at.behind.first() {
            None => {
                charge(m, at.entry);
                match at.links.recent(eip) {
                    Some(block) if covers_any(m) => enter(m, at.links, block, at.forwarded),
                    _ => m.cpu.eip = eip,
                }
            }
            // A return to where the block goes on.
            Some(behind) if behind.op.eip == eip => next(m, at),
            Some(_) => leave(m, at.entry.op.done, eip),
        }
    }
}

impl Effect for Leave {
    const ENDING: Ending = Ending::Always;

    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        m.event = self.event;
        leave(m, at.entry.op.done, self.eip)
    }
}

impl Effect for Repeated {
    const ENDING: Ending = Ending::Conditional;

    /// Each iteration counts as an instruction. The block is charged for one of them when it is left; the others
    /// are charged here.
    #[inline(always)]
    fn go<V: Variant>(self, m: &mut Machine, at: Position) {
        let more = self.iterations.saturating_sub(1);
        m.budget -= more;
        if self.finished && covers_any(m) {
            return ().go::<V>(m, at);
        }
        leave(m, at.entry.op.done, if self.finished { at.entry.op.next } else { at.entry.op.eip });
        if let Some(exception) = self.fault {
            m.event = Some(Event::Fault(exception));
        }
    }
}

/// Continues with the next entry of the block.
#[inline(always)]
pub fn next(m: &mut Machine, at: Position) {
    (at.entry.then.get())(m, at.behind, at.forwarded, at.links)
}

/// Enters a block, all of whose instructions the budget covers.
#[inline(always)]
pub fn enter<'a>(m: &mut Machine, links: &Links<'a>, block: Block<'a>, forwarded: Results) {
    let Some(head) = Position::first(block, forwarded, links) else { return };
    next(m, head)
}

/// Charges what has been executed of a block that is left behind an entry.
#[inline(always)]
fn charge(m: &mut Machine, entry: &Entry) {
    m.budget -= u64::from(entry.op.done);
}

/// Whether the budget covers whatever block comes next. Towards its end the run loop enters each block, and sees how long
/// it is.
#[inline(always)]
fn covers_any(m: &Machine) -> bool {
    m.budget >= LONGEST.into()
}

/// Takes the direct exit of an entry, if it is linked.
#[inline(always)]
fn follow<V: Variant>(m: &mut Machine, at: Position) {
    charge(m, at.entry);
    match Position::first(at.entry.exit.get(), at.forwarded, at.links) {
        Some(head) if covers_any(m) && !(V::CHECKING && m.memory.calls_back()) => next(m, head),
        _ => depart(m, at.links, at.entry),
    }
}

/// Returns to the run loop at a direct exit, which it will link if it is not. The block has been charged.
#[cold]
#[inline(never)]
fn depart<'a>(m: &mut Machine, links: &Links<'a>, entry: &'a Entry<'a>) {
    if entry.exit.get().is_empty() {
        links.want(Some(entry));
    }
    m.cpu.eip = entry.op.imm;
}

/// Returns to the run loop, to continue at `eip`; `done` instructions of the block have been executed.
fn leave(m: &mut Machine, done: u8, eip: u32) {
    m.budget -= u64::from(done);
    m.cpu.eip = eip;
}

/// Reports an exception. The instruction had no effect.
#[cold]
#[inline(never)]
fn fault(m: &mut Machine, entry: &Entry, fault: Interruption) {
    m.event = Some(Event::Fault(fault.into()));
    leave(m, entry.op.done - 1, entry.op.eip)
}

/// The end of a block that stops without a transfer of control.
pub fn fall_through<'a>(m: &mut Machine, rest: Rest<'a>, forwarded: Results, links: &Links<'a>) {
    let Some(at) = Position::first(rest, forwarded, links) else { return };
    follow::<Live>(m, at)
}

/// Stands in for the first instruction of a block whose bytes have changed, and for a sequence that is longer than what is
/// left of the block, which no block has.
#[cold]
#[inline(never)]
pub fn stale<'a>(m: &mut Machine, rest: Rest<'a>, forwarded: Results, links: &Links<'a>) {
    let Some(at) = Position::first(rest, forwarded, links) else { return };
    leave(m, 0, at.entry.op.eip)
}

/// Continues after the fast path of an instruction.
#[inline(always)]
pub fn executed<V: Variant, G: Gives, T: Effect>(effect: T, m: &mut Machine, at: Position) {
    let forwarded = G::results(m, &at.entry.op, at.forwarded);
    effect.go::<V>(m, Position { forwarded, ..at })
}

/// Continues after the checked copy of an instruction: its errors are exceptions of the program.
#[inline(always)]
pub fn checked<G: Gives, T: Effect, E: InstructionError>(result: Result<T, E>, m: &mut Machine, at: Position) {
    match result {
        Ok(effect) => executed::<Checking, G, T>(effect, m, at),
        Err(error) => fault(m, at.entry, error.into()),
    }
}
