//! `--profile`: where a program spends its instructions, as a flame graph.
//!
//! Nothing is sampled: each instruction is counted for the functions that were active, so that the counts add up to
//! what was executed. Who called whom is followed as it happens (`stacks`), and named at the end.

mod pprof;
mod stacks;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::engine::{Event, Machine};
use crate::linux::Kernel;

use super::observe::blocks::{Blocks, FastHash};
use super::observe::code_map::CodePlace;
use super::observe::names::{self, CodeNames};
use super::observe::{Granularity, Observer, ending};
use pprof::Folded;
use stacks::{CallSite, Stacks};

/// What is written.
#[derive(Clone, Copy)]
enum ProfileFormat {
    Svg,
    Folded,
    Pprof,
}

const FORMATS: [(&str, ProfileFormat); 3] =
    [("svg", ProfileFormat::Svg), ("folded", ProfileFormat::Folded), ("pprof", ProfileFormat::Pprof)];

/// Counts instructions by the functions that are active.
pub struct FlameGraph {
    path: PathBuf,
    file: File,
    format: ProfileFormat,
    blocks: Blocks,
    stacks: Stacks,
    /// For a node of the calls, a block, and how much of it was executed: how often, and instructions.
    counts: HashMap<(u32, u32, u32), (u64, u64), FastHash>,
}

impl FlameGraph {
    /// One that will be written into a file, whose name says how.
    ///
    /// # Errors
    /// It does not, or the file cannot be created.
    pub fn start(path: &Path) -> Result<FlameGraph, Failure> {
        let format = ending("--profile", path, &FORMATS)?;
        let file = File::create(path).map_err(|error| Failure::output(path, &error))?;
        let (blocks, stacks) = (Blocks::default(), Stacks::default());
        Ok(FlameGraph { path: path.into(), file, format, blocks, stacks, counts: HashMap::default() })
    }

    /// Counts the block that was left.
    fn count(&mut self, m: &Machine) {
        let Some(run) = self.blocks.leave(m) else { return };
        let key = (self.stacks.node(), run.block as u32, run.completed as u32);
        let (times, count) = self.counts.entry(key).or_default();
        *times += 1;
        *count += run.count;
        let block = &self.blocks.list[run.block];
        if let Some(address) = block.returns_to.filter(|_| run.completed == block.instructions.len()) {
            self.stacks.call(m, CallSite { map: block.map, address: address.wrapping_sub(1) });
        }
    }

    fn folded(&self) -> Folded {
        let sections = names::sections(&self.blocks.maps.files);
        let names = CodeNames::new(&self.blocks.maps.files, &sections);
        let mut functions = Functions { flame: self, names, known: HashMap::new(), paths: HashMap::new() };
        let mut folded = Folded::new();
        for ((node, block, completed), (times, count)) in &self.counts {
            let code = &self.blocks.list[*block as usize];
            let executed = &code.instructions[..*completed as usize];
            // What the iterations of a repeated instruction add.
            let mut more = count - times * u64::from(*completed);
            let repeated = executed.iter().position(|instruction| instruction.repeats).unwrap_or(0);
            for (at, instruction) in executed.iter().enumerate() {
                let own = times + if at == repeated { std::mem::take(&mut more) } else { 0 };
                let stack = functions.stack(*node, CallSite { map: code.map, address: instruction.address });
                *folded.entry(stack).or_default() += own;
            }
        }
        folded
    }

    fn write(&self, folded: &Folded) -> io::Result<()> {
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

/// The names of what was counted, each found once.
struct Functions<'f> {
    flame: &'f FlameGraph,
    names: CodeNames<'f>,
    known: HashMap<Option<CodePlace>, String>,
    paths: HashMap<u32, String>,
}

impl Functions<'_> {
    fn stack(&mut self, node: u32, site: CallSite) -> String {
        let path = self.path(node);
        format!("{path};{}", self.at(site))
    }

    /// The way to a node. It is as long as calls are deep, so nothing calls itself here.
    fn path(&mut self, node: u32) -> String {
        let mut missing = Vec::new();
        let mut at = node;
        while !self.paths.contains_key(&at) {
            missing.push(at);
            match self.flame.stacks.parent(at) {
                Some((parent, _)) => at = parent,
                None => break,
            }
        }
        for node in missing.into_iter().rev() {
            let path = match self.flame.stacks.parent(node) {
                Some((parent, site)) => {
                    let functions = self.at(site);
                    format!("{};{functions}", self.paths[&parent])
                }
                None => clean(self.flame.stacks.root(node)),
            };
            self.paths.insert(node, path);
        }
        self.paths[&node].clone()
    }

    /// The functions at an address.
    fn at(&mut self, site: CallSite) -> String {
        let place = self.flame.blocks.maps.place(site.map, site.address);
        let names = &self.names;
        let find = || match place {
            Some(place) => names.functions(place).iter().map(|name| clean(name)).collect::<Vec<_>>().join(";"),
            None => "[nothing]".into(),
        };
        self.known.entry(place).or_insert_with(find).clone()
    }
}

/// A name without what separates frames and lines.
fn clean(name: &str) -> String {
    name.chars().map(|c| if c == ';' || c.is_control() { ':' } else { c }).collect()
}

impl Observer for FlameGraph {
    fn granularity(&self) -> Granularity {
        Granularity::Block
    }

    fn event(&mut self, m: &mut Machine, _: &Kernel, event: Event) {
        self.count(m);
        self.stacks.interrupted(m, event);
    }

    fn left(&mut self, m: &mut Machine, _: &Kernel) {
        // After an event the kernel has been at work already.
        if self.blocks.is_in_one() {
            self.count(m);
            self.stacks.left(m);
        }
    }

    fn entering(&mut self, m: &mut Machine, kernel: &Kernel) {
        let map = self.blocks.maps.current(m);
        self.stacks.enter(m, kernel, map);
        self.blocks.enter(m);
    }

    fn finish(mut self: Box<Self>, m: &mut Machine, _: &Kernel) -> Result<(), Failure> {
        self.count(m);
        let folded = self.folded();
        self.write(&folded).map_err(|error| Failure::output(&self.path, &error))
    }
}
