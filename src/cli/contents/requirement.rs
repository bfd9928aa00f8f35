//! Which processor executes every instruction of a program.
//!
//! What a processor has is what `--cpu` says of it: one list of features for running and for asking.

use crate::cpu::Model;
use crate::engine;

use super::tally::{RowTally, Tally};

/// What a processor must have for a program.
pub struct Requirement {
    /// The oldest generation that executes all of it but what none executes.
    pub generation: &'static str,
    /// The features that make it necessary: those that the generation before it lacks.
    pub because: Vec<&'static str>,
    /// Features that the program has instructions of and no generation has.
    pub nowhere: Vec<&'static str>,
}

impl Requirement {
    /// What the rows of a program need.
    pub fn of(tally: &Tally) -> Requirement {
        let generations = engine::generations();
        // The names are the engine's own; each generation has what the one before it had.
        let lacks = |generation: &&str| {
            engine::processor(generation).map_or_else(|_| Vec::new(), |model| features(tally, &model))
        };
        let nowhere = generations.last().map_or_else(Vec::new, lacks);
        let mut because = Vec::new();
        for generation in generations {
            let lacking: Vec<&str> =
                lacks(&generation).into_iter().filter(|feature| !nowhere.contains(feature)).collect();
            if lacking.is_empty() {
                return Requirement { generation, because, nowhere };
            }
            because = lacking;
        }
        Requirement { generation: "max", because, nowhere }
    }
}

/// The rows of a program that a processor refuses, each with the feature that it lacks.
pub fn lacking<'t>(tally: &'t Tally, model: &Model) -> Vec<(&'t RowTally, &'static str)> {
    tally.rows.iter().filter_map(|tally| Some((tally, model.lacks(&tally.row.cpuid)?))).collect()
}

/// The features that a program needs and a processor lacks, each once.
fn features(tally: &Tally, model: &Model) -> Vec<&'static str> {
    let mut features: Vec<&str> = lacking(tally, model).into_iter().map(|(_, feature)| feature).collect();
    features.sort_unstable();
    features.dedup();
    features
}
