//! Translation: choosing each instruction's handler and closing the block.

use std::cell::{Cell, OnceCell};

use crate::cpu::Segment;
use crate::instructions::{Exception, Machine, Op};
use crate::table::handler::Ending;

use super::code::{Block, Code, Entry, Handler};
use super::draft::Draft;
use super::drafts::drafts;
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
    let counter = code.links().counter();
    let takes_leaves = options.fuse && limit == options.block;
    // What is counted is a run of instructions that follow each other in memory.
    let is_last = |draft: &Draft, next: u32| {
        let ends = match draft.variants.ending {
            Ending::Conditional => counter.is_some(),
            Ending::Always => counter.is_some() || !takes_leaves,
            Ending::Plain | Ending::Flags => false,
        };
        ends || environment.watches(next)
    };
    let mut drafts = drafts(m, code.assumptions(), limit, code.long_functions(), is_last)?;
    choose(&mut drafts, options);
    let head = counter.map(|counter| counting::head(counter, m, &drafts)).map(|(run, op)| entry(run, op));
    let block = store(code, head, &drafts);
    let pages = mark(m, &drafts);
    if limit == options.block {
        // A page that could be fetched has a frame.
        let frames: Vec<_> = pages.iter().filter_map(|page| Some((*page, m.memory.code_frame(*page)?))).collect();
        code.insert(block, &frames);
    }
    Ok(block)
}

/// Marks the bytes that a block was made from as translated code, and gives their pages. They are in one piece but for
/// the functions that were taken along.
fn mark(m: &mut Machine, drafts: &[Draft]) -> Vec<u32> {
    let base = m.cpu.segments[Segment::Cs as usize].descriptor.base();
    let mut pages = Vec::with_capacity(2);
    for piece in drafts.chunk_by(|before, behind| before.op.next == behind.op.eip) {
        let ([first, ..], [.., last]) = (piece, piece) else { continue };
        let (start, end) = (base.wrapping_add(first.op.eip), base.wrapping_add(last.op.next));
        m.memory.mark_code(start, end.wrapping_sub(start));
        for page in [start >> 12, end.wrapping_sub(1) >> 12] {
            if !pages.contains(&page) {
                pages.push(page);
            }
        }
    }
    pages
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
