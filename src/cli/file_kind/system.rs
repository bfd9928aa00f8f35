//! Programs of other operating systems: Windows and DOS (Microsoft, "PE Format"), macOS (Apple,
//! `mach-o/loader.h` and `mach-o/fat.h`), and kernels that start themselves.

use super::description::FileKind;

/// What the file is; `None` if it belongs to none of these systems.
pub fn kind(bytes: &[u8]) -> Option<FileKind> {
    linux_kernel(bytes).or_else(|| dos(bytes)).or_else(|| mach_o(bytes)).or_else(|| boot_sector(bytes))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// A kernel image (Linux, "The Linux/x86 Boot Protocol"), which may look like a Windows program too.
fn linux_kernel(bytes: &[u8]) -> Option<FileKind> {
    let signed = bytes.get(0x1fe..0x200) == Some(&[0x55, 0xaa]) && bytes.get(0x202..0x206) == Some(b"HdrS");
    signed.then(|| FileKind::new("a Linux kernel image", "an emulator of a whole computer boots it, such as QEMU"))
}

fn boot_sector(bytes: &[u8]) -> Option<FileKind> {
    let signed = bytes.len() % 512 == 0 && bytes.get(0x1fe..0x200) == Some(&[0x55, 0xaa]);
    signed.then(|| {
        FileKind::new(
            "a boot sector or disk image",
            "an emulator of a whole computer boots it, such as QEMU; --flat takes it as 32-bit code",
        )
    })
}

/// A program for DOS, or the DOS program in front of one for Windows or OS/2.
fn dos(bytes: &[u8]) -> Option<FileKind> {
    if !bytes.starts_with(b"MZ") && !bytes.starts_with(b"ZM") {
        return None;
    }
    let next = word(bytes, 0x3c).map_or(0, |at| at as usize);
    Some(match bytes.get(next..).unwrap_or_default() {
        [b'P', b'E', 0, 0, header @ ..] => windows(header),
        [b'N', b'E', ..] => FileKind::new("a 16-bit Windows or OS/2 program (NE)", "Windows 3.1 in DOSBox may run it"),
        [b'L', b'E' | b'X', ..] => FileKind::new("an OS/2 program or DOS extender program (LE)", "DOSBox may run it"),
        _ => FileKind::new("a DOS program (MZ)", "DOSBox runs it"),
    })
}

/// From the COFF file header that follows the signature.
fn windows(header: &[u8]) -> FileKind {
    const DLL: u16 = 0x2000;
    const EFI: std::ops::RangeInclusive<u16> = 10..=13;
    /// From the COFF file header to the field "Subsystem" of the optional header.
    const SUBSYSTEM: usize = 20 + 68;
    let processor = match half(header, 0) {
        Some(0x14c) => "32-bit x86",
        Some(0x8664) => "x86-64",
        Some(0xaa64) => "AArch64",
        Some(0x1c0 | 0x1c2 | 0x1c4) => "ARM",
        _ => "an unknown processor",
    };
    if half(header, SUBSYSTEM).is_some_and(|subsystem| EFI.contains(&subsystem)) {
        return FileKind::new(format!("a UEFI program for {processor} (PE)"), "UEFI firmware runs it, also in QEMU");
    }
    let is_library = half(header, 18).is_some_and(|flags| flags & DLL != 0);
    let what = if is_library { "library" } else { "program" };
    FileKind::new(
        format!("a Windows {what} for {processor} (PE)"),
        "Windows or Wine runs it; tab86 runs Linux programs",
    )
}

fn mach_o(bytes: &[u8]) -> Option<FileKind> {
    /// More processors in one file are none: the same four bytes begin a Java class, whose version
    /// stands here.
    const MAX_PROCESSORS: u32 = 39;
    const ADVICE: &str = "macOS or Darling runs it; tab86 runs Linux programs";
    let first = bytes.get(..4)?;
    let second: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
    let processor = match first {
        [0xce | 0xcf, 0xfa, 0xed, 0xfe] => u32::from_le_bytes(second),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf] => u32::from_be_bytes(second),
        [0xca, 0xfe, 0xba, 0xbe | 0xbf] if u32::from_be_bytes(second) <= MAX_PROCESSORS => {
            return Some(FileKind::new("a macOS program for several processors (Mach-O)", ADVICE));
        }
        _ => return None,
    };
    let processor = match processor {
        7 => "32-bit x86",
        0x0100_0007 => "x86-64",
        12 => "ARM",
        0x0100_000c => "AArch64",
        18 => "PowerPC",
        0x0100_0012 => "64-bit PowerPC",
        _ => "an unknown processor",
    };
    Some(FileKind::new(format!("a macOS program for {processor} (Mach-O)"), ADVICE))
}
