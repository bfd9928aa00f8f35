//! Translation: choosing each instruction's handler and closing the block.

use std::cell::Cell;

use crate::cpu::Segment;
use crate::instructions::{Exception, Machine, Op};
use crate::memory::FrameNumber;
use crate::table::handler::Ending;

use super::code::{Block, Code, Entry, Handler};
use super::draft::Draft;
use super::environment::Environment;
use super::options::Options;
use super::{counting, cover, dispatch, drafts, held, liveness};

/// Translates the block at `CS:EIP` and enters it in the index. `drafts` is room that is used for each block again.
///
/// # Errors
/// What executing the first instruction would raise because of its encoding.
pub fn block<'a>(
    m: &mut Machine,
    code: &Code<'a>,
    environment: &dyn Environment,
    options: &Options,
    limit: u8,
    drafts: &mut Vec<Draft>,
) -> Result<Block<'a>, Exception> {
    let counter = code.links().counter();
    let is_whole = limit == options.longest();
    let takes_leaves = options.fuse && is_whole;
    // What is counted is a run of instructions that follow each other in memory.
    let is_last = |draft: &Draft, next: u32| {
        let ends = match draft.variants.ending {
            Ending::Conditional => counter.is_some(),
            Ending::Always => counter.is_some() || !takes_leaves,
            Ending::Plain | Ending::Flags => false,
        };
        ends || environment.watches(next)
    };
    drafts.clear();
    drafts::block(m, code.assumptions(), limit, code.long_functions(), is_last, drafts)?;
    choose(drafts, options);
    let counting = counter.map(|counter| counting::entry(counter, m, drafts));
    let block = store(code, counting, drafts);
    let pages = mark(m, drafts);
    if is_whole {
        code.insert(block, &pages);
    }
    Ok(block)
}

/// Marks the bytes that a block was made from as translated code, and gives their pages with their frames. They are in
/// one piece but for the functions that were taken along.
fn mark(m: &mut Machine, drafts: &[Draft]) -> Vec<(u32, FrameNumber)> {
    let base = m.cpu.segments[Segment::Cs as usize].descriptor.base();
    let mut pages = Vec::with_capacity(2);
    for piece in drafts.chunk_by(|before, behind| before.op.next == behind.op.eip) {
        let ([first, ..], [.., last]) = (piece, piece) else { continue };
        let (start, end) = (base.wrapping_add(first.op.eip), base.wrapping_add(last.op.next));
        m.memory.mark_code(start, end.wrapping_sub(start));
        for page in [start >> 12, end.wrapping_sub(1) >> 12] {
            if pages.iter().any(|(known, _)| *known == page) {
                continue;
            }
            // A page that could be fetched has a frame.
            pages.extend(m.memory.code_frame(page).map(|frame| (page, frame)));
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

/// Makes the entries of a block, of which `counting` is the first if there is one, and closes it. Each entry knows what
/// executes the one behind it.
fn store<'a>(code: &Code<'a>, counting: Option<(Handler, Op)>, drafts: &[Draft]) -> Block<'a> {
    let count = drafts.len() as u8;
    let instructions = drafts.iter().zip(1..=count).map(|(draft, done)| (draft.run, Op { done, ..draft.op }));
    let tail = drafts.last().filter(|last| last.variants.ending != Ending::Always).map(|last| {
        let to = last.op.next;
        (dispatch::fall_through as Handler, Op { eip: to, next: to, imm: to, done: count, ..Op::default() })
    });
    let length = 1 + usize::from(counting.is_some()) + drafts.len() + usize::from(tail.is_some());
    let mut behind = counting.into_iter().chain(instructions).chain(tail);
    let mut op = drafts.first().map(|first| Op { done: count, eip: first.op.eip, ..Op::default() });
    let entries = std::iter::from_fn(|| {
        // Behind the last one is nothing, and it leads nowhere.
        let (then, next) = behind.next().map_or((dispatch::fall_through as Handler, None), |(run, op)| (run, Some(op)));
        Some(Entry { then: Cell::new(then), exit: Cell::default(), op: std::mem::replace(&mut op, next)? })
    });
    code.store(length, entries)
}
