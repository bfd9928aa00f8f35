//! Reading ELF files (Tool Interface Standard, "Executable and Linking Format"; System V ABI,
//! Intel386 supplement): from bytes that nobody vouches for to an [`Executable`] whose segments
//! are known to make sense. Nothing is mapped here.

use object::elf::{
    ELFCLASS32, ELFDATA2LSB, EM_386, ET_DYN, ET_EXEC, FileHeader32, PF_R, PF_W, PF_X, PT_GNU_STACK, PT_INTERP, PT_LOAD,
    PT_PHDR, ProgramHeader32,
};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{LittleEndian, pod};

use crate::linux::error::LoadError;
use crate::linux::process::{PAGE, TASK_SIZE};
use crate::memory::Perm;

/// Where position-independent programs go: where Linux puts them when it does not randomise.
const PIE_BASE: u64 = 0x5655_5000;

/// Where the identification says how wide and in which order numbers are.
const EI_CLASS: usize = 4;
const EI_DATA: usize = 5;

/// The lowest address that a segment may have: null pointers must fault.
const LOWEST: u64 = 0x1000;

/// What program headers are, in a file for this processor.
type Headers<'data> = &'data [ProgramHeader32<LittleEndian>];

/// A part of the file that belongs into memory.
#[derive(Clone, Debug)]
pub struct LoadSegment<'data> {
    /// First address.
    pub address: u64,
    /// Bytes in memory.
    pub size: u64,
    /// The file's bytes of every page that has any, from the start of the first page on.
    pub pages: &'data [u8],
    /// How many of them, from [`address`](Self::address) on, are the segment's.
    pub file_size: u64,
    /// What the guest may do with it.
    pub perm: Perm,
}

/// An ELF file that can be run.
#[derive(Clone, Debug)]
pub struct Executable<'data> {
    /// In ascending order, without overlap, none empty.
    pub segments: Vec<LoadSegment<'data>>,
    /// Address of the first instruction.
    pub entry: u32,
    /// Address of the program headers in memory; 0 if they are not loaded.
    pub headers: u32,
    /// How many program headers there are.
    pub header_count: u32,
    /// Whether the stack is executable; `None` if the file does not say, as old ones do not.
    pub executable_stack: Option<bool>,
}

/// Reads and checks an ELF file.
pub fn read(image: &[u8]) -> Result<Executable<'_>, LoadError> {
    let header = header(image)?;
    let headers = header
        .program_headers(LittleEndian, image)
        .map_err(|_| damaged("the program headers run past the end of the file"))?;
    refuse_dynamic(image, headers)?;
    let bias = if header.e_type(LittleEndian) == ET_DYN { PIE_BASE } else { 0 };
    let segments = segments(image, headers, bias)?;
    let stack = headers.iter().find(|header| header.p_type(LittleEndian) == PT_GNU_STACK);
    let entry = bias + u64::from(header.e_entry(LittleEndian));
    Ok(Executable {
        entry: entry as u32,
        headers: headers_address(header, headers, bias),
        header_count: headers.len() as u32,
        executable_stack: stack.map(|header| header.p_flags(LittleEndian) & PF_X != 0),
        segments,
    })
}

/// The file header, if it is that of an executable for this processor.
fn header(image: &[u8]) -> Result<&FileHeader32<LittleEndian>, LoadError> {
    match image {
        [] => return Err(LoadError::Empty),
        image if !is_elf(image) => return Err(LoadError::NotElf),
        image if image.get(EI_CLASS).is_some_and(|class| *class != ELFCLASS32) => return Err(LoadError::WrongClass),
        image if image.get(EI_DATA).is_some_and(|data| *data != ELFDATA2LSB) => return Err(LoadError::WrongEndianness),
        _ => {}
    }
    let (header, _) =
        pod::from_bytes::<FileHeader32<LittleEndian>>(image).map_err(|()| damaged("it ends within the file header"))?;
    match (header.e_machine(LittleEndian), header.e_type(LittleEndian)) {
        (EM_386, ET_EXEC | ET_DYN) => Ok(header),
        (EM_386, other) => Err(LoadError::WrongType(other)),
        (other, _) => Err(LoadError::WrongMachine(other)),
    }
}

/// A file that names a dynamic linker cannot run without it.
fn refuse_dynamic(image: &[u8], headers: Headers) -> Result<(), LoadError> {
    let Some(interpreter) = headers.iter().find(|header| header.p_type(LittleEndian) == PT_INTERP) else {
        return Ok(());
    };
    let name = interpreter.data(LittleEndian, image).unwrap_or_default();
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    Err(LoadError::Dynamic(String::from_utf8_lossy(&name[..name.len().min(100)]).into_owned()))
}

fn segments<'data>(image: &'data [u8], headers: Headers, bias: u64) -> Result<Vec<LoadSegment<'data>>, LoadError> {
    let mut segments = Vec::new();
    for header in headers.iter().filter(|header| header.p_type(LittleEndian) == PT_LOAD) {
        if header.p_memsz(LittleEndian) > 0 {
            segments.push(segment(image, header, bias)?);
        }
    }
    segments.sort_by_key(|segment| segment.address);
    let overlapping = segments.windows(2).find(|pair| pair[0].address + pair[0].size > pair[1].address);
    match (overlapping, segments.is_empty()) {
        (Some([_, second]), _) => Err(refused(second.address, second.size, "it overlaps another segment")),
        (_, true) => Err(LoadError::NoSegments),
        _ => Ok(segments),
    }
}

fn segment<'data>(
    image: &'data [u8],
    header: &ProgramHeader32<LittleEndian>,
    bias: u64,
) -> Result<LoadSegment<'data>, LoadError> {
    let address = bias + u64::from(header.p_vaddr(LittleEndian));
    let offset = u64::from(header.p_offset(LittleEndian));
    let file_size = u64::from(header.p_filesz(LittleEndian));
    let size = u64::from(header.p_memsz(LittleEndian));
    let refuse = |reason| Err(refused(address, size, reason));
    if file_size > size {
        return refuse("it has more bytes in the file than in memory");
    }
    if address < LOWEST || address + size > TASK_SIZE {
        return refuse("programs live between 0x1000 and 0xc0000000; link it for an address there");
    }
    if file_size > 0 && address % PAGE != offset % PAGE {
        return refuse("its address and its place in the file differ within the page");
    }
    if offset + file_size > image.len() as u64 {
        return refuse("its bytes run past the end of the file, which is truncated");
    }
    let start = (offset - offset % PAGE).min(image.len() as u64);
    let end = (offset + file_size).next_multiple_of(PAGE).min(image.len() as u64).max(start);
    let pages = if file_size == 0 { &[] } else { &image[start as usize..end as usize] };
    Ok(LoadSegment { address, size, pages, file_size, perm: perm(header.p_flags(LittleEndian)) })
}

fn perm(flags: u32) -> Perm {
    let wanted = [(PF_R, Perm::READ), (PF_W, Perm::WRITE), (PF_X, Perm::EXECUTE)];
    let allowed = wanted.iter().filter(|(flag, _)| flags & flag != 0);
    allowed.fold(Perm::NONE, |all, (_, perm)| all | *perm)
}

/// Where the program headers are once loaded: as PT_PHDR says, or in the segment that has them.
fn headers_address(header: &FileHeader32<LittleEndian>, headers: Headers, bias: u64) -> u32 {
    let offset = header.e_phoff(LittleEndian);
    let own = headers.iter().find(|header| header.p_type(LittleEndian) == PT_PHDR);
    let holds = |part: &&ProgramHeader32<LittleEndian>| {
        let start = part.p_offset(LittleEndian);
        part.p_type(LittleEndian) == PT_LOAD
            && (start..start.saturating_add(part.p_filesz(LittleEndian))).contains(&offset)
    };
    let address = match (own, headers.iter().find(holds)) {
        (Some(own), _) => own.p_vaddr(LittleEndian),
        (None, Some(part)) => part.p_vaddr(LittleEndian).wrapping_add(offset - part.p_offset(LittleEndian)),
        (None, None) => return 0,
    };
    (bias as u32).wrapping_add(address)
}

/// Whether a file is an ELF file, by its magic number.
pub fn is_elf(image: &[u8]) -> bool {
    image.starts_with(b"\x7fELF")
}

fn damaged(what: &str) -> LoadError {
    LoadError::Damaged(what.into())
}

fn refused(address: u64, size: u64, reason: &'static str) -> LoadError {
    LoadError::Segment { address, size, reason }
}
