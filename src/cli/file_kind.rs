//! What a file is that tab86 cannot run, and what can be done with it instead.
//!
//! Only the messages depend on this: what runs is for the loader in `linux` to say. Each format is
//! recognised by the signature that its own specification gives it, never by the file's name.

mod description;
mod elf;
mod signature;
mod system;

pub use description::FileKind;
pub use elf::is_library;

/// Bytes at the start of a file that are looked at to tell text from binary data.
const TEXT_SAMPLE: usize = 4096;

/// The longest first line of a script that Linux looks at (`BINPRM_BUF_SIZE`, execve(2)).
const SCRIPT_LINE: usize = 255;

/// The kind of a file with these contents.
pub fn identify(bytes: &[u8]) -> FileKind {
    script(bytes)
        .or_else(|| elf::kind(bytes))
        .or_else(|| system::kind(bytes))
        .or_else(|| signature::kind(bytes))
        .or_else(|| text(bytes))
        .unwrap_or_else(|| {
            FileKind::new(
                "neither an ELF file nor any other format that tab86 knows",
                "if it is raw machine code, use --flat",
            )
        })
}

/// A script that names its interpreter (execve(2), "Interpreter scripts").
fn script(bytes: &[u8]) -> Option<FileKind> {
    let line = bytes.strip_prefix(b"#!")?;
    let line = line[..line.len().min(SCRIPT_LINE)].split(|byte| *byte == b'\n').next()?;
    let line = String::from_utf8_lossy(line);
    let Some(interpreter) = line.split_whitespace().next() else {
        return Some(FileKind::new("a script whose first line names no interpreter", "give it to the one it is for"));
    };
    Some(FileKind::new(
        format!("a script for {}, not a program itself", interpreter.escape_debug()),
        "run a static 32-bit x86 build of the interpreter (busybox has a shell) with the script as its argument: \
         tab86 run --dir-ro . INTERPRETER SCRIPT",
    ))
}

fn text(bytes: &[u8]) -> Option<FileKind> {
    let sample = &bytes[..bytes.len().min(TEXT_SAMPLE)];
    let wide = [b"\xff\xfe", b"\xfe\xff"].into_iter().any(|mark| sample.starts_with(mark));
    if !wide && !is_text(sample) {
        return None;
    }
    let is_hex = sample.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
    let advice = if is_hex {
        "if it is machine code in hexadecimal, use --hex \"$(cat FILE)\""
    } else {
        "a compiler or an interpreter may understand it; if it is raw machine code, use --flat"
    };
    Some(FileKind::new("text, not a program", advice))
}

/// Whether bytes are printable UTF-8, but for a character that their end cuts off.
fn is_text(sample: &[u8]) -> bool {
    let valid = match std::str::from_utf8(sample) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&sample[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    valid.chars().all(|character| !character.is_control() || matches!(character, '\t' | '\n' | '\r' | '\x0c' | '\x1b'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::identify;

    fn kind(bytes: &[u8]) -> String {
        identify(bytes).to_string()
    }

    /// An ELF header with these bytes for class, byte order, type and machine.
    fn elf(class: u8, order: u8, kind: u16, machine: u16) -> Vec<u8> {
        let number = |value: u16| if order == 2 { value.to_be_bytes() } else { value.to_le_bytes() };
        let start = [b"\x7fELF".as_slice(), &[class, order, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
        [&start[..], &number(kind), &number(machine), &[0; 32]].concat()
    }

    #[test]
    fn each_kind_is_named() {
        let pe = |machine: [u8; 2]| {
            let mut file = [0; 0x40];
            (file[0], file[1], file[0x3c]) = (b'M', b'Z', 0x40);
            [&file[..], b"PE\0\0", &machine, &[0; 32]].concat()
        };
        let cases: [(Vec<u8>, &[&str]); 27] = [
            (b"#!/bin/sh\necho".to_vec(), &["a script for /bin/sh"]),
            (b"#! /usr/bin/env python3\n".to_vec(), &["a script for /usr/bin/env"]),
            (b"#!\n".to_vec(), &["names no interpreter"]),
            (elf(2, 1, 2, 62), &["64-bit", "x86-64", "-m32"]),
            (elf(1, 1, 2, 62), &["x32"]),
            (elf(1, 1, 2, 40), &["ARM", "qemu-arm"]),
            (elf(2, 1, 3, 183), &["AArch64", "qemu-aarch64"]),
            (elf(2, 2, 2, 22), &["big-endian", "S/390", "qemu-s390x"]),
            (elf(1, 2, 2, 8), &["big-endian", "MIPS"]),
            (elf(1, 1, 1, 3), &["relocatable", "gcc -m32"]),
            (elf(1, 1, 4, 3), &["core", "gdb"]),
            (elf(1, 1, 3, 3), &["shared library"]),
            (b"\x7fELF".to_vec(), &["damaged ELF"]),
            (pe([0x4c, 1]), &["Windows", "32-bit x86", "Wine"]),
            (pe([0x64, 0x86]), &["Windows", "x86-64", "Wine"]),
            ([b"MZ".as_slice(), &[0; 100]].concat(), &["DOS", "DOSBox"]),
            (b"\xce\xfa\xed\xfe\x07\0\0\0".to_vec(), &["macOS", "32-bit x86"]),
            (b"\xcf\xfa\xed\xfe\x0c\0\0\x01".to_vec(), &["macOS", "AArch64"]),
            (b"\xca\xfe\xba\xbe\0\0\0\x02".to_vec(), &["macOS", "several processors"]),
            (b"\xca\xfe\xba\xbe\0\0\0\x34".to_vec(), &["Java"]),
            (b"!<arch>\n".to_vec(), &["archive of object files"]),
            (b"\x1f\x8b\x08\0".to_vec(), &["gzip", "gunzip"]),
            (b"PK\x03\x04".to_vec(), &["zip", "unzip"]),
            (b"\0asm\x01\0\0\0".to_vec(), &["WebAssembly"]),
            (b"int main(void) { return 0; }\n".to_vec(), &["text", "--flat"]),
            (b"b8 01 00 00 00\ncd 80\n".to_vec(), &["--hex"]),
            (b"\xb8\x01\0\0\0\xcd\x80".to_vec(), &["raw machine code", "--flat"]),
        ];
        for (bytes, words) in cases {
            let text = kind(&bytes);
            words.iter().for_each(|word| assert!(text.contains(word), "{word}: {text}"));
        }
    }

    #[test]
    fn a_terminal_is_safe_from_a_script() {
        assert!(!kind(b"#!/bin/\x1b[31msh\n").contains('\x1b'));
    }

    proptest! {
        #[test]
        fn no_file_is_a_panic(magic in prop::sample::select(vec!["\x7fELF", "MZ", "#!", "\u{fe}\u{ed}", ""]), tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = magic.as_bytes().to_vec();
            bytes.extend(tail);
            let _ = kind(&bytes);
        }
    }
}
