//! From an address to functions and source lines, by the DWARF debugging information of the file.

use std::borrow::Cow;
use std::io::Read;

use addr2line::Context;
use flate2::read::ZlibDecoder;
use gimli::{Dwarf, DwarfSections, EndianSlice, LittleEndian, SectionId};
use object::read::elf::ElfFile32;
use object::{CompressionFormat, Object, ObjectSection};

use super::deadline::Deadline;
use crate::cli::demangle;

type Bytes<'d> = EndianSlice<'d, LittleEndian>;

/// The most bytes that all sections together are decompressed to.
const MAX_DECOMPRESSED: u64 = 512 << 20;

/// Entries nested deeper than this are no compiler's, and are not read.
const MAX_DEPTH: isize = 256;

/// The most functions that are shown to be inlined into each other at one address.
const MAX_INLINED: usize = 32;

/// The sections of the debugging information, decompressed.
pub struct DebugSections<'d>(DwarfSections<Cow<'d, [u8]>>, Cow<'d, [u8]>);

impl<'d> DebugSections<'d> {
    /// Those of an ELF file; empty ones where it has none.
    pub fn read(elf: &'d [u8]) -> DebugSections<'d> {
        let file = ElfFile32::<object::LittleEndian>::parse(elf).ok();
        let mut room = MAX_DECOMPRESSED;
        let mut contents =
            |name: &str| file.as_ref().and_then(|file| contents(file, name, &mut room)).unwrap_or_default();
        let sections = DwarfSections::load(|id| Ok::<_, gimli::Error>(contents(id.name()))).unwrap_or_default();
        DebugSections(sections, contents(SectionId::DebugFrame.name()))
    }

    /// The contents of `.debug_frame`.
    pub fn debug_frame(&self) -> &[u8] {
        &self.1
    }
}

fn contents<'d>(file: &ElfFile32<'d, object::LittleEndian>, name: &str, room: &mut u64) -> Option<Cow<'d, [u8]>> {
    let section = file.section_by_name(name)?;
    let data = section.compressed_data().ok()?;
    match data.format {
        CompressionFormat::None => Some(data.data.into()),
        CompressionFormat::Zlib => {
            let mut bytes = Vec::new();
            let limit = data.uncompressed_size.min(*room);
            ZlibDecoder::new(data.data).take(limit).read_to_end(&mut bytes).ok()?;
            *room -= bytes.len() as u64;
            Some(bytes.into())
        }
        _ => None,
    }
}

/// A function that an address is in, and the line.
#[derive(PartialEq, Eq, Debug)]
pub struct SourceFrame {
    /// The function's name.
    pub function: Option<String>,
    /// File and line.
    pub line: Option<String>,
}

/// Looks addresses up.
pub struct DebugInfo<'d>(Option<Context<Bytes<'d>>>);

impl<'d> DebugInfo<'d> {
    /// Of these sections; finds nothing if they make no sense.
    pub fn new(sections: &'d DebugSections<'d>, deadline: Deadline) -> DebugInfo<'d> {
        let dwarf = sections.0.borrow(|section| EndianSlice::new(section, LittleEndian));
        DebugInfo(is_sane(&dwarf, deadline).then(|| Context::from_dwarf(dwarf).ok()).flatten())
    }

    /// The functions at an address of the file, the innermost inlined one first.
    pub fn frames(&self, address: u32) -> Vec<SourceFrame> {
        let Some(context) = &self.0 else { return Vec::new() };
        let Ok(mut frames) = context.find_frames(address.into()).skip_all_loads() else { return Vec::new() };
        let mut found = Vec::new();
        while let Some(frame) = frames.next().ok().flatten().filter(|_| found.len() < MAX_INLINED) {
            found.push(SourceFrame {
                function: frame.function.map(|function| demangle::name(function.name.slice()).into_owned()),
                line: frame.location.and_then(|location| line(&location)),
            });
        }
        found
    }
}

/// Addresses that belong to a source line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// The first address.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The file's path.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
}

impl DebugInfo<'_> {
    /// Every line that has code.
    pub fn lines(&self) -> Vec<CodeLine> {
        let Some(context) = &self.0 else { return Vec::new() };
        let Ok(ranges) = context.find_location_range(0, u64::MAX) else { return Vec::new() };
        let lines = ranges.filter_map(|(start, length, location)| {
            let file = demangle::printable(location.file?.into()).into_owned();
            let end = start.saturating_add(length).min(u32::MAX.into()) as u32;
            let line = location.line.filter(|line| *line > 0)?;
            Some(CodeLine { start: u32::try_from(start).ok()?, end, file, line })
        });
        lines.collect()
    }
}

fn line(location: &addr2line::Location) -> Option<String> {
    let file = demangle::printable(location.file?.into());
    Some(location.line.map_or_else(|| file.to_string(), |line| format!("{file}:{line}")))
}

/// Whether the entries can be read: they nest no deeper than a compiler's do, for the reader calls
/// itself for nested functions.
fn is_sane(dwarf: &Dwarf<Bytes>, deadline: Deadline) -> bool {
    let mut units = dwarf.units();
    let mut check = || -> gimli::Result<bool> {
        while let Some(header) = units.next()? {
            let unit = dwarf.unit(header)?;
            let mut entries = unit.entries_raw(None)?;
            while !entries.is_empty() {
                if entries.next_depth() > MAX_DEPTH {
                    return Ok(false);
                }
                if let Some(abbreviation) = entries.read_abbreviation()? {
                    entries.skip_attributes(abbreviation.attributes())?;
                }
            }
            if deadline.has_passed() {
                return Ok(false);
            }
        }
        Ok(true)
    };
    check().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A function at address 0x1000 in which functions are inlined into each other, so many deep.
    fn nested(depth: usize) -> DebugSections<'static> {
        // Each entry by number: tag, whether it has children, attributes with their forms, an end.
        let abbreviations = [
            &[1, 0x11, 1, 0x11, 0x01, 0x12, 0x06, 0, 0][..], // compile unit: low_pc, high_pc
            &[2, 0x2e, 1, 0x11, 0x01, 0x12, 0x06, 0x03, 0x08, 0, 0], // subprogram: the same, and name
            &[3, 0x1d, 1, 0x11, 0x01, 0x12, 0x06, 0, 0],     // inlined subroutine: low_pc, high_pc
            &[0],
        ];
        let range = [0x1000_u32.to_le_bytes(), 0x100_u32.to_le_bytes()].concat();
        let mut entries = [&[1][..], &range, &[2], &range, b"f\0"].concat();
        (0..depth).for_each(|_| entries.extend([&[3][..], &range].concat()));
        entries.extend(vec![0; depth + 2]);
        // Version 4, abbreviations at offset 0, addresses of 4 bytes.
        let unit = [&[4, 0, 0, 0, 0, 0, 4][..], &entries].concat();
        let info = [&(unit.len() as u32).to_le_bytes()[..], &unit].concat();
        let contents = |id: SectionId| -> Cow<'static, [u8]> {
            match id {
                SectionId::DebugAbbrev => abbreviations.concat().into(),
                SectionId::DebugInfo => info.clone().into(),
                _ => Cow::default(),
            }
        };
        DebugSections(DwarfSections::load(|id| Ok::<_, gimli::Error>(contents(id))).unwrap(), Cow::default())
    }

    fn count(depth: usize) -> usize {
        DebugInfo::new(&nested(depth), Deadline::after(Duration::from_secs(60))).frames(0x1010).len()
    }

    #[test]
    fn inlining_is_followed_as_deep_as_compilers_go() {
        assert_eq!((count(0), count(3)), (1, 4));
        assert_eq!(count(100), MAX_INLINED, "the innermost ones");
        assert_eq!(count(1_000_000), 0, "no compiler's");
    }
}
