//! Translation: choosing each instruction's handler and closing the block.

use std::cell::{Cell, OnceCell};

use crate::cpu::Segment;
use crate::instructions::{Exception, Machine, Op};
use crate::table::handler::Ending;

use super::code::{Block, Code, Entry, Handler};
use super::draft::{Draft, drafts};
use super::environment::Environment;
use super::options::Options;
use super::{counting, cover, dispatch, liveness};

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
    let drafts = drafts(m, code.assumptions(), limit, is_last)?;
    let head = counter.map(|counter| counting::head(counter, m, &drafts)).map(|(run, op)| entry(run, op));
    let entries = assemble(head, &drafts, options);
    let base = m.cpu.segments[Segment::Cs as usize].descriptor.base();
    let end = drafts.last().map_or(start, |draft| draft.op.next);
    let first = base.wrapping_add(start);
    m.memory.mark_code(first, end.wrapping_sub(start));
    let block = code.store(entries);
    if limit == options.block {
        let last = base.wrapping_add(end.wrapping_sub(1));
        // A page that could be fetched has a frame.
        let [Some(head), Some(tail)] = [first, last].map(|at| m.memory.code_frame(at >> 12)) else { return Ok(block) };
        code.insert(block, [(first >> 12, head), (last >> 12, tail)]);
    }
    Ok(block)
}

/// Chooses each instruction's handler and closes the block, which begins with `head` if there is one.
fn assemble<'a>(head: Option<Entry<'a>>, drafts: &[Draft], options: &Options) -> Vec<Entry<'a>> {
    let count = drafts.len() as u8;
    let mut entries = Vec::with_capacity(drafts.len() + 2);
    entries.extend(head);
    let dead = liveness::dead_flags(drafts, options.liveness);
    for ((at, draft), run) in drafts.iter().enumerate().zip(cover::handlers(drafts, &dead, options)) {
        let op = Op { left: count - at as u8, ..draft.op };
        entries.push(entry(run, op));
    }
    if let Some(last) = drafts.last().filter(|last| last.variants.ending != Ending::Always) {
        let op = Op { eip: last.op.next, next: last.op.next, imm: last.op.next, left: 1, ..Op::default() };
        entries.push(entry(dispatch::fall_through, op));
    }
    entries
}

/// An entry whose exit is not linked.
fn entry<'a>(run: Handler, op: Op) -> Entry<'a> {
    Entry { run: Cell::new(run), exit: OnceCell::new(), op }
}
