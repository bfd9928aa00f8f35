//! `--coverage`: what of a program was executed.
//!
//! From the counts of what was executed two files can be made: lines and functions for lcov (geninfo(1), "TRACEFILE FORMAT"), and basic blocks as the tool drcov of DynamoRIO
//! writes them, version 2, which Lighthouse and others read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::cli::failure::{self, Failure};
use crate::memory::PAGE_SIZE;

use super::observe::counts::Executed;
use super::observe::names::CodeNames;
use super::observe::{RunReport, ending};

/// What is written.
#[derive(Clone, Copy)]
enum CoverageFormat {
    Lcov,
    Drcov,
}

const FORMATS: [(&str, CoverageFormat); 2] = [("info", CoverageFormat::Lcov), ("drcov", CoverageFormat::Drcov)];

/// Shows what was executed.
pub struct Coverage {
    path: PathBuf,
    file: File,
    format: CoverageFormat,
}

impl Coverage {
    /// One that will be written into a file, whose name says how.
    ///
    /// # Errors
    /// It does not, or the file cannot be created.
    pub fn start(path: &Path) -> Result<Coverage, Failure> {
        let format = ending("--coverage", path, &FORMATS)?;
        let file = File::create(path).map_err(|error| Failure::output(path, &error))?;
        Ok(Coverage { path: path.into(), file, format })
    }
}

/// How often each instruction was executed, by file and address. A repeated one counts once.
fn instructions(executed: &Executed) -> Vec<BTreeMap<u32, u64>> {
    let blocks = &executed.blocks;
    let mut counts = vec![BTreeMap::new(); blocks.maps.files.len()];
    for runs in &executed.runs {
        let map = blocks.list[runs.counted.block as usize].map;
        for (instruction, times) in executed.instructions(runs, false) {
            if let Some(place) = blocks.maps.place(map, instruction.address) {
                *counts[place.file].entry(place.address).or_default() += times;
            }
        }
    }
    counts
}

fn write_lcov(executed: &Executed, out: &mut dyn Write) -> io::Result<()> {
    let counts = instructions(executed);
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    for (file, counts) in counts.iter().enumerate() {
        let names = CodeNames::of(&executed.blocks.maps.files[file]);
        let lines = names.lines();
        for line in &lines {
            let executed = counts.range(line.start..line.end.max(line.start)).map(|(_, count)| *count).max();
            let source = sources.entry(line.file.clone()).or_default();
            let known = source.lines.entry(line.line).or_default();
            *known = (*known).max(executed.unwrap_or(0));
        }
        for (address, name) in names.starts() {
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

/// From where to where each file goes: code that is in no ELF file, as that of the vDSO, as far as it was executed, in
/// whole pages.
fn extents(executed: &Executed) -> BTreeMap<usize, (u32, u32)> {
    let maps = &executed.blocks.maps;
    let mut extents = BTreeMap::new();
    for (runs, instruction) in executed.runs.iter().flat_map(|runs| executed.part(runs).iter().map(move |i| (runs, i)))
    {
        let map = executed.blocks.list[runs.counted.block as usize].map;
        let Some(place) = maps.place(map, instruction.address) else { continue };
        let first = place.address & !(PAGE_SIZE as u32 - 1);
        let end = (first + PAGE_SIZE as u32).max(place.address + instruction.length);
        let (from, to) =
            extents.entry(place.file).or_insert_with(|| maps.files[place.file].extent().unwrap_or((first, end)));
        (*from, *to) = ((*from).min(first), (*to).max(end));
    }
    extents
}

fn write_drcov(executed: &Executed, out: &mut dyn Write) -> io::Result<()> {
    let maps = &executed.blocks.maps;
    // Where each file begins in memory, at the first place where it was seen.
    let mut bases: BTreeMap<usize, u32> = BTreeMap::new();
    let mut found: BTreeSet<(usize, u32, u32)> = BTreeSet::new();
    let extents = extents(executed);
    for runs in &executed.runs {
        let block = &executed.blocks.list[runs.counted.block as usize];
        let part = executed.part(runs);
        let size = part.iter().map(|instruction| instruction.length).sum();
        let Some(first) = part.first() else { continue };
        let Some(place) = maps.place(block.map, first.address) else { continue };
        let (start, _) = extents.get(&place.file).copied().unwrap_or_default();
        let base = first.address.wrapping_sub(place.address).wrapping_add(start);
        bases.entry(place.file).or_insert(base);
        found.insert((place.file, place.address.wrapping_sub(start), size));
    }
    write!(out, "DRCOV VERSION: 2\nDRCOV FLAVOR: drcov\nModule Table: version 2, count {}\n", bases.len())?;
    writeln!(out, "Columns: id, base, end, entry, path")?;
    for (number, (file, base)) in bases.iter().enumerate() {
        let size = extents.get(file).copied().map_or(u32::MAX, |(start, end)| end - start);
        let end = u64::from(*base) + u64::from(size);
        writeln!(out, "{number:3}, {base:#018x}, {end:#018x}, 0x0000000000000000, {}", maps.files[*file].name)?;
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

impl RunReport for Coverage {
    fn write(&mut self, executed: &mut Executed) -> Result<(), Failure> {
        let mut out = BufWriter::new(&self.file);
        let written = match self.format {
            CoverageFormat::Lcov => write_lcov(executed, &mut out),
            CoverageFormat::Drcov => write_drcov(executed, &mut out),
        };
        written.and_then(|()| out.flush()).map_err(|error| Failure::output(&self.path, &error))
    }
}
