//! Covering: which handler executes each instruction of a block, so that it takes the fewest dispatches.
//!
//! A sequence is executed by the handler of its first entry. Its other entries keep handlers of their own,
//! for when one of its instructions misses the fast path, and control goes on behind that one.

use super::code::Handler;
use super::draft::Draft;
use super::options::Options;
use super::sequence::Sequence;

/// Chooses for each instruction the handler of its entry: the best choice for a block that begins there.
pub fn handlers(drafts: &mut [Draft], options: &Options) {
    let copies = options.fuse && !options.checked;
    for at in (0..drafts.len()).rev() {
        let dispatches = |behind: usize| 1 + drafts.get(at + behind).map_or(0, |draft| draft.dispatches);
        let mut best = (single(&drafts[at], options), dispatches(1));
        if copies {
            matching(&drafts[at..], |length, sequence| {
                let last = &drafts[at + usize::from(sequence.last_writer)];
                if dispatches(length) < best.1 {
                    best = (if last.dead { sequence.dead } else { sequence.live }, dispatches(length));
                }
            });
        }
        (drafts[at].run, drafts[at].dispatches) = best;
    }
}

/// The handler of one instruction alone.
fn single(draft: &Draft, options: &Options) -> Handler {
    let variants = draft.variants;
    if draft.checked || options.checked {
        return variants.checked;
    }
    let forwarding = variants.forwarding.filter(|_| draft.forwarded != 0);
    let forwarding = forwarding.and_then(|known| known.handlers.get(usize::from(draft.forwarded) - 1).copied());
    let [live, no_flags] = forwarding.unwrap_or([variants.live, variants.dead]);
    if draft.dead { no_flags } else { live }
}

/// Gives each sequence that the instructions begin with, and its length.
fn matching(drafts: &[Draft], mut found: impl FnMut(usize, &Sequence)) {
    let mut sequences = drafts[0].variants.sequences;
    for (at, draft) in drafts.iter().enumerate() {
        let longer = if at == 0 { Some(sequences) } else { sequences.with(draft.instance) };
        let Some(longer) = longer.filter(|_| !draft.checked) else { return };
        sequences = longer;
        let agrees = |sequence: &&Sequence| {
            sequence.forwarded.iter().zip(drafts).all(|(wanted, draft)| draft.forwarded & wanted == *wanted)
        };
        sequences.complete.iter().filter(agrees).for_each(|sequence| found(at + 1, sequence));
    }
}
