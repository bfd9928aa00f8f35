//! `--profile`: where a program spends its instructions, as a flame graph.
//!
//! Nothing is sampled: each instruction is counted for the functions that were active, so that the counts add up to
//! what was executed.

mod pprof;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;

use super::observe::code_map::CallSite;
use super::observe::counts::Executed;
use super::observe::names::clean;
use super::observe::stacks::Stacks;
use super::observe::{RunReport, ending};
use pprof::Folded;

/// What is written.
#[derive(Clone, Copy)]
enum ProfileFormat {
    Svg,
    Folded,
    Pprof,
}

const FORMATS: [(&str, ProfileFormat); 3] =
    [("svg", ProfileFormat::Svg), ("folded", ProfileFormat::Folded), ("pprof", ProfileFormat::Pprof)];

/// Shows instructions by the functions that were active.
pub struct FlameGraph {
    path: PathBuf,
    file: File,
    format: ProfileFormat,
}

impl FlameGraph {
    /// One that will be written into a file, whose name says how.
    ///
    /// # Errors
    /// It does not, or the file cannot be created.
    pub fn start(path: &Path) -> Result<FlameGraph, Failure> {
        let format = ending("--profile", path, &FORMATS)?;
        let file = File::create(path).map_err(|error| Failure::output(path, &error))?;
        Ok(FlameGraph { path: path.into(), file, format })
    }

    fn write_stacks(&self, folded: &Folded) -> io::Result<()> {
        let mut out = BufWriter::new(&self.file);
        let lines: Vec<String> = folded.iter().map(|(stack, count)| format!("{stack} {count}")).collect();
        match self.format {
            ProfileFormat::Folded => lines.iter().try_for_each(|line| writeln!(out, "{line}"))?,
            ProfileFormat::Pprof => pprof::write(folded, &mut out)?,
            ProfileFormat::Svg if lines.is_empty() => {}
            ProfileFormat::Svg => {
                let mut options = inferno::flamegraph::Options::default();
                options.title = "Instructions by function".into();
                options.count_name = "instructions".into();
                options.deterministic = true;
                inferno::flamegraph::from_lines(&mut options, lines.iter().map(String::as_str), &mut out)?;
            }
        }
        out.flush()
    }
}

/// The stacks of what was executed, with their counts.
fn folded(executed: &mut Executed) -> Folded {
    let mut stacks = std::mem::take(&mut executed.stacks);
    let mut paths = HashMap::new();
    let mut folded = Folded::new();
    for runs in &executed.runs {
        let map = executed.blocks.list[runs.counted.block as usize].map;
        for (instruction, count) in executed.instructions(runs, true) {
            let site = CallSite { map, address: instruction.address };
            let functions = stacks.functions(&executed.blocks.maps, site).to_string();
            let path = path(&stacks, &mut paths, runs.counted.context);
            *folded.entry(format!("{path};{functions}")).or_default() += count;
        }
    }
    executed.stacks = stacks;
    folded
}

/// The way to a node. It is as long as calls are deep, so nothing calls itself here.
fn path(stacks: &Stacks, paths: &mut HashMap<u32, String>, node: u32) -> String {
    let mut missing = Vec::new();
    let mut at = node;
    while !paths.contains_key(&at) {
        missing.push(at);
        match stacks.parent(at) {
            Some((parent, _)) => at = parent,
            None => break,
        }
    }
    for node in missing.into_iter().rev() {
        let path = match stacks.parent(node) {
            Some((parent, functions)) => format!("{};{functions}", paths[&parent]),
            None => clean(stacks.root(node)),
        };
        paths.insert(node, path);
    }
    paths[&node].clone()
}

impl RunReport for FlameGraph {
    fn wants_calls(&self) -> bool {
        true
    }

    fn write(&mut self, executed: &mut Executed) -> Result<(), Failure> {
        let folded = folded(executed);
        self.write_stacks(&folded).map_err(|error| Failure::output(&self.path, &error))
    }
}
