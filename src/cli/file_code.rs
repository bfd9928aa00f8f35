//! Where an ELF file has its code, and how it names it.

use std::path::Path;

use object::elf::{EM_386, ET_REL, FileHeader32, PF_X, PT_LOAD, ProgramHeader32, SHF_EXECINSTR};
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader};
use object::{LittleEndian, Object, ObjectSection, SectionFlags};

use super::failure::Failure;
use super::file_kind;
use super::input;
use super::symbols::{SymbolOffset, SymbolTable};

/// The code of a file.
#[derive(Default)]
pub struct FileCode<'data> {
    /// Its parts, in the order in which the file has them.
    pub sections: Vec<CodeSection<'data>>,
    /// Where a program begins.
    pub entry: Option<u32>,
    /// What the file has for addresses, code or not.
    segments: Vec<(u32, &'data [u8])>,
    /// Whether it is not linked yet: every section begins at address 0, and the targets of calls are
    /// not known.
    pub is_relocatable: bool,
}

/// Bytes that are code.
pub struct CodeSection<'data> {
    /// The section's name; empty for bytes that no file names.
    pub name: String,
    /// Address of the first byte.
    pub address: u32,
    /// The bytes.
    pub bytes: &'data [u8],
    /// The functions in them.
    pub symbols: SymbolTable<'data>,
}

impl<'data> FileCode<'data> {
    /// Bytes that are code as they are.
    pub fn flat(address: u32, bytes: &'data [u8]) -> FileCode<'data> {
        let section = CodeSection { name: String::new(), address, bytes, symbols: SymbolTable::default() };
        FileCode {
            sections: vec![section],
            entry: Some(address),
            segments: vec![(address, bytes)],
            is_relocatable: false,
        }
    }

    /// The code of a file that the command line names: raw code from an address on if `flat` says so, else that of an
    /// ELF file.
    ///
    /// # Errors
    /// It is none, or the address makes no sense.
    pub fn open(
        path: &Path,
        bytes: &'data [u8],
        flat: bool,
        load_address: Option<&str>,
    ) -> Result<FileCode<'data>, Failure> {
        if flat {
            let address = load_address.map_or(Ok(0), |text| input::address("--load-address", text))?;
            return Ok(FileCode::flat(address, bytes));
        }
        input::refuse_load_address(load_address)?;
        FileCode::read(bytes).map_err(|problem| Failure::not_runnable(format_args!("{}: {problem}", path.display())))
    }

    /// The executable sections of an ELF file; the executable segments of one without sections.
    ///
    /// # Errors
    /// What is wrong with the file, for people.
    pub fn read(bytes: &'data [u8]) -> Result<FileCode<'data>, String> {
        let header = FileHeader32::<LittleEndian>::parse(bytes).map_err(|_| file_kind::identify(bytes).to_string())?;
        if header.e_machine(LittleEndian) != EM_386 {
            return Err(file_kind::identify(bytes).to_string());
        }
        // Section headers that make no sense hinder no program from running.
        let mut sections = ElfFile32::parse(bytes).map_or_else(|_| Vec::new(), |file| executable_sections(&file));
        if sections.is_empty() {
            sections = executable_segments(header, bytes);
        }
        if sections.is_empty() {
            return Err("there is no code in it; use --flat to disassemble the file as it is".into());
        }
        let entry = Some(header.e_entry(LittleEndian)).filter(|entry| *entry != 0);
        let segments = loaded_segments(header, bytes);
        Ok(FileCode { sections, entry, segments, is_relocatable: header.e_type(LittleEndian) == ET_REL })
    }

    /// The code at an address, as far as its section goes.
    pub fn bytes_at(&self, address: u32) -> Option<&'data [u8]> {
        let parts = self.sections.iter().map(|section| (section.address, section.bytes));
        find(parts, address)
    }

    /// What the file has for an address and those behind it, code or not.
    pub fn loaded_at(&self, address: u32) -> Option<&'data [u8]> {
        find(self.segments.iter().copied(), address)
    }

    /// The doubleword that the file has for an address.
    pub fn word(&self, address: u32) -> Option<u32> {
        Some(u32::from_le_bytes(*self.loaded_at(address)?.first_chunk()?))
    }

    /// The function that a branch to an address goes to.
    pub fn target(&self, address: u32) -> Option<SymbolOffset<'data>> {
        let holds = |section: &&CodeSection| (address.wrapping_sub(section.address) as usize) < section.bytes.len();
        let section = self.sections.iter().find(holds).filter(|_| !self.is_relocatable)?;
        section.symbols.find(address)
    }
}

/// The bytes from an address on, in the first part that has it.
fn find<'data>(parts: impl IntoIterator<Item = (u32, &'data [u8])>, address: u32) -> Option<&'data [u8]> {
    parts
        .into_iter()
        .find_map(|(start, bytes)| bytes.get(address.wrapping_sub(start) as usize..).filter(|rest| !rest.is_empty()))
}

fn loaded_segments<'data>(header: &FileHeader32<LittleEndian>, bytes: &'data [u8]) -> Vec<(u32, &'data [u8])> {
    let headers = header.program_headers(LittleEndian, bytes).unwrap_or_default();
    let loaded = headers.iter().filter(|header| header.p_type(LittleEndian) == PT_LOAD);
    loaded.filter_map(|header| Some((header.p_vaddr(LittleEndian), header.data(LittleEndian, bytes).ok()?))).collect()
}

fn executable_sections<'data>(file: &ElfFile32<'data, LittleEndian>) -> Vec<CodeSection<'data>> {
    file.sections().filter_map(|section| executable(file, &section)).collect()
}

fn executable<'data>(
    file: &ElfFile32<'data, LittleEndian>,
    section: &impl ObjectSection<'data>,
) -> Option<CodeSection<'data>> {
    let SectionFlags::Elf { sh_flags } = section.flags() else { return None };
    let bytes = section.data().ok().filter(|bytes| !bytes.is_empty() && sh_flags & u64::from(SHF_EXECINSTR) != 0)?;
    let name = String::from_utf8_lossy(section.name_bytes().unwrap_or_default()).escape_debug().to_string();
    let symbols = SymbolTable::of(file, Some(section.index()));
    Some(CodeSection { name, address: section.address() as u32, bytes, symbols })
}

fn executable_segments<'data>(header: &FileHeader32<LittleEndian>, bytes: &'data [u8]) -> Vec<CodeSection<'data>> {
    let headers = header.program_headers(LittleEndian, bytes).unwrap_or_default();
    let code = headers.iter().filter(|header| header.p_flags(LittleEndian) & PF_X != 0);
    let section = |header: &ProgramHeader32<LittleEndian>| {
        let bytes = header.data(LittleEndian, bytes).ok().filter(|data| !data.is_empty())?;
        let address = header.p_vaddr(LittleEndian);
        Some(CodeSection { name: "segment".into(), address, bytes, symbols: SymbolTable::default() })
    };
    code.filter_map(section).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::FileCode;

    /// A header for 32-bit x86, with room for nothing else.
    fn header() -> Vec<u8> {
        let mut header = vec![0; 52];
        header[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
        header[16..20].copy_from_slice(&[2, 0, 3, 0]);
        header
    }

    proptest! {
        #[test]
        fn no_file_is_a_panic(offsets in prop::collection::vec((16_usize..52, any::<u8>()), 0..12), tail in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut bytes = header();
            offsets.into_iter().for_each(|(at, byte)| bytes[at] = byte);
            bytes.extend(tail);
            let _ = FileCode::read(&bytes);
        }
    }
}
