//! `sequences.json`: of which instructions there are copies beside the general ones: those with operands that
//! are forwarded, and sequences of several that one handler executes.
//!
//! Instructions are written as in the instruction column of `opcodes.json`, with `r/m32` resolved to the
//! register or memory that it is there. `(sib)` behind a memory operand says that its address has an index,
//! or a segment with a base; `*` behind an operand of a sequence, that it is forwarded. `|` separates instructions
//! any of which may stand there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::super::handler::Shape;
use super::super::schema::{ParsedRow, TableError};

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "legend")]
    _legend: BTreeMap<String, String>,
    forwarding: Vec<String>,
    sequences: Vec<String>,
}

/// Which copies are wanted; each has the line of the file that names it.
#[derive(Clone, Default, Debug)]
pub struct Copies {
    /// Instructions that take part in forwarding.
    pub forwarding: Vec<(usize, String)>,
    /// Sequences: the names of their steps.
    pub sequences: Vec<(usize, Vec<String>)>,
}

impl Copies {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(text: &str) -> Result<Copies, TableError> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            Self::error(
                error.line(),
                format!("{said}; it is {{\"legend\":{{…}}, \"forwarding\":[…], \"sequences\":[…]}}"),
            )
        })?;
        let line = |name: &str| {
            let quoted = format!("\"{name}\"");
            text.lines().position(|line| line.contains(&quoted)).map_or(0, |at| at + 1)
        };
        Ok(Copies {
            forwarding: file.forwarding.iter().map(|name| (line(name), name.clone())).collect(),
            sequences: file
                .sequences
                .iter()
                .flat_map(|text| alternatives(text).into_iter().map(move |steps| (line(text), steps)))
                .collect(),
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.forwarding.is_empty() && self.sequences.is_empty()
    }

    /// An error at a line of the file.
    pub fn error(line: usize, problem: String) -> TableError {
        TableError { name: "sequences.json", ..TableError::file(line, problem) }
    }
}

/// The sequences that one line stands for: the names of the steps of each.
fn alternatives(text: &str) -> Vec<Vec<String>> {
    text.split(';').fold(vec![Vec::new()], |sequences, step| {
        let with = |name: &str| {
            let longer = |steps: &Vec<String>| [&steps[..], &[name.trim().to_string()]].concat();
            sequences.iter().map(longer).collect::<Vec<_>>()
        };
        step.split('|').flat_map(with).collect()
    })
}

/// The instances that each name stands for.
#[derive(Default, Debug)]
pub struct Names(BTreeMap<String, BTreeSet<usize>>);

impl Names {
    /// Notes the instance of a row in a shape.
    pub fn add(&mut self, row: &ParsedRow, shape: Shape, instance: usize) {
        self.0.entry(shape.name(&row.raw.instruction, row.raw.far)).or_default().insert(instance);
    }

    /// The instance that a name stands for.
    ///
    /// # Errors
    /// None, or several.
    pub fn find(&self, line: usize, name: &str) -> Result<usize, TableError> {
        let found: Vec<usize> = self.0.get(name).into_iter().flatten().copied().collect();
        match found[..] {
            [instance] => Ok(instance),
            [] => Err(Copies::error(
                line,
                format!(
                    "`{name}` is no instruction of opcodes.json with r/m resolved: \
                 write it as `MOV r32, m32`, with `(sib)` behind an indexed memory operand"
                ),
            )),
            _ => Err(Copies::error(line, format!("`{name}` stands for {} instances; leave it out", found.len()))),
        }
    }
}
