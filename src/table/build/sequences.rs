//! The handlers of sequences: each does the work of several instructions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::super::handler::Ending;
use super::super::schema::TableError;
use super::copies::Copies;
use super::instance::Rendering;
use super::instances::Instances;

/// By the number of the first instance, the numbers of the others; in each list the longest first.
pub type Sequences = BTreeMap<usize, Vec<Vec<usize>>>;

/// Finds the instances that the sequences name.
///
/// # Errors
/// An instruction that is not there, a sequence of one, one that goes on behind a transfer of control, and one
/// that is there twice.
pub fn resolve(copies: &Copies, instances: &Instances) -> Result<Sequences, TableError> {
    let mut sequences = Sequences::new();
    let mut seen = BTreeSet::new();
    for (line, names) in &copies.sequences {
        let steps: Vec<usize> = names.iter().map(|name| instances.names.find(*line, name)).collect::<Result<_, _>>()?;
        let [first, middle @ .., _] = &steps[..] else {
            return Err(Copies::error(*line, "a sequence has at least two instructions, with `;` between".to_string()));
        };
        let transfers = |step: &usize| !matches!(instances.list[*step].ending, Ending::Plain | Ending::Flags);
        if transfers(first) || middle.iter().any(transfers) {
            let problem = "only the last instruction of a sequence may transfer control";
            return Err(Copies::error(*line, problem.to_string()));
        }
        if !seen.insert(steps.clone()) {
            return Err(Copies::error(*line, "this sequence is there already; remove it".to_string()));
        }
        sequences.entry(*first).or_default().push(steps[1..].to_vec());
    }
    sequences.values_mut().for_each(|list| list.sort_by_key(|others| std::cmp::Reverse(others.len())));
    Ok(sequences)
}

/// The handlers of the sequences that begin with an instance, and their list.
pub fn emit(out: &mut String, instances: &Instances, first: usize, sequences: &[Vec<usize>]) {
    let mut list = String::new();
    for (at, others) in sequences.iter().enumerate() {
        let steps: Vec<usize> = [first].into_iter().chain(others.iter().copied()).collect();
        let text: Vec<String> = steps.iter().map(|step| rust(instances, *step)).collect();
        let text = text.join(" ");
        let name = format!("q{first}_{at}");
        writeln!(out, "sequence!({name}_live, Live, {text});").unwrap();
        let writes = |step: &usize| instances.list[*step].ending == Ending::Flags;
        let last_writer = steps.iter().rposition(writes);
        let leaves =
            steps.last().is_some_and(|last| !matches!(instances.list[*last].ending, Ending::Plain | Ending::Flags));
        let dead = if last_writer.is_some() && !leaves { "dead" } else { "live" };
        if dead == "dead" {
            writeln!(out, "sequence!({name}_dead, Dead, {text});").unwrap();
        }
        let last_writer = last_writer.unwrap_or(0);
        writeln!(
            list,
            "    Sequence {{ others: &{others:?}, last_writer: {last_writer}, live: {name}_live, dead: {name}_{dead} }},"
        )
        .unwrap();
    }
    writeln!(out, "static SEQUENCES_{first}: [Sequence; {}] = [\n{list}];", sequences.len()).unwrap();
}

/// A step: the fast path and the checked copy of an instruction.
fn rust(instances: &Instances, step: usize) -> String {
    let flags = if instances.use_flags[step] { "flags " } else { "" };
    format!("{flags}({}, h{step}_checked)", instances.list[step].rust(Rendering::Fast(&[])))
}
