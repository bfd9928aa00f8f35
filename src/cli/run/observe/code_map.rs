//! Which file the code at an address is from: the executable regions of the address spaces that were seen.
//!
//! A *map* is what is executable in an address space at a time. Processes with the same regions, such as a program
//! and what it forks, have the same map. Two files of one name at different times are two files.

use std::sync::Arc;

use object::LittleEndian;
use object::elf::PT_LOAD;
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader, SectionHeader};

use crate::engine::Machine;
use crate::memory::{FramePool, PAGE_SIZE, PageSource, Perm};

/// The most bytes of a file that are read.
const MOST: u64 = 256 << 20;

/// A file with code, or something else that has code.
pub struct CodeFile {
    /// Its path in the guest's tree, or a name in brackets.
    pub name: String,
    /// Its contents; empty for what is no file.
    pub elf: &'static [u8],
    source: Option<Arc<dyn PageSource>>,
    /// Offset in the file, size and address of each segment.
    segments: Vec<(u32, u32, u32)>,
}

/// Pages with code.
#[derive(Clone, PartialEq, Eq)]
struct CodeRegion {
    start: u32,
    last: u32,
    file: usize,
    /// Where in the file they begin.
    offset: u32,
}

/// An address as its file has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CodePlace {
    /// Number of the file.
    pub file: usize,
    /// The address that the file gives it, or if it is no ELF file the one that it has.
    pub address: u32,
}

/// An address in a code map.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CallSite {
    /// The number of the map.
    pub map: usize,
    /// The address.
    pub address: u32,
}

/// All maps that were seen.
#[derive(Default)]
pub struct CodeMaps {
    /// The files.
    pub files: Vec<CodeFile>,
    maps: Vec<Vec<CodeRegion>>,
    current: Option<((u64, u64), usize)>,
}

impl CodeMaps {
    /// The number of the map of the address space that runs.
    pub fn current(&mut self, m: &Machine) -> usize {
        let layout = m.memory.layout();
        match self.current {
            Some((known, map)) if known == layout => map,
            _ => {
                let map = self.read(m);
                self.current = Some((layout, map));
                map
            }
        }
    }

    fn read(&mut self, m: &Machine) -> usize {
        let regions = m.memory.regions(0, u32::MAX).filter(|region| region.mapping.perm.has(Perm::EXECUTE));
        let mut map = Vec::new();
        for region in regions {
            let label = region.mapping.label.as_ref().map_or(&b"[anonymous]"[..], |label| &label.name);
            let source = region.mapping.source.as_ref();
            let file = self.file(label, source.map(|(source, _)| source), m.memory.pool());
            let offset = source.map_or(0, |(_, page)| (*page as u32) << 12);
            let start = region.pages.start << 12;
            map.push(CodeRegion { start, last: (region.pages.end - 1) << 12 | 0xfff, file, offset });
        }
        self.maps.iter().position(|known| *known == map).unwrap_or_else(|| {
            self.maps.push(map);
            self.maps.len() - 1
        })
    }

    fn file(&mut self, label: &[u8], source: Option<&Arc<dyn PageSource>>, pool: &FramePool) -> usize {
        let name = String::from_utf8_lossy(label).escape_debug().to_string();
        let same = |file: &CodeFile| match (&file.source, source) {
            (Some(known), Some(source)) => Arc::ptr_eq(known, source),
            (None, None) => true,
            _ => false,
        };
        self.files.iter().position(|file| file.name == name && same(file)).unwrap_or_else(|| {
            // Names are looked up until the process ends, by tables that borrow the bytes: they are never freed.
            let elf = source.map(|source| contents(&**source, pool)).unwrap_or_default().leak();
            let segments = segments(elf);
            self.files.push(CodeFile { name, elf, source: source.cloned(), segments });
            self.files.len() - 1
        })
    }

    /// The place of an address of a map; `None` if no code was there.
    pub fn place(&self, map: usize, address: u32) -> Option<CodePlace> {
        let region = self.maps[map].iter().find(|region| (region.start..=region.last).contains(&address))?;
        let file = &self.files[region.file];
        let offset = address - region.start + region.offset;
        let segment = file.segments.iter().find(|(start, size, _)| offset.wrapping_sub(*start) < *size);
        let address = segment.map_or(address, |(start, _, at)| at.wrapping_add(offset - start));
        Some(CodePlace { file: region.file, address })
    }
}

impl CodeFile {
    /// First address of the image, in whole pages, and one past its last byte; `None` if it is no ELF file.
    pub fn extent(&self) -> Option<(u32, u32)> {
        let start = self.segments.iter().map(|(.., address)| address & !(PAGE_SIZE as u32 - 1)).min()?;
        let end = self.segments.iter().map(|(_, size, address)| address.saturating_add(*size)).max()?;
        Some((start, end))
    }
}

/// The contents of a file up to the end of its sections.
fn contents(source: &dyn PageSource, pool: &FramePool) -> Vec<u8> {
    let read = |length: u64| -> Vec<u8> {
        let pages = length.min(MOST).div_ceil(PAGE_SIZE as u64);
        (0..pages).flat_map(|page| source.peek(page, pool)).collect()
    };
    let head = read(1);
    let Ok(header) = object::elf::FileHeader32::<LittleEndian>::parse(&*head) else { return Vec::new() };
    let table = u64::from(header.e_shoff(LittleEndian))
        + u64::from(header.e_shnum(LittleEndian)) * u64::from(header.e_shentsize(LittleEndian));
    let with_table = read(table.max(1));
    let sections = header.section_headers(LittleEndian, &*with_table).unwrap_or_default();
    let ends = sections.iter().filter_map(|section| section.file_range(LittleEndian)).map(|(at, size)| at + size);
    let segments = header.program_headers(LittleEndian, &*with_table).unwrap_or_default();
    let loaded = segments.iter().map(|segment| segment.file_range(LittleEndian)).map(|(at, size)| at + size);
    let end = ends.chain(loaded).chain([table]).max().unwrap_or(table);
    let mut bytes = read(end.max(1));
    bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
    bytes
}

fn segments(elf: &[u8]) -> Vec<(u32, u32, u32)> {
    let Ok(file) = ElfFile32::<LittleEndian>::parse(elf) else { return Vec::new() };
    let loaded = file.elf_program_headers().iter().filter(|header| header.p_type(LittleEndian) == PT_LOAD);
    loaded
        .map(|header| {
            let place = (header.p_offset(LittleEndian), header.p_vaddr(LittleEndian));
            (place.0, header.p_memsz(LittleEndian).max(header.p_filesz(LittleEndian)), place.1)
        })
        .collect()
}
