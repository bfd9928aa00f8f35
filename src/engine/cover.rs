//! Covering: which handler executes each instruction of a block, so that it takes the fewest dispatches.
//!
//! A sequence is executed by the handler of its first entry. Its other entries keep handlers of their own,
//! for when one of its instructions misses the fast path, and control goes on behind that one.

use super::code::Handler;
use super::draft::Draft;
use super::held;
use super::options::Options;
use super::sequence::Sequence;

/// For each instruction, the handler of its entry: the best choice for a block that begins there.
pub fn handlers(drafts: &[Draft], dead: &[bool], options: &Options) -> Vec<Handler> {
    let copies = options.fuse && !options.checked;
    let forwarded = held::operands(drafts, copies);
    // Dispatches from each instruction to the end of the block.
    let mut cost = vec![0; drafts.len() + 1];
    let mut chosen = Vec::with_capacity(drafts.len());
    for at in (0..drafts.len()).rev() {
        let mut best = (single(&drafts[at], forwarded[at], dead[at], options), cost[at + 1] + 1);
        if copies {
            matching(&drafts[at..], &forwarded[at..], |length, sequence| {
                let last = at + usize::from(sequence.last_writer);
                let dispatches = cost[at + length] + 1;
                if dispatches < best.1 {
                    best = (if dead[last] { sequence.dead } else { sequence.live }, dispatches);
                }
            });
        }
        cost[at] = best.1;
        chosen.push(best.0);
    }
    chosen.reverse();
    chosen
}

/// The handler of one instruction alone.
fn single(draft: &Draft, forwarded: u8, dead: bool, options: &Options) -> Handler {
    let variants = draft.variants;
    if draft.checked || options.checked {
        return variants.checked;
    }
    let special = variants.special.filter(|_| options.fuse).and_then(|special| special.find(&draft.op));
    let forwarding = variants.forwarding.filter(|_| forwarded != 0);
    let forwarding = forwarding.and_then(|forwarding| forwarding.handlers.get(usize::from(forwarded) - 1).copied());
    let [live, no_flags] = forwarding.or(special).unwrap_or([variants.live, variants.dead]);
    if dead { no_flags } else { live }
}

/// Gives each sequence that the instructions begin with, and its length.
fn matching(drafts: &[Draft], forwarded: &[u8], mut found: impl FnMut(usize, &Sequence)) {
    let mut sequences = drafts[0].variants.sequences;
    for (at, draft) in drafts.iter().enumerate() {
        let longer = if at == 0 { Some(sequences) } else { sequences.with(draft.instance) };
        let Some(longer) = longer.filter(|_| !draft.checked) else { return };
        sequences = longer;
        let agrees = |sequence: &&Sequence| {
            sequence.forwarded.iter().zip(forwarded).all(|(wanted, there)| there & wanted == *wanted)
        };
        sequences.complete.iter().filter(agrees).for_each(|sequence| found(at + 1, sequence));
    }
}
