//! The vDSO as an ELF file: what dynamic linkers read of a shared object (System V ABI, "Dynamic
//! Linking"; Linux Standard Base, "Symbol Versioning"), in one page that is file and memory alike.
//!
//! In order: headers, hash table, symbols, names, versions, dynamic section, code, unwind tables.

use crate::linux::abi::Encoded;

use super::functions::{FUNCTIONS, SymbolVersion};
use super::unwind::{self, Placed};

/// Its name.
const SONAME: &str = "linux-gate.so.1";

const FILE_HEADER: u32 = 52;
const PROGRAM_HEADER: u32 = 32;
const SYMBOL: u32 = 16;
const VERSION_DEFINITION: u32 = 20 + 8;
const DYNAMIC_ENTRIES: u32 = 10;

/// Types of program headers, and their flags.
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_GNU_EH_FRAME: u32 = 0x6474_e550;
const READ: u32 = 4;
const EXECUTE: u32 = 1;

/// A global function; a section that is not "undefined", of which there is no table.
const GLOBAL_FUNCTION: u8 = 0x12;
const SOME_SECTION: u16 = 1;

/// The alignment of functions, and what is between them.
const FUNCTION_ALIGNMENT: u32 = 16;
const NOP: u8 = 0x90;

/// Where each part begins.
struct Parts {
    hash: u32,
    symbols: u32,
    names: u32,
    versions: u32,
    definitions: u32,
    dynamic: u32,
    code: u32,
}

impl Parts {
    fn new() -> Parts {
        let symbols = FUNCTIONS.len() as u32 + 1;
        let hash = FILE_HEADER + 3 * PROGRAM_HEADER;
        let table = hash + 4 * (2 + 1 + symbols);
        let names = table + SYMBOL * symbols;
        let versions = (names + Names::new().bytes.len() as u32).next_multiple_of(2);
        let definitions = (versions + 2 * symbols).next_multiple_of(4);
        let dynamic = definitions + VERSION_DEFINITION * (1 + SymbolVersion::ALL.len() as u32);
        let code = (dynamic + 8 * DYNAMIC_ENTRIES).next_multiple_of(FUNCTION_ALIGNMENT);
        Parts { hash, symbols: table, names, versions, definitions, dynamic, code }
    }
}

/// The table of names.
struct Names {
    bytes: Vec<u8>,
}

impl Names {
    fn new() -> Names {
        let mut bytes = vec![0];
        let functions = FUNCTIONS.iter().map(|function| function.name);
        let versions = SymbolVersion::ALL.iter().map(|version| version.name());
        for name in functions.chain(versions).chain([SONAME]) {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
        }
        Names { bytes }
    }

    /// Where a name is in the table.
    fn find(&self, name: &str) -> u32 {
        let wanted = [&[0], name.as_bytes(), &[0]].concat();
        let found = self.bytes.windows(wanted.len()).position(|window| window == wanted);
        found.map_or(0, |before| before as u32 + 1)
    }
}

/// The addresses of the functions.
pub fn addresses() -> Vec<u32> {
    let mut next = Parts::new().code;
    let place = |size: usize| {
        let start = next;
        // At least one byte is in front of each.
        next = (start + size as u32 + 1).next_multiple_of(FUNCTION_ALIGNMENT);
        start
    };
    FUNCTIONS.iter().map(|function| function.code.len()).map(place).collect()
}

/// The file.
pub fn build() -> Vec<u8> {
    let (parts, names, addresses) = (Parts::new(), Names::new(), addresses());
    let placed = FUNCTIONS.iter().zip(&addresses).map(|(function, start)| Placed {
        start: *start,
        size: function.code.len() as u32,
        unwinding: function.unwinding,
    });
    let placed: Vec<Placed> = placed.collect();
    let code_end = placed.last().map_or(parts.code, |last| last.start + last.size);
    let index = code_end.next_multiple_of(4);
    let unwind = unwind::sections(&placed, index);
    let total = index + unwind.len() as u32;
    let mut image = vec![0; parts.code as usize];
    image.resize(index as usize, NOP);
    image.extend(&unwind);
    let index_size = 12 + 8 * FUNCTIONS.len() as u32;
    put(&mut image, 0, &file_header());
    let program_headers = [
        [PT_LOAD, 0, 0, 0, total, total, READ | EXECUTE, 0x1000],
        [PT_DYNAMIC, parts.dynamic, parts.dynamic, parts.dynamic, 8 * DYNAMIC_ENTRIES, 8 * DYNAMIC_ENTRIES, READ, 4],
        [PT_GNU_EH_FRAME, index, index, index, index_size, index_size, READ, 4],
    ];
    put(&mut image, FILE_HEADER, &program_headers.to_bytes());
    put(&mut image, parts.hash, &hash_table());
    put(&mut image, parts.symbols, &symbols(&names, &placed));
    put(&mut image, parts.names, &names.bytes);
    put(&mut image, parts.versions, &versions());
    put(&mut image, parts.definitions, &definitions(&names));
    put(&mut image, parts.dynamic, &dynamic(&parts, &names));
    for (function, start) in FUNCTIONS.iter().zip(&addresses) {
        put(&mut image, *start, function.code);
    }
    image
}

fn put(image: &mut [u8], at: u32, bytes: &[u8]) {
    image[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
}

/// A shared object for Intel 386, 32-bit, little-endian. Its entry is the way into the kernel.
fn file_header() -> Vec<u8> {
    let mut bytes = b"\x7fELF\x01\x01\x01".to_vec();
    bytes.resize(16, 0);
    [3_u16, 3].encode(&mut bytes);
    [1, Parts::new().code, FILE_HEADER, 0, 0].encode(&mut bytes);
    [FILE_HEADER as u16, PROGRAM_HEADER as u16, 3, 40, 0, 0].encode(&mut bytes);
    bytes
}

/// One bucket: its chain has every symbol, each followed by the one before.
fn hash_table() -> Vec<u8> {
    let count = FUNCTIONS.len() as u32 + 1;
    let mut words = vec![1, count, count - 1, 0];
    words.extend(0..count - 1);
    words.iter().flat_map(|word: &u32| word.to_le_bytes()).collect()
}

fn symbols(names: &Names, placed: &[Placed]) -> Vec<u8> {
    let mut bytes = vec![0; SYMBOL as usize];
    for (function, place) in FUNCTIONS.iter().zip(placed) {
        [names.find(function.name), place.start, place.size].encode(&mut bytes);
        bytes.extend([GLOBAL_FUNCTION, 0]);
        SOME_SECTION.encode(&mut bytes);
    }
    bytes
}

/// The number of each symbol's version. 0 is for local symbols, 1 for the object itself.
fn versions() -> Vec<u8> {
    let numbers = FUNCTIONS.iter().map(|function| number(function.version));
    std::iter::once(0).chain(numbers).flat_map(u16::to_le_bytes).collect()
}

fn number(version: SymbolVersion) -> u16 {
    version as u16 + 2
}

/// The versions, the name of the object in front (VER_FLG_BASE): revision, flags, number, one name,
/// hash, where the name is, where the next one is.
fn definitions(names: &Names) -> Vec<u8> {
    let own = SymbolVersion::ALL.iter().map(|version| (0_u16, number(*version), version.name()));
    let all: Vec<(u16, u16, &str)> = std::iter::once((1, 1, SONAME)).chain(own).collect();
    let mut bytes = Vec::new();
    for (index, (flags, number, name)) in all.iter().enumerate() {
        let next = if index + 1 == all.len() { 0 } else { VERSION_DEFINITION };
        [1, *flags, *number, 1].encode(&mut bytes);
        [elf_hash(name), 20, next, names.find(name), 0].encode(&mut bytes);
    }
    bytes
}

fn dynamic(parts: &Parts, names: &Names) -> Vec<u8> {
    let entries: [[u32; 2]; DYNAMIC_ENTRIES as usize] = [
        [14, names.find(SONAME)],                           // DT_SONAME
        [4, parts.hash],                                    // DT_HASH
        [5, parts.names],                                   // DT_STRTAB
        [6, parts.symbols],                                 // DT_SYMTAB
        [10, names.bytes.len() as u32],                     // DT_STRSZ
        [11, SYMBOL],                                       // DT_SYMENT
        [0x6fff_fffc, parts.definitions],                   // DT_VERDEF
        [0x6fff_fffd, 1 + SymbolVersion::ALL.len() as u32], // DT_VERDEFNUM
        [0x6fff_fff0, parts.versions],                      // DT_VERSYM
        [0, 0],                                             // DT_NULL
    ];
    entries.to_bytes()
}

/// The hash of the System V ABI.
fn elf_hash(name: &str) -> u32 {
    name.bytes().fold(0_u32, |hash, byte| {
        let hash = (hash << 4).wrapping_add(byte.into());
        let high = hash & 0xf000_0000;
        (hash ^ high >> 24) & !high
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_into_a_page_and_has_its_functions() {
        let image = build();
        assert!(image.len() <= 4096, "{}", image.len());
        for (function, start) in FUNCTIONS.iter().zip(addresses()) {
            let start = start as usize;
            assert_eq!(&image[start..start + function.code.len()], function.code, "{}", function.name);
            assert_eq!(start % FUNCTION_ALIGNMENT as usize, 0);
        }
        let trampoline = addresses()[1] as usize;
        assert_eq!(image[trampoline - 1], NOP, "what unwinders look for is in front");
    }

    #[test]
    fn versions_have_the_hashes_of_the_kernels() {
        // What `readelf -V` shows of a vDSO of Linux, and glibc has compiled in.
        assert_eq!((elf_hash("LINUX_2.6"), elf_hash("LINUX_2.5")), (0x03ae_75f6, 0x03ae_75f5));
    }
}
