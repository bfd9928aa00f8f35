//! The counts of a run, and the report of them.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::form::{self, Ending, FormKey, Occurrence};

use super::operands;

/// Runs that a report has at most; the others are only summed up.
const RUNS: usize = 100_000;

/// All that is told apart about an instruction.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Kind {
    form: FormKey,
    checked: bool,
    ending: Ending,
    repeats: bool,
    address: String,
    operands: String,
}

impl Kind {
    /// That of an instruction of the program.
    pub fn of(occurrence: &Occurrence) -> Kind {
        let instruction = &occurrence.instruction;
        Kind {
            form: occurrence.form,
            checked: occurrence.checked,
            ending: occurrence.ending,
            repeats: instruction.prefixes.repeat.is_some(),
            address: operands::address(instruction),
            operands: operands::operands(instruction),
        }
    }
}

/// How often each kind of instruction and each run was executed.
#[derive(Default)]
pub struct Counts {
    numbers: HashMap<Kind, u32>,
    kinds: Vec<(Kind, u64)>,
    runs: HashMap<Box<[u32]>, u64>,
}

impl Counts {
    /// The number of a kind.
    pub fn kind(&mut self, kind: Kind) -> u32 {
        *self.numbers.entry(kind).or_insert_with_key(|kind| {
            self.kinds.push((kind.clone(), 0));
            self.kinds.len() as u32 - 1
        })
    }

    /// Whether a kind has a prefix that repeats it.
    pub fn repeats(&self, kind: u32) -> bool {
        self.kinds[kind as usize].0.repeats
    }

    /// Counts a run that was executed.
    pub fn add_run(&mut self, run: &[u32]) {
        match self.runs.get_mut(run) {
            Some(count) => *count += 1,
            None => drop(self.runs.insert(run.into(), 1)),
        }
    }

    /// What was counted, by form.
    pub fn report(mut self) -> Report {
        for (run, count) in &self.runs {
            run.iter().for_each(|kind| self.kinds[*kind as usize].1 += count);
        }
        let names = form::names();
        let mut forms: BTreeMap<(FormKey, bool), Form> = BTreeMap::new();
        for (kind, count) in &self.kinds {
            let form = forms.entry((kind.form, kind.checked)).or_insert_with(|| Form {
                form: names[&kind.form].names[0].clone(),
                also: names[&kind.form].names[1..].to_vec(),
                count: 0,
                transfers: transfers(kind.ending),
                sequences: names[&kind.form].unique && !kind.checked,
                addresses: BTreeMap::new(),
                operands: BTreeMap::new(),
            });
            form.count += count;
            *form.operands.entry(kind.operands.clone()).or_default() += count;
            if !kind.address.is_empty() {
                *form.addresses.entry(kind.address.clone()).or_default() += count;
            }
        }
        let mut order: Vec<((FormKey, bool), Form)> = forms.into_iter().collect();
        order.sort_by(|(_, a), (_, b)| b.count.cmp(&a.count).then_with(|| a.form.cmp(&b.form)));
        let position: HashMap<(FormKey, bool), usize> =
            order.iter().enumerate().map(|(at, (key, _))| (*key, at)).collect();
        let position: Vec<usize> = self.kinds.iter().map(|(kind, _)| position[&(kind.form, kind.checked)]).collect();
        let mut runs: HashMap<Vec<usize>, u64> = HashMap::new();
        for (run, count) in self.runs {
            *runs.entry(run.iter().map(|kind| position[*kind as usize]).collect()).or_default() += count;
        }
        Report::new(order.into_iter().map(|(_, form)| form).collect(), runs)
    }
}

fn transfers(ending: Ending) -> &'static str {
    match ending {
        Ending::Plain | Ending::Flags => "never",
        Ending::Conditional => "sometimes",
        Ending::Always => "always",
    }
}

/// What is written.
#[derive(Serialize)]
pub struct Report {
    /// Instructions that were executed.
    instructions: u64,
    /// Runs that were executed.
    executed_runs: u64,
    /// The forms, the most executed first.
    forms: Vec<Form>,
    /// The runs, those with the most instructions first: the count, and positions in `forms`.
    runs: Vec<(u64, Vec<usize>)>,
    /// Instructions in further runs.
    left_out: u64,
}

#[derive(Serialize)]
struct Form {
    /// Its name in `sequences.json`.
    form: String,
    /// Other names of it there.
    also: Vec<String>,
    count: u64,
    /// Whether it transfers control.
    transfers: &'static str,
    /// Whether it can be part of a sequence.
    sequences: bool,
    /// By how the address of its memory operand is computed.
    addresses: BTreeMap<String, u64>,
    /// By its operands, numbers left out.
    operands: BTreeMap<String, u64>,
}

impl Report {
    fn new(forms: Vec<Form>, runs: HashMap<Vec<usize>, u64>) -> Report {
        let weight = |(count, run): &(u64, Vec<usize>)| count * run.len() as u64;
        let mut runs: Vec<(u64, Vec<usize>)> = runs.into_iter().map(|(run, count)| (count, run)).collect();
        runs.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.cmp(b)));
        let executed_runs = runs.iter().map(|(count, _)| count).sum();
        let left_out = runs.iter().skip(RUNS).map(weight).sum();
        runs.truncate(RUNS);
        Report { instructions: forms.iter().map(|form| form.count).sum(), executed_runs, forms, runs, left_out }
    }
}
