//! The two headers of an ELF file that a loader needs (System V ABI, chapter 4, "ELF Header", and
//! chapter 5, "Program Header"), field by field at their offsets: Linux accepts files whose headers
//! are cut off, overlap each other or lie at any offset, which a parser for tools refuses.

use super::file::ProgramFile;

/// Bytes of the file header.
pub const FILE_HEADER_SIZE: usize = 52;

/// Bytes of a program header.
pub const PROGRAM_HEADER_SIZE: usize = 32;

/// Types of files.
pub const ET_EXEC: u16 = 2;
pub const ET_DYN: u16 = 3;

/// Types of program headers.
pub const PT_LOAD: u32 = 1;
pub const PT_INTERP: u32 = 3;
pub const PT_GNU_STACK: u32 = 0x6474_e551;

/// Flags of program headers.
pub const PF_X: u32 = 1;
pub const PF_W: u32 = 2;
pub const PF_R: u32 = 4;

/// The file header: the fields that Linux looks at, and the two bytes of the identification that
/// tell what a file for another system is.
#[derive(Clone, Copy, Debug)]
pub struct FileHeader {
    /// EI_CLASS: 1 for 32-bit, 2 for 64-bit.
    pub class: u8,
    /// EI_DATA: 1 for little-endian, 2 for big-endian.
    pub data: u8,
    /// `e_type`.
    pub file_type: u16,
    /// `e_machine`.
    pub machine: u16,
    /// `e_entry`.
    pub entry: u32,
    /// `e_phoff`: where the program headers are in the file.
    pub headers_offset: u32,
    /// `e_phentsize`.
    pub header_size: u16,
    /// `e_phnum`.
    pub header_count: u16,
}

impl FileHeader {
    /// Reads the header. What lies past the end of the file reads as zero.
    pub fn read(image: &[u8]) -> FileHeader {
        let mut bytes = [0; FILE_HEADER_SIZE];
        let length = image.len().min(FILE_HEADER_SIZE);
        bytes[..length].copy_from_slice(&image[..length]);
        FileHeader {
            class: bytes[4],
            data: bytes[5],
            file_type: half(&bytes, 16),
            machine: half(&bytes, 18),
            entry: word(&bytes, 24),
            headers_offset: word(&bytes, 28),
            header_size: half(&bytes, 42),
            header_count: half(&bytes, 44),
        }
    }

    /// The program headers; `None` if they do not lie within the file.
    pub fn program_headers(&self, file: &dyn ProgramFile) -> Option<Vec<ProgramHeader>> {
        let size = usize::from(self.header_count) * PROGRAM_HEADER_SIZE;
        let bytes = file.bytes(self.headers_offset.into(), size);
        let whole = bytes.len() == size;
        whole.then(|| bytes.chunks_exact(PROGRAM_HEADER_SIZE).map(ProgramHeader::read).collect())
    }
}

/// A program header.
#[derive(Clone, Copy, Debug)]
pub struct ProgramHeader {
    /// `p_type`.
    pub header_type: u32,
    /// `p_offset`: where its bytes are in the file.
    pub offset: u32,
    /// `p_vaddr`: where they go, before relocation.
    pub address: u32,
    /// `p_filesz`: how many bytes the file has.
    pub file_size: u32,
    /// `p_memsz`: how many bytes memory has.
    pub memory_size: u32,
    /// `p_flags`.
    pub flags: u32,
    /// `p_align`.
    pub align: u32,
}

impl ProgramHeader {
    fn read(bytes: &[u8]) -> ProgramHeader {
        ProgramHeader {
            header_type: word(bytes, 0),
            offset: word(bytes, 4),
            address: word(bytes, 8),
            file_size: word(bytes, 16),
            memory_size: word(bytes, 20),
            flags: word(bytes, 24),
            align: word(bytes, 28),
        }
    }

    /// Whether the file's bytes of the segment contain a position in the file.
    pub fn contains(&self, position: u32) -> bool {
        position.checked_sub(self.offset).is_some_and(|distance| distance < self.file_size)
    }
}

fn half(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
