//! Counts of several programs, brought together: their runs in one numbering of forms.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::Deserialize;

/// What `tab86 profile` wrote of one program.
#[derive(Deserialize)]
pub struct Profile {
    /// The file's name.
    #[serde(skip)]
    pub name: String,
    pub instructions: u64,
    pub forms: Vec<Form>,
    runs: Vec<(u64, Vec<usize>)>,
    left_out: u64,
}

#[derive(Deserialize)]
pub struct Form {
    pub form: String,
    also: Vec<String>,
    pub count: u64,
    transfers: String,
    sequences: bool,
    pub addresses: BTreeMap<String, u64>,
    pub operands: BTreeMap<String, u64>,
}

impl Profile {
    pub fn read(path: &str) -> Result<Profile, Box<dyn Error>> {
        let file = File::open(path).map_err(|error| format!("{path}: {error}"))?;
        let mut profile: Profile =
            serde_json::from_reader(BufReader::new(file)).map_err(|error| format!("{path}: {error}"))?;
        profile.name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(profile)
    }
}

/// A sequence: numbers of forms.
pub type Sequence = Vec<u16>;

/// A form that cannot be part of a sequence.
pub const ALONE: u16 = u16::MAX;

/// Runs of several programs.
pub struct Corpus {
    names: Vec<String>,
    numbers: HashMap<String, u16>,
    /// Runs, cut behind what may transfer control: nothing but the last step of a sequence may.
    pub pieces: Vec<Vec<u16>>,
    /// The share of each piece in all executed instructions, damped, is this times its length.
    pub weights: Vec<f64>,
}

/// How much more a run counts that is executed more often: to this power. With 1 it is the share in the executed
/// instructions, by which a list is judged. The innermost loops of the programs that are there say little of other
/// programs; what they have in common is in many places.
#[derive(Clone, Copy)]
pub struct Damping(pub f64);

impl Damping {
    /// Counts as they are.
    pub const NONE: Damping = Damping(1.0);

    fn of(self, share: f64) -> f64 {
        share.powf(self.0)
    }
}

impl Corpus {
    /// Programs that weigh the same.
    pub fn of(profiles: &[Profile], damping: Damping) -> Corpus {
        let mut corpus = Corpus { names: Vec::new(), numbers: HashMap::new(), pieces: Vec::new(), weights: Vec::new() };
        let mut pieces: HashMap<Vec<u16>, f64> = HashMap::new();
        for profile in profiles {
            let numbers: Vec<u16> = profile.forms.iter().map(|form| corpus.number(form)).collect();
            let listed = profile.instructions - profile.left_out;
            let damped = |count: u64| damping.of(count as f64 / listed as f64);
            let whole: f64 = profile.runs.iter().map(|(count, run)| damped(*count) * run.len() as f64).sum();
            for (count, run) in &profile.runs {
                let weight = damped(*count) / whole / profiles.len() as f64;
                for piece in run.split_inclusive(|form| profile.forms[*form].transfers != "never") {
                    *pieces.entry(piece.iter().map(|form| numbers[*form]).collect()).or_default() += weight;
                }
            }
        }
        // Always in the same order, for equal answers to equal questions.
        let mut pieces: Vec<(Vec<u16>, f64)> = pieces.into_iter().collect();
        pieces.sort_by(|a, b| a.0.cmp(&b.0));
        (corpus.pieces, corpus.weights) = pieces.into_iter().unzip();
        corpus
    }

    fn number(&mut self, form: &Form) -> u16 {
        if !form.sequences {
            return ALONE;
        }
        let number = *self.numbers.entry(form.form.clone()).or_insert_with(|| {
            self.names.push(form.form.clone());
            self.names.len() as u16 - 1
        });
        self.numbers.extend(form.also.iter().map(|name| (name.clone(), number)));
        number
    }

    /// The sequences that a line names, but for those with forms that the programs do not have. Which operands are
    /// forwarded makes no difference to dispatches.
    pub fn sequences(&self, line: &str) -> Vec<Sequence> {
        line.replace('*', "").split(';').fold(vec![Sequence::new()], |sequences, step| {
            let forms = step.split('|').filter_map(|name| self.numbers.get(name.trim()));
            forms.flat_map(|form| sequences.iter().map(|steps| [&steps[..], &[*form]].concat())).collect()
        })
    }

    pub fn text(&self, sequence: &[u16]) -> String {
        let names: Vec<&str> = sequence.iter().map(|form| self.names[usize::from(*form)].as_str()).collect();
        names.join(" ; ")
    }
}
