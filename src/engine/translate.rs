//! Translation: choosing each instruction's handler and closing the block.

use std::cell::Cell;

use crate::cpu::Segment;
use crate::instructions::{Exception, Machine, Op};
use crate::table::handler::Ending;

use super::code::{Block, Code, Entry, Exit, Handler};
use super::draft::{Draft, drafts};
use super::options::Options;
use super::{dispatch, liveness};

/// Translates the block at `CS:EIP` and enters it in the index.
///
/// # Errors
/// What executing the first instruction would raise because of its encoding.
pub fn block<'a>(m: &mut Machine, code: &Code<'a>, options: &Options, limit: u8) -> Result<Block<'a>, Exception> {
    let start = m.cpu.eip;
    let drafts = drafts(m, code.assumptions(), limit)?;
    let entries = assemble(&drafts, options);
    let base = m.cpu.segments[Segment::Cs as usize].descriptor.base();
    let end = drafts.last().map_or(start, |draft| draft.op.next);
    let first = base.wrapping_add(start);
    m.memory.mark_code(first, end.wrapping_sub(start));
    let block = code.store(entries);
    if limit == options.block {
        let last = base.wrapping_add(end.wrapping_sub(1));
        // A page that could be fetched has a frame.
        let [Some(head), Some(tail)] = [first, last].map(|at| m.memory.code_frame(at >> 12)) else { return Ok(block) };
        code.insert(start, block, [(first >> 12, head), (last >> 12, tail)]);
    }
    Ok(block)
}

/// Chooses each instruction's handler and closes the block.
fn assemble<'a>(drafts: &[Draft], options: &Options) -> Vec<Entry<'a>> {
    let dead = liveness::dead_flags(drafts, options.liveness);
    let count = drafts.len() as u8;
    let mut entries = Vec::with_capacity(drafts.len() + 1);
    for (at, draft) in drafts.iter().enumerate() {
        let run = handler(draft, drafts.get(at + 1), dead[at], options);
        let op = Op { left: count - at as u8, ..draft.op };
        entries.push(Entry { run: Cell::new(run), exit: Cell::new(Exit::To(draft.target.unwrap_or(0))), op });
    }
    if let Some(last) = drafts.last().filter(|last| last.variants.ending != Ending::Always) {
        let op = Op { eip: last.op.next, next: last.op.next, ..Op::default() };
        entries.push(Entry { run: Cell::new(dispatch::fall_through), exit: Cell::new(Exit::To(op.next)), op });
    }
    entries
}

/// The best handler for an instruction, given the one behind it.
fn handler(draft: &Draft, next: Option<&Draft>, dead: bool, options: &Options) -> Handler {
    let variants = draft.variants;
    if draft.checked || options.checked {
        return variants.checked;
    }
    if let Some(fused) = fused(draft, next).filter(|_| options.fuse) {
        return fused;
    }
    let special = variants.special.filter(|_| options.fuse).and_then(|special| special.find(&draft.op));
    let [live, no_flags] = special.unwrap_or([variants.live, variants.dead]);
    if dead { no_flags } else { live }
}

/// The handler that does an instruction together with the conditional jump behind it.
fn fused(draft: &Draft, next: Option<&Draft>) -> Option<Handler> {
    let condition = next.filter(|next| !next.checked)?.variants.condition?;
    Some(draft.variants.fused?[usize::from(condition)])
}
