//! The entries that count: one in front of each block while there is a [`Counter`].
//!
//! They are no instructions: they charge nothing, and stand in no sequence.

use crate::instructions::{Machine, Op};
use crate::table::handler::Ending;

use super::code::{Entry, Handler, Links, Rest};
use super::counter::Counter;
use super::dispatch;
use super::draft::Draft;

/// What executes the entry in front of a block, and its operands.
pub fn head(counter: &Counter, m: &Machine, drafts: &[Draft]) -> (Handler, Op) {
    let instructions: Vec<_> = drafts.iter().map(|draft| draft.instruction).collect();
    let ending = drafts.last().map_or(Ending::Plain, |draft| draft.variants.ending);
    let (number, heard) = counter.translated(m, &instructions, ending);
    let eip = instructions.first().map_or(m.cpu.eip, |first| first.eip);
    let op = Op { imm: number, eip, next: eip, left: instructions.len() as u8, ..Op::default() };
    (if heard { count::<true> } else { count::<false> }, op)
}

/// Counts the block that it stands in front of. With `HEARD`, its context ends with it.
fn count<'a, const HEARD: bool>(
    m: &mut Machine,
    links: &Links<'a>,
    entry: &'a Entry<'a>,
    rest: Rest<'a>,
    forwarded: u32,
) {
    match links.counter() {
        Some(counter) if counter.enter(m, entry.op.imm) => {
            if HEARD {
                counter.end_context();
            }
            dispatch::next(m, links, rest, forwarded)
        }
        _ => change::<HEARD>(m, links, entry, rest, forwarded),
    }
}

/// The same where the count has no place yet, or the context has ended.
#[cold]
#[inline(never)]
fn change<'a, const HEARD: bool>(
    m: &mut Machine,
    links: &Links<'a>,
    entry: &'a Entry<'a>,
    rest: Rest<'a>,
    forwarded: u32,
) {
    if let Some(counter) = links.counter() {
        counter.change(m, entry.op.imm, entry.op.left);
        if HEARD {
            counter.end_context();
        }
    }
    dispatch::next(m, links, rest, forwarded)
}
