//! What a dynamically linked program needs beside itself: its interpreter and its libraries (System V ABI,
//! "Dynamic Linking").

use object::LittleEndian;
use object::elf::{DT_NEEDED, DT_STRTAB, FileHeader32, PT_INTERP};
use object::read::elf::{Dyn, FileHeader, ProgramHeader};

use super::super::file_code::FileCode;

/// The longest name that is shown.
const MAX_NAME: usize = 4096;

/// What a file needs beside itself.
#[derive(Default)]
pub struct Libraries {
    /// The dynamic linker; `None` if the file is none that is started with one.
    pub interpreter: Option<String>,
    /// The libraries that the file names.
    pub needed: Vec<String>,
}

impl Libraries {
    /// Those of an ELF file; none where its tables make no sense.
    pub fn of(bytes: &[u8], code: &FileCode) -> Libraries {
        let Ok(header) = FileHeader32::<LittleEndian>::parse(bytes) else { return Libraries::default() };
        let mut found = Libraries::default();
        for segment in header.program_headers(LittleEndian, bytes).unwrap_or_default() {
            if segment.p_type(LittleEndian) == PT_INTERP {
                found.interpreter = segment.data(LittleEndian, bytes).ok().and_then(text);
            }
            let Ok(Some(entries)) = segment.dynamic(LittleEndian, bytes) else { continue };
            let values = |wanted: u32| {
                let those = entries.iter().filter(move |entry| entry.tag32(LittleEndian) == Some(wanted));
                those.filter_map(|entry| entry.val32(LittleEndian))
            };
            let Some(strings) = values(DT_STRTAB).next() else { continue };
            let name = |offset: u32| code.loaded_at(strings.wrapping_add(offset)).and_then(text);
            found.needed.extend(values(DT_NEEDED).filter_map(name));
        }
        found
    }
}

/// The text before the first zero.
fn text(bytes: &[u8]) -> Option<String> {
    let bytes = &bytes[..bytes.len().min(MAX_NAME)];
    let name = bytes.split(|byte| *byte == 0).next().filter(|name| !name.is_empty())?;
    Some(String::from_utf8_lossy(name).escape_debug().to_string())
}
