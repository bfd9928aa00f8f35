//! Names for places in code: functions, those that are inlined among them, and source lines.

use std::collections::HashMap;
use std::time::Duration;

use super::code_map::{CallSite, CodeFile, CodeMaps, CodePlace};
use crate::cli::run::crash::deadline::Deadline;
use crate::cli::run::crash::debug_info::{CodeLine, DebugInfo, DebugSections};
use crate::cli::symbols::SymbolTable;

/// The time that reading what a file says about itself may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a file calls its code.
pub struct CodeNames {
    info: DebugInfo<'static>,
    symbols: SymbolTable<'static>,
    /// What a function without a name is called.
    nameless: String,
}

impl CodeNames {
    /// Of a file.
    pub fn of(file: &CodeFile) -> CodeNames {
        // As long-lived as the file's own bytes, for the same reason.
        let sections = Box::leak(Box::new(DebugSections::read(file.elf)));
        CodeNames {
            info: DebugInfo::new(sections, Deadline::after(PATIENCE)),
            symbols: SymbolTable::read(file.elf),
            nameless: format!("[{}]", base(&file.name)),
        }
    }

    /// The functions at an address of the file, the outermost first; one without a name is called by its file.
    fn functions(&self, address: u32) -> Vec<String> {
        let symbol = self.symbols.find(address).map(|found| found.name.into_owned());
        let mut names: Vec<String> =
            self.info.frames(address).into_iter().rev().filter_map(|frame| frame.function).collect();
        match (symbol, names.first_mut()) {
            (Some(symbol), Some(outermost)) => *outermost = symbol,
            (Some(symbol), None) => names.push(symbol),
            (None, None) => names.push(self.nameless.clone()),
            (None, Some(_)) => {}
        }
        names
    }

    /// Every source line that has code in the file, with the range of its addresses.
    pub fn lines(&self) -> Vec<CodeLine> {
        self.info.lines()
    }

    /// Every function of the file, by its first address.
    pub fn starts(&self) -> Vec<(u32, String)> {
        let symbols = &self.symbols;
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

/// The functions at places, by numbers: two places in the same functions have the same number.
#[derive(Default)]
pub struct SiteNames {
    files: HashMap<usize, CodeNames>,
    known: HashMap<Option<CodePlace>, u32>,
    numbers: HashMap<String, u32>,
    texts: Vec<String>,
}

impl SiteNames {
    /// The number of the functions at a place.
    pub fn number(&mut self, maps: &CodeMaps, site: CallSite) -> u32 {
        let place = maps.place(site.map, site.address);
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let text = place.map_or_else(|| "[nothing]".into(), |place| self.find(maps, place));
        let next = self.texts.len() as u32;
        let number = *self.numbers.entry(text.clone()).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        self.known.insert(place, number);
        number
    }

    /// The functions that have a number, the outermost first, separated by semicolons.
    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    fn find(&mut self, maps: &CodeMaps, place: CodePlace) -> String {
        let names = self.files.entry(place.file).or_insert_with(|| CodeNames::of(&maps.files[place.file]));
        let functions: Vec<String> = names.functions(place.address).iter().map(|name| clean(name)).collect();
        functions.join(";")
    }
}

/// A name without what separates frames and lines.
pub fn clean(name: &str) -> String {
    name.chars().map(|c| if c == ';' || c.is_control() { ':' } else { c }).collect()
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_matches(['[', ']'])
}
