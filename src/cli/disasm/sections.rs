//! Where an ELF file has its code.

use object::elf::{ELFCLASS32, ELFDATA2LSB, EM_386, PF_X, SHF_EXECINSTR};
use object::read::elf::{ElfFile32, FileHeader, ProgramHeader};
use object::{LittleEndian, Object, ObjectSection, SectionFlags};

/// Bytes that are code.
pub struct CodeSection {
    /// The section's name; empty for bytes that no file names.
    pub name: String,
    /// Address of the first byte.
    pub address: u32,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Where the ELF header says how wide its numbers are, and behind it in which order their bytes are.
const EI_CLASS: usize = 4;
const EI_DATA: usize = 5;

/// The executable sections of an ELF file; the executable segments of one without sections.
///
/// # Errors
/// What is wrong with the file, for people.
pub fn read(bytes: &[u8]) -> Result<Vec<CodeSection>, String> {
    if bytes.get(EI_CLASS..=EI_DATA) != Some(&[ELFCLASS32, ELFDATA2LSB]) {
        return Err("made for a processor that is not 32-bit x86; use --flat to disassemble the file as it is".into());
    }
    let file = ElfFile32::<LittleEndian>::parse(bytes).map_err(|error| format!("a damaged ELF file: {error}"))?;
    let machine = file.elf_header().e_machine(LittleEndian);
    if machine != EM_386 {
        return Err(format!(
            "made for another processor (ELF machine {machine}); use --flat to disassemble the file as it is"
        ));
    }
    let mut chunks: Vec<CodeSection> = file.sections().filter_map(|section| executable(&section)).collect();
    if chunks.is_empty() {
        chunks = segments(&file, bytes);
    }
    if chunks.is_empty() {
        Err("there is no code in it; use --flat to disassemble the file as it is".into())
    } else {
        Ok(chunks)
    }
}

fn executable<'data>(section: &impl ObjectSection<'data>) -> Option<CodeSection> {
    let SectionFlags::Elf { sh_flags } = section.flags() else { return None };
    let bytes = section.data().ok().filter(|bytes| !bytes.is_empty() && sh_flags & u64::from(SHF_EXECINSTR) != 0)?;
    let name = String::from_utf8_lossy(section.name_bytes().unwrap_or_default()).into_owned();
    Some(CodeSection { name, address: section.address() as u32, bytes: bytes.into() })
}

fn segments(file: &ElfFile32<'_, LittleEndian>, bytes: &[u8]) -> Vec<CodeSection> {
    let code = file.elf_program_headers().iter().filter(|header| header.p_flags(LittleEndian) & PF_X != 0);
    let chunk = |header: &object::elf::ProgramHeader32<LittleEndian>| {
        let data = header.data(LittleEndian, bytes).ok().filter(|data| !data.is_empty())?;
        Some(CodeSection { name: "segment".into(), address: header.p_vaddr(LittleEndian), bytes: data.into() })
    };
    code.filter_map(chunk).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            let _ = super::read(&bytes);
        }
    }
}
