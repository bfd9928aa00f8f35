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

/// The most bytes that a section is decompressed to.
const MAX_SECTION: u64 = 512 << 20;

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
        let contents = |name: &str| file.as_ref().and_then(|file| contents(file, name)).unwrap_or_default();
        let sections = DwarfSections::load(|id| Ok::<_, gimli::Error>(contents(id.name()))).unwrap_or_default();
        DebugSections(sections, contents(SectionId::DebugFrame.name()))
    }

    /// The contents of `.debug_frame`.
    pub fn debug_frame(&self) -> &[u8] {
        &self.1
    }
}

fn contents<'d>(file: &ElfFile32<'d, object::LittleEndian>, name: &str) -> Option<Cow<'d, [u8]>> {
    let section = file.section_by_name(name)?;
    let data = section.compressed_data().ok()?;
    match data.format {
        CompressionFormat::None => Some(data.data.into()),
        CompressionFormat::Zlib => {
            let mut bytes = Vec::new();
            let limit = data.uncompressed_size.min(MAX_SECTION);
            ZlibDecoder::new(data.data).take(limit).read_to_end(&mut bytes).ok()?;
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
