//! Translation: choosing each instruction's handler and closing the block.

use std::cell::{Cell, OnceCell};

use crate::cpu::Segment;
use crate::instructions::{Exception, Machine, Op};
use crate::table::handler::Ending;

use super::code::{Block, Code, Entry, Handler};
use super::draft::{Draft, drafts};
use super::environment::Environment;
use super::options::Options;
use super::{counting, cover, dispatch, held, liveness};

/// Translates the block at `CS:EIP` and enters it in the index.
///
/// # Errors
/// What executing the first instruction would raise because of its encoding.
pub fn block<'a>(
    m: &mut Machine,
    code: &Code<'a>,
    environment: &dyn Environment,
    options: &Options,
    limit: u8,
) -> Result<Block<'a>, Exception> {
    let start = m.cpu.eip;
    let counter = code.links().counter();
    let is_last = |draft: &Draft| {
        environment.watches(draft.op.next) || counter.is_some() && draft.variants.ending == Ending::Conditional
    };
    let mut drafts = drafts(m, code.assumptions(), limit, is_last)?;
    choose(&mut drafts, options);
    let head = counter.map(|counter| counting::head(counter, m, &drafts)).map(|(run, op)| entry(run, op));
    let block = store(code, head, &drafts);
    let base = m.cpu.segments[Segment::Cs as usize].descriptor.base();
    let end = drafts.last().map_or(start, |draft| draft.op.next);
    let first = base.wrapping_add(start);
    m.memory.mark_code(first, end.wrapping_sub(start));
    if limit == options.block {
        let last = base.wrapping_add(end.wrapping_sub(1));
        // A page that could be fetched has a frame.
        let Some(frame) = m.memory.code_frame(first >> 12) else { return Ok(block) };
        let behind = match last >> 12 == first >> 12 {
            true => None,
            false => m.memory.code_frame(last >> 12).map(|frame| (last >> 12, frame)),
        };
        code.insert(block, [Some((first >> 12, frame)), behind]);
    }
    Ok(block)
}

/// Chooses the handler of each instruction.
fn choose(drafts: &mut [Draft], options: &Options) {
    if options.liveness {
        liveness::dead_flags(drafts);
    }
    if options.fuse && !options.checked {
        held::operands(drafts);
    }
    cover::handlers(drafts, options);
}

/// Makes the entries of a block, which begins with `head` if there is one, and closes it.
fn store<'a>(code: &Code<'a>, head: Option<Entry<'a>>, drafts: &[Draft]) -> Block<'a> {
    let count = drafts.len() as u8;
    let entries = drafts.iter().enumerate().map(|(at, draft)| {
        let op = Op { left: count - at as u8, ..draft.op };
        entry(draft.run, op)
    });
    let tail = drafts.last().filter(|last| last.variants.ending != Ending::Always).map(|last| {
        let op = Op { eip: last.op.next, next: last.op.next, imm: last.op.next, left: 1, ..Op::default() };
        entry(dispatch::fall_through, op)
    });
    let length = usize::from(head.is_some()) + drafts.len() + usize::from(tail.is_some());
    code.store(length, head.into_iter().chain(entries).chain(tail))
}

/// An entry whose exit is not linked.
fn entry<'a>(run: Handler, op: Op) -> Entry<'a> {
    Entry { run: Cell::new(run), exit: OnceCell::new(), op }
}
