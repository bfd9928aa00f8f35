//! The functions that an ELF file names in its symbol table (Tool Interface Standard, "Executable
//! and Linking Format", "Symbol Table").
//!
//! The table borrows from the file: names are looked up when they are shown, and cut where a damaged
//! file has no end for them. Addresses are those of the file; whoever loads a position-independent
//! program elsewhere subtracts the difference first.

use std::borrow::Cow;
use std::fmt;

use object::elf::{ET_REL, SHF_EXECINSTR, STB_LOCAL, STT_FUNC, STT_GNU_IFUNC, STT_NOTYPE, Sym32};
use object::read::elf::{ElfFile32, FileHeader, SectionHeader};
use object::{LittleEndian, Object, ObjectSection, SectionIndex};

use super::demangle;

/// The longest name in bytes that is shown.
const MAX_NAME: usize = 4096;

/// The functions of a file, by address.
#[derive(Default)]
pub struct SymbolTable<'data> {
    /// In ascending order of addresses, one for each.
    symbols: Vec<FunctionSymbol>,
    /// The string table with their names.
    strings: &'data [u8],
}

#[derive(Clone, Copy)]
struct FunctionSymbol {
    address: u32,
    /// One past its last byte; if the file does not say, the end of its section.
    end: u32,
    /// Offset of the name in the string table.
    name: u32,
    /// Of two names for one address the one with the lower rank is shown.
    rank: u8,
    /// Whether the file calls it a function.
    is_function: bool,
}

/// An address within a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SymbolOffset<'data> {
    /// The function's name.
    pub name: Cow<'data, str>,
    /// Bytes from its start to the address.
    pub offset: u32,
}

impl fmt::Display for SymbolOffset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            0 => f.write_str(&self.name),
            offset => write!(f, "{}+{offset:#x}", self.name),
        }
    }
}

impl<'data> SymbolTable<'data> {
    /// The functions of an ELF file; none if it is no ELF file, or if its tables make no sense.
    pub fn read(bytes: &'data [u8]) -> SymbolTable<'data> {
        ElfFile32::parse(bytes).map_or_else(|_| SymbolTable::default(), |file| SymbolTable::of(&file, None))
    }

    /// The functions of a file, or those of one of its sections.
    pub fn of(file: &ElfFile32<'data, LittleEndian>, section: Option<SectionIndex>) -> SymbolTable<'data> {
        let table = match file.elf_symbol_table() {
            table if !table.is_empty() => table,
            _ => file.elf_dynamic_symbol_table(),
        };
        let strings = file.section_by_index(table.string_section()).and_then(|section| section.data());
        let wanted = |symbol: &&Sym32<LittleEndian>| {
            section.is_none_or(|section| usize::from(symbol.st_shndx.get(LittleEndian)) == section.0)
        };
        let functions = table.symbols().iter().filter(wanted).filter_map(|symbol| function(file, symbol));
        let mut symbols: Vec<FunctionSymbol> = functions.collect();
        symbols.sort_by_key(|symbol| (symbol.address, symbol.rank));
        symbols.dedup_by_key(|symbol| symbol.address);
        forget_labels(&mut symbols);
        SymbolTable { symbols, strings: strings.unwrap_or_default() }
    }

    /// The function that an address is in, as far as the file says.
    pub fn find(&self, address: u32) -> Option<SymbolOffset<'data>> {
        let after = self.symbols.partition_point(|symbol| symbol.address <= address);
        let symbol = self.symbols[..after].last()?;
        if address >= symbol.end {
            return None;
        }
        let name = demangle::name(self.name(symbol)?);
        Some(SymbolOffset { name, offset: address - symbol.address })
    }

    /// The function that begins at an address.
    pub fn starting_at(&self, address: u32) -> Option<SymbolOffset<'data>> {
        self.find(address).filter(|found| found.offset == 0)
    }

    /// Where the first function behind an address begins.
    pub fn next_start(&self, address: u32) -> Option<u32> {
        let after = self.symbols.partition_point(|symbol| symbol.address <= address);
        self.symbols.get(after).map(|symbol| symbol.address)
    }

    /// Where the functions begin, in ascending order.
    pub fn starts(&self) -> impl Iterator<Item = u32> {
        self.symbols.iter().map(|symbol| symbol.address)
    }

    /// Whether the file names no function.
    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    fn name(&self, symbol: &FunctionSymbol) -> Option<&'data [u8]> {
        let rest = self.strings.get(symbol.name as usize..)?;
        let rest = &rest[..rest.len().min(MAX_NAME)];
        rest.split(|byte| *byte == 0).next().filter(|name| !name.is_empty())
    }
}

/// Drops what has no type and stands within a function: labels of assembly language.
fn forget_labels(symbols: &mut Vec<FunctionSymbol>) {
    let mut end = 0;
    symbols.retain(|symbol| {
        let is_label = !symbol.is_function && symbol.address < end;
        end = if symbol.is_function { symbol.end } else { end };
        !is_label
    });
}

/// A symbol that is a function, or that has no type and stands in code, as in assembly language.
fn function(file: &ElfFile32<'_, LittleEndian>, symbol: &Sym32<LittleEndian>) -> Option<FunctionSymbol> {
    let section = SectionIndex(usize::from(symbol.st_shndx.get(LittleEndian)));
    let section = file.elf_section_table().section(section).ok()?;
    let is_function = match symbol.st_info & 15 {
        STT_FUNC | STT_GNU_IFUNC => true,
        STT_NOTYPE if section.sh_flags(LittleEndian) & SHF_EXECINSTR != 0 => false,
        _ => return None,
    };
    let is_local = symbol.st_info >> 4 == STB_LOCAL;
    let address = symbol.st_value.get(LittleEndian);
    let end = match symbol.st_size.get(LittleEndian) {
        // In files that are not linked yet symbols count from the start of their section.
        0 if file.elf_header().e_type(LittleEndian) == ET_REL => section.sh_size(LittleEndian),
        0 => section.sh_addr(LittleEndian).saturating_add(section.sh_size(LittleEndian)),
        size => address.saturating_add(size),
    };
    let rank = 2 * u8::from(!is_function) + u8::from(is_local);
    Some(FunctionSymbol { address, end, name: symbol.st_name.get(LittleEndian), rank, is_function })
}
