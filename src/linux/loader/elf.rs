//! Which ELF files can be run, and what they ask for: the rules of Linux (`fs/binfmt_elf.c`), from
//! bytes that nobody vouches for to an [`Executable`]. Nothing is mapped here.
//!
//! Linux looks at fewer fields than the ABI defines: not at the class, the byte order and the
//! version, not at section headers, and not at the order or the overlap of segments.

use crate::linux::error::LoadError;
use crate::linux::process::{PAGE, TASK_SIZE};

use super::file::ProgramFile;
use super::header::{
    ET_DYN, ET_EXEC, FILE_HEADER_SIZE, FileHeader, PF_R, PF_W, PF_X, PROGRAM_HEADER_SIZE, PT_GNU_STACK, PT_INTERP,
    PT_LOAD, ProgramHeader,
};

/// Machines that run on an IA-32 processor: EM_386 and EM_486.
const MACHINES: [u16; 2] = [3, 6];

/// EM_X86_64.
const X86_64: u16 = 62;

/// Values of the identification that Linux ignores, for messages about files of other systems.
const CLASS_64: u8 = 2;
const BIG_ENDIAN: u8 = 2;

/// Most bytes of program headers that Linux reads.
const MAX_HEADERS: usize = 65_536;

/// The longest path of an interpreter, with its terminating zero.
const PATH_MAX: u32 = 4096;

/// Where position-independent programs go: where Linux puts them when it does not randomise.
pub const PIE_BASE: u64 = 0x5655_5000;

/// A segment to be loaded (PT_LOAD).
#[derive(Clone, Copy, Debug)]
pub struct LoadSegment {
    /// First address.
    pub address: u64,
    /// Position in the file of its first byte.
    pub offset: u64,
    /// Bytes in the file.
    pub file_size: u64,
    /// Bytes in memory, at least [`file_size`](Self::file_size).
    pub memory_size: u64,
    /// Whether the guest may read it.
    pub readable: bool,
    /// Whether the guest may write to it.
    pub writable: bool,
    /// Whether the guest may execute it.
    pub executable: bool,
}

impl LoadSegment {
    /// The address of its first page.
    pub fn start(&self) -> u64 {
        self.address - self.address % PAGE
    }

    /// One past its last byte that the file has.
    pub fn file_end(&self) -> u64 {
        self.address + self.file_size
    }

    /// One past its last page; its first page if it is empty.
    pub fn end(&self) -> u64 {
        if self.memory_size == 0 { self.start() } else { (self.address + self.memory_size).next_multiple_of(PAGE) }
    }
}

/// An ELF file that can be run.
#[derive(Clone, Debug)]
pub struct Executable {
    /// In the order of the file, which is the order of mapping: later ones replace earlier ones.
    pub segments: Vec<LoadSegment>,
    /// Address of the first instruction.
    pub entry: u32,
    /// Address of the program headers in memory; the load bias if no segment contains them.
    pub headers: u32,
    /// How many program headers there are.
    pub header_count: u32,
    /// Whether the stack is executable; `None` if the file does not say, as old ones do not.
    pub executable_stack: Option<bool>,
    /// What was added to the addresses of the file.
    pub bias: u64,
    /// The path of the program that loads it (PT_INTERP).
    pub interpreter: Option<Vec<u8>>,
}

/// Whether a file is an ELF file, by its magic number.
pub fn is_elf(image: &[u8]) -> bool {
    image.starts_with(b"\x7fELF")
}

/// Reads and checks an ELF file. One that is position-independent goes to `base`.
pub fn read(file: &dyn ProgramFile, base: u64) -> Result<Executable, LoadError> {
    let header = file_header(&file.bytes(0, FILE_HEADER_SIZE))?;
    let headers = program_headers(&header, file)?;
    let interpreter = headers.iter().find(|header| header.header_type == PT_INTERP);
    let interpreter = interpreter.map(|header| interpreter_of(header, file)).transpose()?;
    let loads: Vec<&ProgramHeader> = headers.iter().filter(|header| header.header_type == PT_LOAD).collect();
    let bias = if header.file_type == ET_DYN { load_bias(&loads, base) } else { 0 };
    let segments = loads.iter().map(|header| segment(header, bias)).collect::<Result<Vec<_>, _>>()?;
    if segments.iter().all(|segment| segment.memory_size == 0) {
        return Err(LoadError::NoSegments);
    }
    let holder = loads.iter().rev().find(|load| load.contains(header.headers_offset));
    let headers_address = holder.map_or(0, |load| load.address.wrapping_add(header.headers_offset - load.offset));
    let stack = headers.iter().rev().find(|header| header.header_type == PT_GNU_STACK);
    Ok(Executable {
        segments,
        entry: entry(&header, bias)?,
        headers: headers_address.wrapping_add(bias as u32),
        header_count: headers.len() as u32,
        executable_stack: stack.map(|header| header.flags & PF_X != 0),
        bias,
        interpreter,
    })
}

/// The file header, if it is that of an executable for this processor.
fn file_header(image: &[u8]) -> Result<FileHeader, LoadError> {
    const MACHINE_END: usize = 20;
    if image.is_empty() {
        return Err(LoadError::Empty);
    }
    if !is_elf(image) {
        return Err(LoadError::NotElf);
    }
    if image.len() < MACHINE_END {
        return Err(damaged("it ends within the file header"));
    }
    let header = FileHeader::read(image);
    match header {
        FileHeader { machine, .. } if MACHINES.contains(&machine) => {}
        FileHeader { data: BIG_ENDIAN, .. } => return Err(LoadError::WrongEndianness),
        FileHeader { machine: X86_64, class: CLASS_64, .. } => return Err(LoadError::WrongClass),
        FileHeader { machine, .. } => return Err(LoadError::WrongMachine(machine)),
    }
    match header.file_type {
        ET_EXEC | ET_DYN => Ok(header),
        other => Err(LoadError::WrongType(other)),
    }
}

fn program_headers(header: &FileHeader, file: &dyn ProgramFile) -> Result<Vec<ProgramHeader>, LoadError> {
    let (count, size) = (usize::from(header.header_count), usize::from(header.header_size));
    if size != PROGRAM_HEADER_SIZE {
        let must = format!("its program headers have {size} bytes each and must have {PROGRAM_HEADER_SIZE}");
        return Err(LoadError::Damaged(must));
    }
    if count == 0 {
        return Err(damaged("it has no program headers"));
    }
    let most = MAX_HEADERS / PROGRAM_HEADER_SIZE;
    if count > most {
        return Err(LoadError::Damaged(format!("it has {count} program headers; Linux reads at most {most}")));
    }
    header.program_headers(file).ok_or_else(|| damaged("the program headers run past the end of the file"))
}

/// The path of the interpreter.
fn interpreter_of(header: &ProgramHeader, file: &dyn ProgramFile) -> Result<Vec<u8>, LoadError> {
    if !(2..=PATH_MAX).contains(&header.file_size) {
        return Err(damaged("the interpreter's path has an impossible length"));
    }
    let bytes = file.bytes(header.offset.into(), header.file_size as usize);
    match bytes.as_slice() {
        bytes if bytes.len() < header.file_size as usize => {
            Err(damaged("the interpreter's path runs past the end of the file"))
        }
        [path @ .., 0] => Ok(path.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()),
        _ => Err(damaged("the interpreter's path does not end in a zero byte")),
    }
}

/// What is added to every address of a position-independent program, so that its first segment is at
/// `base`, moved up to the largest alignment that a segment asks for. An alignment that is no
/// power of two counts as none. The sum may wrap around, hence the modular arithmetic.
fn load_bias(loads: &[&ProgramHeader], base: u64) -> u64 {
    let aligns = loads.iter().map(|load| load.align).filter(|align| align.is_power_of_two());
    let align = u64::from(aligns.max().unwrap_or(1)).max(PAGE);
    let first = loads.first().map_or(0, |load| u64::from(load.address));
    base.next_multiple_of(align).wrapping_sub(first) & !(PAGE - 1)
}

fn segment(header: &ProgramHeader, bias: u64) -> Result<LoadSegment, LoadError> {
    let address = bias.wrapping_add(u64::from(header.address));
    let [offset, file_size, memory_size] = [header.offset, header.file_size, header.memory_size].map(u64::from);
    let refuse = |reason| Err(LoadError::Segment { address, size: memory_size, reason });
    if file_size > memory_size {
        return refuse("it has more bytes in the file than in memory");
    }
    if address >= TASK_SIZE || memory_size > TASK_SIZE - address {
        return refuse("it reaches past 0xffffe000, where the addresses of a program end");
    }
    if file_size > 0 && address % PAGE != offset % PAGE {
        return refuse("its address and its offset in the file differ within the page");
    }
    let has = |flag| header.flags & flag != 0;
    let (readable, writable, executable) = (has(PF_R), has(PF_W), has(PF_X));
    Ok(LoadSegment { address, offset, file_size, memory_size, readable, writable, executable })
}

fn entry(header: &FileHeader, bias: u64) -> Result<u32, LoadError> {
    let entry = bias.wrapping_add(u64::from(header.entry));
    if entry < TASK_SIZE {
        return Ok(entry as u32);
    }
    let what = format!("its entry point {entry:#x} is past 0xffffe000, where the addresses of a program end");
    Err(LoadError::Damaged(what))
}

fn damaged(what: &str) -> LoadError {
    LoadError::Damaged(what.into())
}
