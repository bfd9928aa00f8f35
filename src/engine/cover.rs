//! Covering: which handler executes each instruction of a block, so that it costs least.
//!
//! A sequence is executed by the handler of its first entry. Its other entries keep handlers of their own,
//! for when one of its instructions misses the fast path, and control goes on behind that one.

use super::code::Handler;
use super::draft::Draft;
use super::options::Options;
use super::sequence::Sequence;

/// What a dispatch costs.
const DISPATCH: u16 = 2;

/// What it costs to read a register that the instruction before has just written, instead of having its value
/// forwarded: the host waits for a store to be there for a load, which takes as long as a dispatch.
const UNFORWARDED: u16 = 2;

/// Chooses for each instruction the handler of its entry: the best choice for a block that begins there.
pub fn handlers(drafts: &mut [Draft], options: &Options) {
    let copies = options.fuse && !options.checked;
    for at in (0..drafts.len()).rev() {
        let [draft, behind @ ..] = &drafts[at..] else { return };
        let alone = (single(draft, options), DISPATCH + cost(behind));
        (drafts[at].run, drafts[at].cost) = if copies { best(&drafts[at..], alone) } else { alone };
    }
}

/// What the instructions cost, which have been covered.
fn cost(drafts: &[Draft]) -> u16 {
    drafts.first().map_or(0, |draft| draft.cost)
}

/// The best handler for the first instruction, and what the instructions cost with it: that of the instruction alone,
/// or of a sequence.
fn best(drafts: &[Draft], alone: (Handler, u16)) -> (Handler, u16) {
    let (mut best, mut sequences) = (alone, drafts[0].variants.sequences);
    if drafts[0].checked {
        return alone;
    }
    for (length, draft) in drafts.iter().enumerate().skip(1) {
        let longer = if draft.checked { None } else { sequences.with(draft.instance) };
        let Some(longer) = longer else { break };
        sequences = longer;
        let least = DISPATCH + cost(&drafts[length + 1..]);
        if least >= best.1 {
            continue;
        }
        for sequence in sequences.complete {
            let Some(whole) = unforwarded(sequence, drafts).map(|more| least + more).filter(|cost| *cost < best.1)
            else {
                continue;
            };
            let last = &drafts[usize::from(sequence.last_writer)];
            best = (if last.dead { sequence.dead } else { sequence.live }, whole);
        }
    }
    best
}

/// What a sequence costs for operands that could be forwarded and are not; `None` if it forwards some that cannot.
fn unforwarded(sequence: &Sequence, drafts: &[Draft]) -> Option<u16> {
    sequence.forwarded.iter().zip(drafts).try_fold(0, |cost, (forwarded, draft)| {
        let agrees = draft.forwarded & forwarded == *forwarded;
        agrees.then_some(cost + if draft.forwarded == *forwarded { 0 } else { UNFORWARDED })
    })
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

#[cfg(test)]
mod tests {
    use super::super::assumptions::Assumptions;
    use super::super::draft::draft;
    use super::super::fetch::CodeWindow;
    use super::super::{dispatch, held};
    use super::*;
    use crate::instructions::Machine;
    use crate::memory::Perm;

    #[test]
    fn what_is_not_forwarded_costs_more_and_what_cannot_be_is_refused() {
        let mut m = Machine::default();
        m.memory.map(0, 4096, Perm::READ | Perm::EXECUTE);
        // mov eax, [ebx]; add eax, ecx
        m.memory.copy_in(0, &[0x8b, 0x03, 0x01, 0xc8]);
        let (assumptions, mut window) = (Assumptions::of(&m.cpu), CodeWindow::new(&m));
        let mut drafts = [0, 2].map(|eip| draft(&mut window, &mut m, eip, &assumptions).unwrap());
        held::operands(&mut drafts);
        let unforwarded = |forwarded| {
            let sequence = Sequence { forwarded, last_writer: 1, live: dispatch::stale, dead: dispatch::stale };
            unforwarded(&sequence, &drafts)
        };
        assert_eq!(unforwarded(&[0, 1]), Some(0), "the first operand of ADD");
        assert_eq!(unforwarded(&[0, 0]), Some(UNFORWARDED));
        assert_eq!(unforwarded(&[0, 2]), None, "the second is another register");
    }
}
