//! What lies at an address: mapped or not, with which permissions, and of which part of the program.

use object::LittleEndian;
use object::elf::{PT_LOAD, SHF_ALLOC};
use object::read::elf::{ElfFile32, ProgramHeader, SectionHeader};

use crate::linux::Kernel;
use crate::memory::{Memory, PAGE_SIZE, Perm};

use crate::cli::run::program::LoadedProgram;

/// Addresses below this one are taken for null pointers, or offsets from one.
const NULL_PAGE: u32 = PAGE_SIZE as u32;

/// As far below the stack an access is taken for one that the stack had no room for.
const STACK_OVERRUN: u64 = 1 << 20;

/// A run of pages with the same permissions, or of pages that are not mapped.
struct Region {
    start: u64,
    end: u64,
    perm: Option<Perm>,
}

/// What lies at an address, in words.
pub fn describe(memory: &Memory, kernel: &Kernel, program: &LoadedProgram, address: u32) -> String {
    let region = region(memory, address);
    match region.perm {
        Some(perm) => {
            let part = part(memory, kernel, program, address).map_or_else(String::new, |part| format!(", {part}"));
            format!("mapped {} ({:#010x} to {:#010x}){part}", letters(perm), region.start, region.end)
        }
        None => unmapped(memory, program, address, &region),
    }
}

fn unmapped(memory: &Memory, program: &LoadedProgram, address: u32, region: &Region) -> String {
    let mut text = format!("nothing is mapped from {:#010x} to {:#010x}", region.start, region.end);
    let stack = self::region(memory, program.stack.wrapping_sub(1));
    if address < NULL_PAGE {
        text += "; a null pointer, or an offset from one";
    } else if stack.perm.is_some() && region.end == stack.start && stack.start - u64::from(address) <= STACK_OVERRUN {
        text += "; the stack above is full";
    }
    text
}

/// The part of the program that an address is in.
fn part(memory: &Memory, kernel: &Kernel, program: &LoadedProgram, address: u32) -> Option<String> {
    let stack = region(memory, program.stack.wrapping_sub(1));
    if (stack.start..stack.end).contains(&address.into()) && !program.elf.is_empty() {
        return Some("the stack".into());
    }
    if kernel.heap().contains(&address) {
        return Some("the heap".into());
    }
    let name = part_of_file(&program.elf, address.wrapping_sub(program.bias))?;
    Some(format!("{name} of {}", program.name))
}

/// The section of an ELF file that an address is in, or else the segment.
fn part_of_file(elf: &[u8], address: u32) -> Option<String> {
    let file = ElfFile32::<LittleEndian>::parse(elf).ok()?;
    let table = file.elf_section_table();
    let section = table.iter().find(|section| {
        let offset = address.wrapping_sub(section.sh_addr(LittleEndian));
        section.sh_flags(LittleEndian) & SHF_ALLOC != 0 && offset < section.sh_size(LittleEndian)
    });
    if let Some(name) = section.and_then(|section| table.section_name(LittleEndian, section).ok()) {
        return Some(format!("section {}", String::from_utf8_lossy(name).escape_debug()));
    }
    let segment = file.elf_program_headers().iter().position(|segment| {
        let offset = address.wrapping_sub(segment.p_vaddr(LittleEndian));
        segment.p_type(LittleEndian) == PT_LOAD && offset < segment.p_memsz(LittleEndian)
    });
    segment.map(|number| format!("segment {number}"))
}

/// The pages around an address that are as its own page is.
fn region(memory: &Memory, address: u32) -> Region {
    let perm = memory.perm(address);
    let page = |number: u32| memory.perm(number << 12);
    let number = address >> 12;
    let start = (0..number).rev().take_while(|number| page(*number) == perm).last().unwrap_or(number);
    let end = (number..1 << 20).take_while(|number| page(*number) == perm).last().unwrap_or(number) + 1;
    Region { start: u64::from(start) << 12, end: u64::from(end) << 12, perm }
}

/// Permissions as `ls` and `/proc/PID/maps` write them.
fn letters(perm: Perm) -> String {
    let letter = |wanted, letter| if perm.has(wanted) { letter } else { '-' };
    [(Perm::READ, 'r'), (Perm::WRITE, 'w'), (Perm::EXECUTE, 'x')]
        .map(|(wanted, name)| letter(wanted, name))
        .iter()
        .collect()
}
