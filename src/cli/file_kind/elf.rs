//! ELF files that are not programs for 32-bit x86 (Tool Interface Standard, "Executable and Linking
//! Format").

use object::elf::{ELFCLASS64, ELFDATA2MSB, EM_386, EM_X86_64, ET_CORE, ET_DYN, ET_EXEC, ET_REL};

use super::description::FileKind;

/// The fields of an ELF file header that tell what the file is.
struct Header {
    is_64_bit: bool,
    is_big_endian: bool,
    file_type: u16,
    machine: u16,
    has_entry: bool,
}

/// Processors: the ELF machine number, the name, and what follows `qemu-` in the name of the user
/// mode emulator (`_` if it depends on width or byte order).
const MACHINES: [(u16, &str, &str); 22] = [
    (2, "SPARC", "sparc"),
    (4, "Motorola 68000", "m68k"),
    (8, "MIPS", "_"),
    (15, "PA-RISC", "hppa"),
    (18, "SPARC", "sparc32plus"),
    (20, "PowerPC", "ppc"),
    (21, "64-bit PowerPC", "_"),
    (22, "S/390", "s390x"),
    (40, "ARM", "arm"),
    (42, "SuperH", "_"),
    (43, "64-bit SPARC", "sparc64"),
    (50, "Itanium", "_"),
    (83, "AVR", "_"),
    (92, "OpenRISC", "or1k"),
    (94, "Xtensa", "_"),
    (164, "Hexagon", "hexagon"),
    (183, "AArch64", "aarch64"),
    (189, "MicroBlaze", "_"),
    (243, "RISC-V", "_"),
    (247, "BPF", "_"),
    (258, "LoongArch", "loongarch64"),
    (0x9026, "Alpha", "alpha"),
];

/// What an ELF file is; `None` for other files.
pub fn kind(bytes: &[u8]) -> Option<FileKind> {
    if !bytes.starts_with(b"\x7fELF") {
        return None;
    }
    let Some(header) = header(bytes) else {
        return Some(FileKind::new("a damaged ELF file, which ends within its header", "fetch or build it again"));
    };
    Some(match (header.machine, header.file_type) {
        (EM_386, _) if !header.is_big_endian => own(&header),
        (EM_X86_64, ET_EXEC | ET_DYN) => x86_64(&header),
        _ => foreign(&header),
    })
}

/// Whether a file is a shared library: position independent, and without an entry point.
pub fn is_library(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x7fELF")
        && header(bytes).is_some_and(|header| {
            header.file_type == ET_DYN && header.machine == EM_386 && !header.is_64_bit && !header.has_entry
        })
}

fn header(bytes: &[u8]) -> Option<Header> {
    let (class, order) = (*bytes.get(4)?, *bytes.get(5)?);
    let is_big_endian = order == ELFDATA2MSB;
    let half = |at: usize| {
        let bytes: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let is_64_bit = class == ELFCLASS64;
    let entry = bytes.get(24..if is_64_bit { 32 } else { 28 }).unwrap_or_default();
    let has_entry = entry.iter().any(|byte| *byte != 0);
    Some(Header { is_64_bit, is_big_endian, file_type: half(16)?, machine: half(18)?, has_entry })
}

/// Of 32-bit x86, but not a program.
fn own(header: &Header) -> FileKind {
    match header.file_type {
        ET_REL => FileKind::new("a relocatable object file", "link it into a static program: gcc -m32 -static FILE.o"),
        ET_CORE => FileKind::new("a core dump", "a debugger opens it: gdb PROGRAM CORE"),
        ET_DYN if !header.has_entry => {
            FileKind::new("a shared library without an entry point", "run a program that is linked with it statically")
        }
        ET_EXEC | ET_DYN => FileKind::new("a damaged 32-bit x86 ELF program", "fetch or build it again"),
        other => FileKind::new(format!("an ELF file of the unknown type {other}"), "link it into a static program"),
    }
}

fn x86_64(header: &Header) -> FileKind {
    let what = if header.is_64_bit {
        "a 64-bit (x86-64) ELF program"
    } else {
        "an x86-64 ELF program with 32-bit pointers (x32)"
    };
    FileKind::new(what, "x86-64 Linux runs it as it is; for tab86 build it with -m32 -static")
}

/// Of another processor.
fn foreign(header: &Header) -> FileKind {
    let found = MACHINES.iter().find(|(machine, ..)| *machine == header.machine);
    let name = found.map_or_else(|| format!("ELF machine {}", header.machine), |(_, name, _)| name.to_string());
    let what = if header.is_big_endian { "a big-endian ELF file" } else { "an ELF file" };
    let emulator = match found {
        Some((_, _, "_")) | None => "QEMU's user mode emulation may run it".to_string(),
        Some((_, _, suffix)) => format!("qemu-{suffix} runs it"),
    };
    FileKind::new(
        format!("{what} for another processor ({name})"),
        format!("{emulator}; for tab86 build it for 32-bit x86"),
    )
}
