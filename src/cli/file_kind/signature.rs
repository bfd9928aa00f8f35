//! Files that are no programs of any processor, by the bytes that they begin with: archives,
//! compressed files, byte code.

use super::description::FileKind;

/// A format and what to do with a file of it.
struct Signature {
    /// Where the bytes stand.
    offset: usize,
    bytes: &'static [u8],
    what: &'static str,
    advice: &'static str,
}

const fn signature(bytes: &'static [u8], what: &'static str, advice: &'static str) -> Signature {
    Signature { offset: 0, bytes, what, advice }
}

const SIGNATURES: [Signature; 26] = [
    signature(b"!<arch>\n", "an archive of object files (ar)", "link a program with it"),
    signature(b"!<thin>\n", "an archive of object files (ar)", "link a program with it"),
    signature(b"\x1f\x8b", "a file compressed with gzip", "gunzip FILE unpacks it"),
    signature(b"BZh", "a file compressed with bzip2", "bunzip2 FILE unpacks it"),
    signature(b"\xfd7zXZ\0", "a file compressed with xz", "unxz FILE unpacks it"),
    signature(b"\x28\xb5\x2f\xfd", "a file compressed with Zstandard", "unzstd FILE unpacks it"),
    signature(b"\x04\x22\x4d\x18", "a file compressed with LZ4", "unlz4 FILE unpacks it"),
    signature(b"\x1f\x9d", "a file compressed with compress", "uncompress FILE unpacks it"),
    signature(b"]\0\0", "a file compressed with LZMA", "unlzma FILE unpacks it"),
    signature(b"LZIP", "a file compressed with lzip", "lzip -d FILE unpacks it"),
    signature(b"PK\x03\x04", "a zip archive", "unzip FILE unpacks it; if it is a jar, Java runs it"),
    signature(b"PK\x05\x06", "an empty zip archive", "there is nothing to run in it"),
    signature(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "7z x FILE unpacks it"),
    signature(b"Rar!\x1a\x07", "a RAR archive", "unrar x FILE unpacks it"),
    Signature { offset: 257, bytes: b"ustar", what: "a tar archive", advice: "tar xf FILE unpacks it" },
    signature(b"070701", "a cpio archive", "cpio -i unpacks it"),
    signature(b"070707", "a cpio archive", "cpio -i unpacks it"),
    signature(b"\xed\xab\xee\xdb", "an RPM package", "rpm2cpio FILE unpacks it"),
    signature(b"\0asm", "a WebAssembly module", "a runtime such as Wasmtime runs it"),
    signature(b"\xca\xfe\xba\xbe", "a Java class", "java runs it"),
    signature(b"dex\n", "a program for Android (DEX)", "Android runs it"),
    signature(b"BC\xc0\xde", "LLVM bitcode", "compile it: clang -m32 -static FILE.bc"),
    signature(b"\x1bLua", "a compiled Lua program", "lua runs it"),
    signature(b"\x0b\x01\x64\0", "a Linux program in the old format a.out", "a Linux kernel before 5.19 runs it"),
    signature(b"%PDF", "a PDF document", "it is nothing to run"),
    signature(b"\x89PNG", "an image", "it is nothing to run"),
];

/// What the file is; `None` if it begins with nothing that is known.
pub fn kind(bytes: &[u8]) -> Option<FileKind> {
    let matches = |known: &&Signature| bytes.get(known.offset..).is_some_and(|rest| rest.starts_with(known.bytes));
    SIGNATURES.iter().find(matches).map(|known| FileKind::new(known.what, known.advice))
}
