//! Names for places in code: functions, those that are inlined among them, and source lines.

use std::time::Duration;

use super::code_map::{CodeFile, CodePlace};
use crate::cli::run::crash::deadline::Deadline;
use crate::cli::run::crash::debug_info::{CodeLine, DebugInfo, DebugSections};
use crate::cli::symbols::SymbolTable;

/// The time that reading what a file says about itself may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The debugging sections of files, which [`CodeNames`] borrows.
pub fn sections(files: &[CodeFile]) -> Vec<DebugSections<'_>> {
    files.iter().map(|file| DebugSections::read(&file.elf)).collect()
}

/// What the files call their code.
pub struct CodeNames<'f> {
    files: Vec<(&'f CodeFile, DebugInfo<'f>, SymbolTable<'f>)>,
}

impl<'f> CodeNames<'f> {
    /// Of these files with their sections.
    pub fn new(files: &'f [CodeFile], sections: &'f [DebugSections<'f>]) -> CodeNames<'f> {
        let of = |(file, sections): (&'f CodeFile, &'f DebugSections<'f>)| {
            (file, DebugInfo::new(sections, Deadline::after(PATIENCE)), SymbolTable::read(&file.elf))
        };
        CodeNames { files: files.iter().zip(sections).map(of).collect() }
    }

    /// The functions at a place, the outermost first; one without a name is called by its file.
    pub fn functions(&self, place: CodePlace) -> Vec<String> {
        let (file, info, symbols) = &self.files[place.file];
        let symbol = symbols.find(place.address).map(|found| found.name.into_owned());
        let mut names: Vec<String> =
            info.frames(place.address).into_iter().rev().filter_map(|frame| frame.function).collect();
        match (symbol, names.first_mut()) {
            (Some(symbol), Some(outermost)) => *outermost = symbol,
            (Some(symbol), None) => names.push(symbol),
            (None, None) => names.push(format!("[{}]", base(&file.name))),
            (None, Some(_)) => {}
        }
        names
    }

    /// Every source line that has code in a file, with the range of its addresses.
    pub fn lines(&self, file: usize) -> Vec<CodeLine> {
        self.files[file].1.lines()
    }

    /// Every function of a file, by its first address.
    pub fn starts(&self, file: usize) -> Vec<(u32, String)> {
        let symbols = &self.files[file].2;
        let mut at = None;
        let mut starts = Vec::new();
        while let Some(start) =
            at.map_or_else(|| symbols.starting_at(0).map(|_| 0).or(symbols.next_start(0)), |at| symbols.next_start(at))
        {
            starts.extend(symbols.starting_at(start).map(|found| (start, found.name.into_owned())));
            at = Some(start);
        }
        starts
    }
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_matches(['[', ']'])
}
