//! The handlers of sequences: each does the work of several instructions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::handler::Ending;
use super::super::schema::TableError;
use super::copies::Copies;
use super::forwarding::{self, Candidate};
use super::instances::Instances;

/// A step: the number of the instance, and which of its operands are forwarded, as bits.
pub type SequenceStep = (usize, u8);

/// The sequences that begin with each instance, by its number; the longest first.
pub type SequencesByFirst = BTreeMap<usize, Vec<Vec<SequenceStep>>>;

/// Finds the instances that the sequences name.
///
/// # Errors
/// An instruction that is not there, a sequence of one, one that goes on behind a transfer of control, and one
/// that is there twice.
pub fn resolve(copies: &Copies, instances: &Instances) -> Result<SequencesByFirst, TableError> {
    let mut sequences = SequencesByFirst::new();
    let mut seen = BTreeSet::new();
    for (line, names) in &copies.sequences {
        let steps: Vec<SequenceStep> =
            names.iter().map(|name| step(instances, *line, name)).collect::<Result<_, _>>()?;
        let [first, middle @ .., _] = &steps[..] else {
            return Err(Copies::error(*line, "a sequence has at least two instructions, with `;` between".to_string()));
        };
        let transfers = |step: &SequenceStep| !matches!(instances.list[step.0].ending, Ending::Plain | Ending::Flags);
        if transfers(first) || middle.iter().any(transfers) {
            let problem = "only the last instruction of a sequence may transfer control";
            return Err(Copies::error(*line, problem.to_string()));
        }
        if !seen.insert(steps.clone()) {
            return Err(Copies::error(*line, "this sequence is there already; remove it".to_string()));
        }
        sequences.entry(first.0).or_default().push(steps);
    }
    let forwarded = |steps: &[SequenceStep]| steps.iter().map(|(_, bits)| bits.count_ones()).sum::<u32>();
    sequences
        .values_mut()
        .for_each(|list| list.sort_by_key(|steps| std::cmp::Reverse((steps.len(), forwarded(steps)))));
    Ok(sequences)
}

/// Finds the instance that a step names; `*` behind an operand: it is forwarded.
fn step(instances: &Instances, line: usize, name: &str) -> Result<SequenceStep, TableError> {
    let number = instances.names.find(line, &name.replace('*', ""))?;
    let written = name.split_once(' ').map_or("", |(_, operands)| operands).split(',').map(str::trim);
    let marked: Vec<bool> = written.map(|operand| operand.ends_with('*')).collect();
    let candidates = if instances.forwards[number] { forwarding::operands(instances, number) } else { Vec::new() };
    let bit = |(at, candidate): (usize, &Candidate)| {
        candidate.position.filter(|position| marked.get(*position) == Some(&true)).map(|_| 1 << at)
    };
    let bits: Vec<u8> = candidates.iter().enumerate().filter_map(bit).collect();
    if bits.len() != marked.iter().filter(|marked| **marked).count() {
        let problem = format!("`{name}`: an operand with `*` is one that `forwarding` does not list, or does not read");
        return Err(Copies::error(line, problem));
    }
    Ok((number, bits.iter().sum()))
}

/// The handlers of the sequences that begin with an instance, and their tree.
pub fn emit(out: &mut String, instances: &Instances, first: usize, sequences: &[Vec<SequenceStep>]) {
    let mut literals = Vec::new();
    for (at, steps) in sequences.iter().enumerate() {
        let text: Vec<String> = steps.iter().map(|step| rust(instances, *step)).collect();
        let text = text.join(" ");
        let (name, length) = (format!("q{first}_{at}"), steps.len());
        writeln!(out, "sequence!({name}_live, Live, {length}, {text});").unwrap();
        let endings: Vec<Ending> = steps.iter().map(|step| instances.list[step.0].ending).collect();
        let last_writer = endings.iter().rposition(|ending| *ending == Ending::Flags);
        let goes_on = matches!(endings.last(), Some(Ending::Plain | Ending::Flags));
        let dead = if last_writer.is_some() && goes_on { "dead" } else { "live" };
        if dead == "dead" {
            writeln!(out, "sequence!({name}_dead, Dead, {length}, {text});").unwrap();
        }
        let forwarded: Vec<u8> = steps.iter().map(|(_, bits)| *bits).collect();
        let last_writer = last_writer.unwrap_or(0);
        let literal = format!(
            "Sequence {{ forwarded: &{forwarded:?}, last_writer: {last_writer}, live: {name}_live, dead: {name}_{dead} }}"
        );
        literals.push((steps.iter().map(|(number, _)| *number).collect::<Vec<_>>(), literal));
    }
    writeln!(out, "static SEQUENCES_{first}: Sequences = {};", tree(&literals, 1)).unwrap();
}

/// The tree of sequences that agree up to a depth, as a Rust expression.
fn tree(sequences: &[(Vec<usize>, String)], depth: usize) -> String {
    let complete: Vec<&str> =
        sequences.iter().filter(|(steps, _)| steps.len() == depth).map(|(_, literal)| literal.as_str()).collect();
    let mut longer: BTreeMap<usize, Vec<(Vec<usize>, String)>> = BTreeMap::new();
    for sequence in sequences.iter().filter(|(steps, _)| steps.len() > depth) {
        longer.entry(sequence.0[depth]).or_default().push(sequence.clone());
    }
    let next: Vec<&usize> = longer.keys().collect();
    let longer: Vec<String> = longer.values().map(|sequences| tree(sequences, depth + 1)).collect();
    let (complete, longer) = (complete.join(", "), longer.join(", "));
    format!("Sequences {{ complete: &[{complete}], next: &{next:?}, longer: &[{longer}] }}")
}

/// A step: the checked copy of an instruction, what it hands over, and its fast path.
fn rust(instances: &Instances, (number, bits): SequenceStep) -> String {
    let flags = if instances.use_flags[number] { "flags " } else { "" };
    let (gives, _) = instances.gift(number);
    format!("{flags}(h{number}_checked, {gives}, {})", forwarding::copy(instances, number, bits))
}
