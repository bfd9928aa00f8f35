//! Covering: which handler executes each instruction of a block, so that it takes the fewest dispatches.
//!
//! A sequence is executed by the handler of its first entry. Its other entries keep handlers of their own,
//! for when one of its instructions misses the fast path, and control goes on behind that one.

use super::code::Handler;
use super::draft::Draft;
use super::options::Options;
use super::sequence::Sequence;

/// For each instruction, the handler of its entry: the best choice for a block that begins there.
pub fn handlers(drafts: &[Draft], dead: &[bool], options: &Options) -> Vec<Handler> {
    // Dispatches from each instruction to the end of the block.
    let mut cost = vec![0; drafts.len() + 1];
    let mut chosen = Vec::with_capacity(drafts.len());
    for at in (0..drafts.len()).rev() {
        let one = (single(&drafts[at], dead[at], options), cost[at + 1] + 1);
        let several = matching(&drafts[at..], options).map(|sequence| {
            let last = at + usize::from(sequence.last_writer);
            (if dead[last] { sequence.dead } else { sequence.live }, cost[at + sequence.length()] + 1)
        });
        let (handler, dispatches) = several.fold(one, |best, other| if other.1 < best.1 { other } else { best });
        cost[at] = dispatches;
        chosen.push(handler);
    }
    chosen.reverse();
    chosen
}

/// The handler of one instruction alone.
fn single(draft: &Draft, dead: bool, options: &Options) -> Handler {
    let variants = draft.variants;
    if draft.checked || options.checked {
        return variants.checked;
    }
    let special = variants.special.filter(|_| options.fuse).and_then(|special| special.find(&draft.op));
    let [live, no_flags] = special.unwrap_or([variants.live, variants.dead]);
    if dead { no_flags } else { live }
}

/// The sequences that the instructions begin with.
fn matching<'d>(drafts: &'d [Draft], options: &Options) -> impl Iterator<Item = &'static Sequence> + 'd {
    let enabled = options.fuse && !options.checked;
    let sequences = if enabled { drafts[0].variants.sequences } else { &[] };
    sequences.iter().filter(|sequence| {
        let steps = drafts.get(..sequence.length()).unwrap_or(&[]);
        !steps.is_empty()
            && steps.iter().all(|step| !step.checked)
            && steps[1..].iter().zip(sequence.others).all(|(step, instance)| step.instance == *instance)
    })
}
