//! Choosing: always the sequence next that saves most beside those that were chosen before.

use std::collections::BinaryHeap;

use super::corpus::Sequence;
use super::cover::Cover;

/// How often the least useful tenth is given up for better ones: what was chosen early may be of little use
/// beside what came later.
const ROUNDS: usize = 3;

/// Chooses so many sequences, which the cover then has. Gives them with the share of dispatches that each saves
/// beside those before it.
pub fn choose(cover: &mut Cover, number: usize) -> Vec<(Sequence, f64)> {
    let mut candidates = cover.candidates();
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    candidates.truncate(number * 20 + 10_000);
    let mut chosen: Vec<Sequence> =
        greedy(cover, &candidates, number).into_iter().map(|(sequence, _)| sequence).collect();
    for _ in 0..ROUNDS {
        chosen.sort_by(|a, b| cover.loss(b).total_cmp(&cover.loss(a)));
        for sequence in chosen.split_off(chosen.len() - chosen.len() / 10) {
            cover.remove(&sequence);
        }
        let fresh: Vec<_> = candidates.iter().filter(|(sequence, _)| !chosen.contains(sequence)).cloned().collect();
        let more = greedy(cover, &fresh, number - chosen.len());
        chosen.extend(more.into_iter().map(|(sequence, _)| sequence));
    }
    chosen.iter().for_each(|sequence| cover.remove(sequence));
    let chosen: Vec<_> = candidates.into_iter().filter(|(sequence, _)| chosen.contains(sequence)).collect();
    greedy(cover, &chosen, number)
}

/// A sequence, and what it saves: if `fresh` is not the number of those that were chosen, what it saved once.
#[derive(PartialEq)]
struct Candidate {
    saves: f64,
    fresh: usize,
    sequence: Sequence,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.saves.total_cmp(&other.saves).then_with(|| other.sequence.cmp(&self.sequence))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Adds so many of the candidates. What a sequence saves hardly grows when others are added, so that only those
/// at the top are looked at again.
fn greedy(cover: &mut Cover, candidates: &[(Sequence, f64)], number: usize) -> Vec<(Sequence, f64)> {
    let mut heap: BinaryHeap<Candidate> = candidates
        .iter()
        .map(|(sequence, most)| Candidate { saves: *most, fresh: usize::MAX, sequence: sequence.clone() })
        .collect();
    let mut chosen = Vec::new();
    while chosen.len() < number {
        let Some(candidate) = heap.pop() else { break };
        if candidate.fresh == chosen.len() {
            if candidate.saves <= 0.0 {
                break;
            }
            cover.add(&candidate.sequence);
            chosen.push((candidate.sequence, candidate.saves));
        } else {
            heap.push(Candidate { saves: cover.gain(&candidate.sequence), fresh: chosen.len(), ..candidate });
        }
    }
    chosen
}
