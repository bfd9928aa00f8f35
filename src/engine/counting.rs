//! The entries that count: one in front of the instructions of each block while there is a [`Counter`].
//!
//! They are no instructions: they charge nothing, and stand in no sequence. Their immediate is the number of the block, and
//! their displacement how many instructions it has.

use crate::instructions::{Machine, Op, Results};
use crate::table::handler::Ending;

use super::code::{Handler, Links, Rest};
use super::counter::Counter;
use super::dispatch;
use super::draft::{Draft, decode};
use super::position::Position;

/// What executes the entry in front of a block's instructions, and its operands.
pub fn entry(counter: &Counter, m: &mut Machine, drafts: &[Draft]) -> (Handler, Op) {
    let instructions: Vec<_> = drafts.iter().filter_map(|draft| decode(m, draft.op.eip).ok()).collect();
    let ending = drafts.last().map_or(Ending::Plain, |draft| draft.variants.ending);
    let (number, heard) = counter.translated(m, &instructions, ending);
    let eip = instructions.first().map_or(m.cpu.eip, |first| first.eip);
    let op = Op { imm: number, eip, next: eip, disp: instructions.len() as u32, ..Op::default() };
    (if heard { count::<true> } else { count::<false> }, op)
}

/// Counts the block that it stands in front of. With `HEARD`, its context ends with it.
fn count<'a, const HEARD: bool>(m: &mut Machine, rest: Rest<'a>, forwarded: Results, links: &Links<'a>) {
    let Some(at) = Position::first(rest, forwarded, links) else { return };
    match links.counter() {
        Some(counter) if counter.enter(m, at.entry.op.imm, at.entry.op.disp) => {
            if HEARD {
                counter.end_context();
            }
            dispatch::next(m, at)
        }
        _ => change::<HEARD>(m, at),
    }
}

/// The same where the count has no place yet, or the context has ended.
#[cold]
#[inline(never)]
fn change<const HEARD: bool>(m: &mut Machine, at: Position) {
    if let Some(counter) = at.links.counter() {
        counter.change(m, at.entry.op.imm, at.entry.op.disp);
        if HEARD {
            counter.end_context();
        }
    }
    dispatch::next(m, at)
}
