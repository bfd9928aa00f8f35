//! The fewest dispatches that execute the runs of a corpus with a set of sequences.

use std::collections::HashMap;

use super::corpus::{ALONE, Corpus, Sequence};

/// The longest sequence.
pub const LONGEST: usize = 4;

/// A corpus, and the sequences that there are.
pub struct Cover<'c> {
    corpus: &'c Corpus,
    /// Where each sequence that could be is: pieces, each once.
    places: HashMap<Sequence, Vec<u32>>,
    /// For each position of each piece, a bit for each length of which there is a sequence.
    lengths: Vec<Vec<u8>>,
    /// Dispatches that each piece takes.
    costs: Vec<u32>,
}

impl<'c> Cover<'c> {
    /// No sequences.
    pub fn new(corpus: &'c Corpus) -> Cover<'c> {
        let mut places: HashMap<Sequence, Vec<u32>> = HashMap::new();
        for (at, piece) in corpus.pieces.iter().enumerate() {
            for length in 2..=LONGEST {
                for window in piece.windows(length).filter(|window| !window.contains(&ALONE)) {
                    let places = places.entry(window.to_vec()).or_default();
                    if places.last() != Some(&(at as u32)) {
                        places.push(at as u32);
                    }
                }
            }
        }
        let lengths = corpus.pieces.iter().map(|piece| vec![0; piece.len()]).collect();
        let costs = corpus.pieces.iter().map(|piece| piece.len() as u32).collect();
        Cover { corpus, places, lengths, costs }
    }

    /// Dispatches per instruction.
    pub fn dispatches(&self) -> f64 {
        self.costs.iter().zip(&self.corpus.weights).map(|(cost, weight)| f64::from(*cost) * weight).sum()
    }

    /// Every sequence that could be, with more than it can save.
    pub fn candidates(&self) -> Vec<(Sequence, f64)> {
        let occurrences = |sequence: &Sequence, piece: u32| {
            let piece = &self.corpus.pieces[piece as usize];
            piece.windows(sequence.len()).filter(|window| *window == &sequence[..]).count() as f64
        };
        let most = |sequence: &Sequence, places: &Vec<u32>| -> f64 {
            let executed = places.iter().map(|at| self.corpus.weights[*at as usize] * occurrences(sequence, *at));
            executed.sum::<f64>() * (sequence.len() - 1) as f64
        };
        self.places.iter().map(|(sequence, places)| (sequence.clone(), most(sequence, places))).collect()
    }

    /// What adding a sequence would save.
    pub fn gain(&self, sequence: &[u16]) -> f64 {
        self.change(sequence, |lengths, at| lengths[at] | 1 << sequence.len())
    }

    /// What removing a sequence would cost.
    pub fn loss(&self, sequence: &[u16]) -> f64 {
        -self.change(sequence, |lengths, at| lengths[at] & !(1 << sequence.len()))
    }

    /// The dispatches saved if `new` gave the lengths where the sequence is.
    fn change(&self, sequence: &[u16], new: impl Fn(&[u8], usize) -> u8) -> f64 {
        let mut saved = 0.0;
        for at in self.places.get(sequence).into_iter().flatten().map(|at| *at as usize) {
            let (piece, lengths) = (&self.corpus.pieces[at], &self.lengths[at]);
            let here = |position: usize| {
                let is_here = piece[position..].starts_with(sequence);
                if is_here { new(lengths, position) } else { lengths[position] }
            };
            saved += (f64::from(self.costs[at]) - f64::from(fewest(piece.len(), here))) * self.corpus.weights[at];
        }
        saved
    }

    /// Adds a sequence.
    pub fn add(&mut self, sequence: &[u16]) {
        self.set(sequence, |lengths| lengths | 1 << sequence.len());
    }

    /// Removes a sequence.
    pub fn remove(&mut self, sequence: &[u16]) {
        self.set(sequence, |lengths| lengths & !(1 << sequence.len()));
    }

    fn set(&mut self, sequence: &[u16], new: impl Fn(u8) -> u8) {
        for at in self.places.get(sequence).into_iter().flatten().map(|at| *at as usize) {
            let (piece, lengths) = (&self.corpus.pieces[at], &mut self.lengths[at]);
            for position in (0..piece.len()).filter(|position| piece[*position..].starts_with(sequence)) {
                lengths[position] = new(lengths[position]);
            }
            self.costs[at] = fewest(piece.len(), |position| lengths[position]);
        }
    }
}

/// The fewest dispatches for a piece, given the lengths of the sequences at each position.
fn fewest(length: usize, lengths: impl Fn(usize) -> u8) -> u32 {
    // Of the next four positions, the nearest first.
    let mut behind = [0; LONGEST];
    for position in (0..length).rev() {
        let lengths = lengths(position);
        let several = (2..=LONGEST).filter(|length| lengths & 1 << length != 0).map(|length| behind[length - 1]);
        let best = 1 + several.fold(behind[0], u32::min);
        behind.rotate_right(1);
        behind[0] = best;
    }
    behind[0]
}
