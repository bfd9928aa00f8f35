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
        let [draft, behind @ ..] = &drafts[at..] else { return };
        let alone = (single(draft, options), 1 + dispatches(behind));
        (drafts[at].run, drafts[at].dispatches) = if copies { best(&drafts[at..], alone) } else { alone };
    }
}

/// How many dispatches the instructions take, which have been covered.
fn dispatches(drafts: &[Draft]) -> u8 {
    drafts.first().map_or(0, |draft| draft.dispatches)
}

/// The best handler for the first instruction, and the dispatches that the instructions take with it: that of the instruction
/// alone, or of a sequence. Of sequences of one length, the first that agrees forwards most.
fn best(drafts: &[Draft], alone: (Handler, u8)) -> (Handler, u8) {
    let (mut best, mut sequences) = (alone, drafts[0].variants.sequences);
    if drafts[0].checked {
        return alone;
    }
    for (length, draft) in drafts.iter().enumerate().skip(1) {
        let longer = if draft.checked { None } else { sequences.with(draft.instance) };
        let Some(longer) = longer else { break };
        sequences = longer;
        let taken = 1 + dispatches(&drafts[length + 1..]);
        let agrees = |sequence: &&Sequence| {
            sequence.forwarded.iter().zip(drafts).all(|(wanted, draft)| draft.forwarded & wanted == *wanted)
        };
        if let Some(sequence) = sequences.complete.iter().filter(|_| taken < best.1).find(agrees) {
            let last = &drafts[usize::from(sequence.last_writer)];
            best = (if last.dead { sequence.dead } else { sequence.live }, taken);
        }
    }
    best
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
