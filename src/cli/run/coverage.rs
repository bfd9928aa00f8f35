//! `--coverage`: what of a program was executed.
//!
//! Blocks are counted as they are entered, and how far each was executed. From that one set two files can be made:
//! lines and functions for lcov (geninfo(1), "TRACEFILE FORMAT"), and basic blocks as the tool drcov of DynamoRIO
//! writes them, version 2, which Lighthouse and others read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::{self, Failure};
use crate::engine::{Event, Machine};
use crate::linux::Kernel;

use super::observe::blocks::{Blocks, FastHash};
use super::observe::names::{self, CodeNames};
use super::observe::{Granularity, Observer, ending};

/// What is written.
#[derive(Clone, Copy)]
enum CoverageFormat {
    Lcov,
    Drcov,
}

const FORMATS: [(&str, CoverageFormat); 2] = [("info", CoverageFormat::Lcov), ("drcov", CoverageFormat::Drcov)];

/// Counts blocks.
pub struct Coverage {
    path: PathBuf,
    file: File,
    format: CoverageFormat,
    blocks: Blocks,
    /// How often so many instructions of a block were executed.
    counts: HashMap<(usize, usize), u64, FastHash>,
}

impl Coverage {
    /// One that will be written into a file, whose name says how.
    ///
    /// # Errors
    /// It does not, or the file cannot be created.
    pub fn start(path: &Path) -> Result<Coverage, Failure> {
        let format = ending("--coverage", path, &FORMATS)?;
        let file = File::create(path).map_err(|error| Failure::output(path, &error))?;
        Ok(Coverage { path: path.into(), file, format, blocks: Blocks::default(), counts: HashMap::default() })
    }

    fn count(&mut self, m: &Machine) {
        if let Some(run) = self.blocks.leave(m) {
            *self.counts.entry((run.block, run.completed)).or_default() += 1;
        }
    }

    /// How often each instruction was executed, by file and address.
    fn instructions(&self) -> Vec<BTreeMap<u32, u64>> {
        let mut counts = vec![BTreeMap::new(); self.blocks.maps.files.len()];
        for ((block, completed), times) in &self.counts {
            let block = &self.blocks.list[*block];
            for instruction in &block.instructions[..*completed] {
                if let Some(place) = self.blocks.maps.place(block.map, instruction.address) {
                    *counts[place.file].entry(place.address).or_default() += times;
                }
            }
        }
        counts
    }

    fn write_lcov(&self, out: &mut dyn Write) -> io::Result<()> {
        let counts = self.instructions();
        let files = &self.blocks.maps.files;
        let sections = names::sections(files);
        let names = CodeNames::new(files, &sections);
        let mut sources: BTreeMap<String, Source> = BTreeMap::new();
        for (file, counts) in counts.iter().enumerate() {
            let lines = names.lines(file);
            for line in &lines {
                let executed = counts.range(line.start..line.end.max(line.start)).map(|(_, count)| *count).max();
                let source = sources.entry(line.file.clone()).or_default();
                let known = source.lines.entry(line.line).or_default();
                *known = (*known).max(executed.unwrap_or(0));
            }
            for (address, name) in names.starts(file) {
                let line = lines.iter().find(|line| (line.start..line.end).contains(&address));
                if let Some(line) = line {
                    let count = counts.get(&address).copied().unwrap_or(0);
                    sources.entry(line.file.clone()).or_default().functions.insert(name, (line.line, count));
                }
            }
        }
        if sources.is_empty() {
            failure::warn("--coverage: no file has debugging information, so there are no lines; .drcov needs none");
        }
        writeln!(out, "TN:")?;
        sources.iter().try_for_each(|(name, source)| source.write(name, out))
    }

    fn write_drcov(&self, out: &mut dyn Write) -> io::Result<()> {
        let maps = &self.blocks.maps;
        // Where each file begins in memory, at the first place where it was seen.
        let mut bases: BTreeMap<usize, u32> = BTreeMap::new();
        let mut found: BTreeSet<(usize, u32, u32)> = BTreeSet::new();
        for (block, completed) in self.counts.keys() {
            let block = &self.blocks.list[*block];
            let executed = &block.instructions[..*completed];
            for part in executed.split_inclusive(|instruction| instruction.is_conditional && !instruction.repeats) {
                let size = part.iter().map(|instruction| instruction.length).sum();
                let Some(place) = part.first().and_then(|first| maps.place(block.map, first.address)) else { continue };
                let (start, _) = maps.files[place.file].extent().unwrap_or_default();
                let base = part[0].address.wrapping_sub(place.address).wrapping_add(start);
                bases.entry(place.file).or_insert(base);
                found.insert((place.file, place.address.wrapping_sub(start), size));
            }
        }
        write!(out, "DRCOV VERSION: 2\nDRCOV FLAVOR: drcov\nModule Table: version 2, count {}\n", bases.len())?;
        writeln!(out, "Columns: id, base, end, entry, path")?;
        for (number, (file, base)) in bases.iter().enumerate() {
            let file = &maps.files[*file];
            let size = file.extent().map_or(u32::MAX, |(start, end)| end - start);
            let end = u64::from(*base) + u64::from(size);
            writeln!(out, "{number:3}, {base:#018x}, {end:#018x}, 0x0000000000000000, {}", file.name)?;
        }
        writeln!(out, "BB Table: {} bbs", found.len())?;
        let numbers: Vec<usize> = bases.keys().copied().collect();
        for (file, start, size) in found {
            let number = numbers.binary_search(&file).unwrap_or_default() as u16;
            out.write_all(&start.to_le_bytes())?;
            out.write_all(&[(size as u16).to_le_bytes(), number.to_le_bytes()].concat())?;
        }
        Ok(())
    }
}

/// What is known of a source file.
#[derive(Default)]
struct Source {
    lines: BTreeMap<u32, u64>,
    /// Line and count.
    functions: BTreeMap<String, (u32, u64)>,
}

impl Source {
    fn write(&self, name: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "SF:{name}")?;
        for (function, (line, _)) in &self.functions {
            writeln!(out, "FN:{line},{function}")?;
        }
        for (function, (_, count)) in &self.functions {
            writeln!(out, "FNDA:{count},{function}")?;
        }
        let hit = self.functions.values().filter(|(_, count)| *count > 0).count();
        write!(out, "FNF:{}\nFNH:{hit}\n", self.functions.len())?;
        for (line, count) in &self.lines {
            writeln!(out, "DA:{line},{count}")?;
        }
        let hit = self.lines.values().filter(|count| **count > 0).count();
        write!(out, "LF:{}\nLH:{hit}\nend_of_record\n", self.lines.len())
    }
}

impl Observer for Coverage {
    fn granularity(&self) -> Granularity {
        Granularity::Block
    }

    fn event(&mut self, m: &mut Machine, _: &Kernel, _: Event) {
        self.count(m);
    }

    fn left(&mut self, m: &mut Machine, _: &Kernel) {
        self.count(m);
    }

    fn entering(&mut self, m: &mut Machine, _: &Kernel) {
        self.blocks.enter(m);
    }

    fn finish(mut self: Box<Self>, m: &mut Machine, _: &Kernel) -> Result<(), Failure> {
        self.count(m);
        let mut out = BufWriter::new(&self.file);
        let written = match self.format {
            CoverageFormat::Lcov => self.write_lcov(&mut out),
            CoverageFormat::Drcov => self.write_drcov(&mut out),
        };
        written.and_then(|()| out.flush()).map_err(|error| Failure::output(&self.path, &error))
    }
}
