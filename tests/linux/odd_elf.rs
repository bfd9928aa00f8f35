//! Odd ELF files: each kind that Linux accepts runs here, each kind that it refuses is refused with
//! the reason. Where the host runs i386 programs, it is asked as well.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use tab86::engine::Machine;
use tab86::linux::{self, Config, Termination};

use crate::{BASE, run_for, scratch};

/// What becomes of a file.
#[derive(Clone, Copy)]
enum Fate {
    /// It runs and exits with this status.
    Exits(u8),
    /// It runs and this signal ends it.
    Dies(u8),
    /// It does not run; the message contains these words.
    Refused(&'static str),
}

use Fate::{Dies, Exits, Refused};

const SIGSEGV: u8 = 11;
const SIGBUS: u8 = 7;

/// More instructions than any of the programs executes.
const BUDGET: u64 = 10_000;

/// Where the code is in most files, and how many bytes they have.
const CODE: u32 = 0x180;
const SIZE: u32 = 0x200;

/// A byte that fills the second page of files that have one.
const FILL: u8 = 0x55;

/// A program header: type, offset, address, size in the file and in memory, flags, alignment.
#[derive(Clone, Copy)]
struct Header([u32; 7]);

const LOAD: u32 = 1;
const INTERP: u32 = 3;
const NOTE: u32 = 4;
const GNU_STACK: u32 = 0x6474_e551;

/// The segment that most programs consist of.
const PROGRAM: Header = Header([LOAD, 0, BASE, SIZE, SIZE, 7, 4096]);
const PLAIN_STACK: Header = Header([GNU_STACK, 0, 0, 0, 0, 6, 16]);
const EXECUTABLE_STACK: Header = Header([GNU_STACK, 0, 0, 0, 0, 7, 16]);

/// A segment with other sizes or flags.
fn load(offset: u32, address: u32, [file, memory]: [u32; 2], flags: u32) -> Header {
    Header([LOAD, offset, address, file, memory, flags, 4096])
}

/// A file in the making.
struct Image(Vec<u8>);

impl Image {
    /// An executable with these program headers behind its file header.
    fn new(code: &[u8], headers: &[Header]) -> Image {
        let mut image = Image(b"\x7fELF\x01\x01\x01".to_vec()).at(SIZE as usize - 1, &[0]);
        image = image.at(16, &[2, 0, 3, 0, 1, 0, 0, 0]).entry(BASE + CODE).headers(52, headers);
        image.at(40, &[52, 0, 32, 0]).at(CODE as usize, code)
    }

    /// Puts bytes at an offset; the file grows if it must.
    fn at(mut self, offset: usize, bytes: &[u8]) -> Image {
        let end = self.0.len().max(offset + bytes.len());
        self.0.resize(end, 0);
        self.0[offset..offset + bytes.len()].copy_from_slice(bytes);
        self
    }

    fn entry(self, address: u32) -> Image {
        self.at(24, &address.to_le_bytes())
    }

    /// Puts the program headers at an offset.
    fn headers(self, offset: u32, headers: &[Header]) -> Image {
        let mut image = self.at(28, &offset.to_le_bytes()).at(44, &(headers.len() as u16).to_le_bytes());
        for (index, Header([kind, position, address, file, memory, flags, align])) in headers.iter().enumerate() {
            let words = [kind, position, address, address, file, memory, flags, align].map(|word| word.to_le_bytes());
            image = image.at(offset as usize + 32 * index, &words.concat());
        }
        image
    }

    /// A second page of the file, filled with one byte.
    fn filled(self) -> Image {
        self.at(0x1000, &[FILL; 0x1000])
    }

    /// A position-independent program.
    fn relocatable(self, entry: u32) -> Image {
        self.at(16, &[3]).entry(entry)
    }
}

/// `exit(status)`.
fn exit(status: u8) -> Vec<u8> {
    vec![0xbb, status, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80]
}

/// Exits with the byte at an address.
fn exit_byte(address: u32) -> Vec<u8> {
    [&[0xa0], &address.to_le_bytes()[..], &[0x0f, 0xb6, 0xd8, 0xb8, 1, 0, 0, 0, 0xcd, 0x80]].concat()
}

/// Stores 9 at an address and exits with what is there.
fn store(address: u32) -> Vec<u8> {
    [&[0xc6, 0x05], &address.to_le_bytes()[..], &[9], &exit_byte(address)].concat()
}

/// Pushes `mov bl, 7; mov al, 1; int 0x80` and jumps there.
const RUN_ON_STACK: [u8; 14] = [0x31, 0xc0, 0x68, 0xb0, 0x01, 0xcd, 0x80, 0x68, 0x90, 0x90, 0xb3, 0x07, 0xff, 0xe4];

/// Loads and runs a file, natively too if the host can, and compares both with what should be.
fn check(name: &str, Image(bytes): Image, fate: Fate) {
    let loaded = linux::load(&mut Machine::default(), &bytes, &Config::default());
    match (fate, loaded) {
        (Refused(reason), Err(error)) => assert!(error.to_string().contains(reason), "{name}: {error}"),
        (Refused(_), Ok(_)) => panic!("{name}: it must be refused"),
        (_, Err(error)) => panic!("{name}: {error}"),
        (Exits(status), Ok(_)) => {
            assert_eq!(run_for(BUDGET, &bytes, |_| {}).exit, Some(Termination::Status(status)), "{name}")
        }
        (Dies(signal), Ok(_)) => {
            assert_eq!(run_for(BUDGET, &bytes, |_| {}).exit, Some(Termination::Signal(signal)), "{name}")
        }
    }
}

/// As [`check`], and the host's kernel must agree.
fn agree(name: &str, image: Image, fate: Fate) {
    let file = install(name, &image);
    check(name, image, fate);
    if !native() {
        return;
    }
    // The kernel refuses with an error, or too late for one: then by SIGSEGV.
    let status = execute(&file);
    let signal = status.and_then(|status| status.signal());
    let right = match fate {
        Exits(code) => status.and_then(|status| status.code()) == Some(code.into()),
        Dies(expected) => signal == Some(expected.into()),
        Refused(_) => status.is_none() || signal == Some(SIGSEGV.into()),
    };
    assert!(right, "{name}: natively {status:?}");
}

/// Writes a file that the host can execute, in a directory of its own.
fn install(name: &str, Image(bytes): &Image) -> PathBuf {
    let file = scratch(&format!("odd-elf-{name}")).join(name);
    std::fs::write(&file, bytes).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

/// Runs a file natively; `None` if the kernel refuses it.
fn execute(file: &Path) -> Option<ExitStatus> {
    const TEXT_FILE_BUSY: i32 = 26;
    loop {
        match Command::new(file).stdin(Stdio::null()).status() {
            // Another test forked while the file was being written.
            Err(error) if error.raw_os_error() == Some(TEXT_FILE_BUSY) => std::thread::yield_now(),
            other => return other.ok(),
        }
    }
}

/// Whether the host runs i386 programs.
fn native() -> bool {
    static NATIVE: OnceLock<bool> = OnceLock::new();
    *NATIVE.get_or_init(|| {
        let file = install("can-the-host", &Image::new(&exit(7), &[PROGRAM]));
        let runs = execute(&file).and_then(|status| status.code()) == Some(7);
        if !runs {
            eprintln!("skipped: this host runs no i386 programs to compare with");
        }
        runs
    })
}

#[test]
fn fields_that_linux_does_not_look_at() {
    let plain = || Image::new(&exit(7), &[PROGRAM, PLAIN_STACK]);
    agree("plain", plain(), Exits(7));
    agree("em_486", plain().at(18, &[6]), Exits(7));
    agree("identification", plain().at(4, &[2, 2, 9]).at(7, &[0xee; 9]), Exits(7));
    agree("version", plain().at(20, &[0x77; 4]), Exits(7));
    agree("sections", plain().at(32, &[0xff; 4]).at(46, &[0xff; 6]), Exits(7));
    for align in [0, 1, 3, 0x1_0000, u32::MAX] {
        let Header([kind, offset, address, file, memory, flags, _]) = PROGRAM;
        let header = Header([kind, offset, address, file, memory, flags, align]);
        agree(&format!("align_{align:x}"), Image::new(&exit(7), &[header]), Exits(7));
    }
}

#[test]
fn files_for_other_systems_are_named() {
    let plain = || Image::new(&exit(7), &[PROGRAM]);
    let refused = |name, image, words| agree(name, image, Refused(words));
    check("empty", Image(Vec::new()), Refused("empty"));
    check("script", Image(b"#!/bin/sh\n".to_vec()), Refused("not an ELF file"));
    refused("magic_alone", Image(b"\x7fELF".to_vec()), "within the file header");
    refused("machine_40", plain().at(18, &[40]), "machine 40");
    refused("big_endian", plain().at(5, &[2]).at(18, &[0, 3]), "big-endian");
    check("x86_64", plain().at(4, &[2]).at(18, &[62]), Refused("-m32"));
    refused("object", plain().at(16, &[1]), "type 1");
    refused("core", plain().at(16, &[4]), "type 4");
}

#[test]
fn program_headers_may_be_anywhere() {
    let many = |count: usize| {
        let size = 0x1_8000;
        let mut headers = vec![Header([LOAD, 0, BASE, size, size, 7, 4096])];
        headers.resize(count, Header([0; 7]));
        let code = 0x1_4000;
        Image::new(&[], &headers).at(code, &exit(7)).at(size as usize - 1, &[0]).entry(BASE + code as u32)
    };
    agree("at_the_end", Image::new(&exit(7), &[]).headers(0x1f1, &[PROGRAM]), Exits(7));
    agree("2048_headers", many(2048), Exits(7));
    agree("2049_headers", many(2049), Refused("at most 2048"));
    let plain = || Image::new(&exit(7), &[PROGRAM]);
    agree("no_headers", plain().at(44, &[0]), Refused("no program headers"));
    agree("size_33", plain().at(42, &[33]), Refused("33 bytes each"));
    agree("past_the_end", plain().at(28, &[0xf0, 0xff, 0xff, 0xff]), Refused("past the end of the file"));
    agree(
        "nothing_to_load",
        Image::new(&exit(7), &[Header([NOTE, 0, BASE, 4, 4, 4, 4])]),
        Refused("no loadable segment"),
    );
}

/// The headers overlap each other and the code, and the file ends within them.
#[test]
fn a_program_of_45_bytes() {
    let words = [0x464c_457f, 1, 0, 0x1_0000, 0x0003_0002, 0x1_0020, 0x1_0020, 4].map(u32::to_le_bytes);
    let code = [0xb3, 42, 0x31, 0xc0, 0x40, 0xcd, 0x80, 0, 0x34, 0, 0x20, 0, 1];
    let image = [words.concat(), code.to_vec()].concat();
    assert_eq!(image.len(), 45);
    agree("44_bytes", Image(image[..44].to_vec()), Refused("no program headers"));
    agree("45_bytes", Image(image), Exits(42));
}

#[test]
fn segments_at_any_address() {
    // Only the privileged may map page 0 natively.
    check("page_0", Image::new(&exit(7), &[load(0, 0, [SIZE; 2], 7)]).entry(CODE), Exits(7));
    check("page_0_store", Image::new(&store(0x1f0), &[load(0, 0, [SIZE; 2], 7)]).entry(CODE), Exits(9));
    agree("high", Image::new(&exit(7), &[load(0, 0xf000_0000, [SIZE; 2], 7)]).entry(0xf000_0000 + CODE), Exits(7));
    let with = |offset, address, sizes, flags| Image::new(&exit(7), &[PROGRAM, load(offset, address, sizes, flags)]);
    agree("within_page", Image::new(&exit(7), &[load(0x80, BASE + 0x80, [0x180; 2], 7)]), Exits(7));
    agree("past_the_space", with(0, 0xffff_e000, [0, 16], 7), Refused("past 0xffffe000"));
    agree("into_the_end", with(0, 0xffff_c000, [0, 0x2001], 7), Refused("past 0xffffe000"));
    agree("larger_in_the_file", with(0, BASE + 0x2000, [0x20, 0x10], 7), Refused("more bytes in the file"));
    agree("misaligned", with(1, BASE + 0x2000, [0x20; 2], 7), Refused("differ within the page"));
    agree("empty_segment", with(1, BASE + 0x2000, [0, 0], 7), Exits(7));
    // Where the stack is depends on the host.
    let stack = [load(0, 0xffff_0000, [SIZE; 2], 7), PROGRAM];
    check("first_on_the_stack", Image::new(&exit(7), &stack), Refused("stack goes there"));
    check("later_on_the_stack", with(0, 0xffff_0000, [SIZE; 2], 7), Exits(7));
    check("unwritable_stack", with(0, 0xffff_0000, [SIZE; 2], 4), Refused("replaces the stack"));
}

#[test]
fn later_segments_replace_earlier_ones_by_whole_pages() {
    let reads = |headers: &[Header]| Image::new(&exit_byte(BASE + 0x2010), headers).filled();
    let second = load(0x1000, BASE + 0x2000, [0x20; 2], 7);
    let first = load(0, BASE + 0x2000, [SIZE; 2], 7);
    agree("same_address", reads(&[PROGRAM, first, second]), Exits(FILL));
    // The first page of the file has its type, 2, at offset 0x10.
    agree("same_address_reversed", reads(&[PROGRAM, second, first]), Exits(2));
    agree("descending", reads(&[second, PROGRAM]), Exits(FILL));
    let half = load(0x1800, BASE + 0x2800, [0x20; 2], 7);
    agree("shared_page", reads(&[PROGRAM, first, half]), Exits(FILL));
    agree("code_replaced", reads(&[PROGRAM, load(0x1000, BASE, [0x20; 2], 7)]), Dies(SIGSEGV));
    // The same page of the file again, writable, with zeros behind it.
    let again = Image::new(&store(BASE + 0x1f0), &[load(0, BASE, [SIZE; 2], 5), load(0x1e0, BASE + 0x1e0, [4, 64], 7)]);
    agree("remapped_writable", again, Exits(9));
}

#[test]
fn bytes_past_the_end_of_the_file() {
    let long = load(0, BASE, [0x3000; 2], 7);
    agree("zero_to_the_page_end", Image::new(&exit_byte(BASE + 0xff0), &[long]), Exits(0));
    agree("next_page", Image::new(&exit_byte(BASE + 0x1000), &[long]), Dies(SIGBUS));
    let beyond = |sizes, flags| load(0x5000, BASE + 0x2000, sizes, flags);
    agree("whole", Image::new(&exit_byte(BASE + 0x2000), &[PROGRAM, beyond([SIZE; 2], 7)]), Dies(SIGBUS));
    agree(
        "zeros_there",
        Image::new(&exit(7), &[PROGRAM, beyond([0x10, 0x20], 6)]),
        Refused("past the end of the file"),
    );
    agree("no_zeros_there", Image::new(&exit(7), &[PROGRAM, beyond([0x10, 0x20], 4)]), Exits(7));
}

#[test]
fn page_tails_and_zeroed_pages() {
    let second = |code: &[u8], sizes, flags| {
        Image::new(code, &[PROGRAM, load(0x1000, BASE + 0x2000, sizes, flags), PLAIN_STACK]).filled()
    };
    let (tail, zeros) = (BASE + 0x2800, BASE + 0x4000);
    agree("read_only_tail", second(&exit_byte(tail), [0x20, 0x3000], 4), Exits(FILL));
    agree("writable_tail", second(&exit_byte(tail), [0x20, 0x3000], 6), Exits(0));
    agree("tail_without_zeros", second(&exit_byte(tail), [0x20; 2], 6), Exits(FILL));
    agree("read_only", second(&store(BASE + 0x2000), [0x20, 0x3000], 4), Dies(SIGSEGV));
    agree("zeros_of_read_only", second(&store(zeros), [0x20, 0x3000], 4), Exits(9));
    agree("no_access", second(&exit_byte(BASE + 0x2000), [0x20; 2], 0), Dies(SIGSEGV));
    agree("write_only", second(&exit_byte(BASE + 0x2000), [0x20; 2], 2), Exits(FILL));
    let head = Image::new(&exit_byte(BASE + 0x2010), &[PROGRAM, load(0x1800, BASE + 0x2800, [0x20, 0x3000], 6)]);
    agree("head", head.filled(), Exits(FILL));
    let zeros = Image::new(&exit_byte(BASE + 0x2000), &[PROGRAM, load(3, BASE + 0x2345, [0, 0x10], 4)]);
    agree("only_zeros", zeros, Exits(0));
}

#[test]
fn what_may_be_executed() {
    let with = |headers: &[Header]| Image::new(&RUN_ON_STACK, headers);
    agree("old_stack", with(&[PROGRAM]), Exits(7));
    agree("plain_stack", with(&[PROGRAM, PLAIN_STACK]), Dies(SIGSEGV));
    agree("last_stack_counts", with(&[PROGRAM, PLAIN_STACK, EXECUTABLE_STACK]), Exits(7));
    agree("last_stack_counts_too", with(&[PROGRAM, EXECUTABLE_STACK, PLAIN_STACK]), Dies(SIGSEGV));
    let readable = load(0, BASE, [SIZE; 2], 4);
    agree("old_readable", Image::new(&exit(7), &[readable]), Exits(7));
    agree("readable", Image::new(&exit(7), &[readable, PLAIN_STACK]), Dies(SIGSEGV));
}

#[test]
fn entry_points() {
    let plain = || Image::new(&exit(7), &[PROGRAM]);
    agree("entry_nowhere", plain().entry(0x50_0000), Dies(SIGSEGV));
    agree("entry_past_the_space", plain().entry(0xffff_e000), Refused("entry point"));
}

#[test]
fn position_independent_programs() {
    // call next; next: pop ebx; then exit with bits 12 to 15 of the address.
    let page = [0xe8, 0, 0, 0, 0, 0x5b, 0xc1, 0xeb, 12, 0x83, 0xe3, 15, 0xb8, 1, 0, 0, 0, 0xcd, 0x80];
    let aligned = Header([LOAD, 0, 0x1_0000, SIZE, SIZE, 7, 0x1_0000]);
    let odd = Header([LOAD, 0, 0x1_0000, SIZE, SIZE, 7, 0x1_0001]);
    agree("relocated", Image::new(&exit(7), &[load(0, 0, [SIZE; 2], 7)]).relocatable(CODE), Exits(7));
    agree("relocated_aligned", Image::new(&page, &[aligned]).relocatable(0x1_0000 + CODE), Exits(0));
    check("relocated_odd_align", Image::new(&page, &[odd]).relocatable(0x1_0000 + CODE), Exits(5));
    // call next; next: pop ebx; movzx ebx, byte [ebx + distance to the second segment].
    let distance = (0x2010_u32 - CODE - 5).to_le_bytes();
    let read = [&[0xe8, 0, 0, 0, 0, 0x5b, 0x0f, 0xb6, 0x9b][..], &distance, &[0xb8, 1, 0, 0, 0, 0xcd, 0x80]].concat();
    let two = [load(0, 0x1000, [SIZE; 2], 7), load(0x1000, 0x3000, [0x20; 2], 4)];
    agree("relocated_twice", Image::new(&read, &two).filled().relocatable(0x1000 + CODE), Exits(FILL));
    let entry = Image::new(&exit(7), &[load(0, 0, [SIZE; 2], 7)]).relocatable(u32::MAX);
    agree("relocated_entry", entry, Refused("entry point"));
}

#[test]
fn programs_with_an_interpreter() {
    let with = |offset, size| Image::new(&exit(7), &[PROGRAM, Header([INTERP, offset, 0, size, size, 4, 1])]);
    check("interpreter", with(0x1c0, 8).at(0x1c0, b"/lib/ld\0"), Refused("/lib/ld"));
    agree("unterminated", with(0x1c0, 7).at(0x1c0, b"/lib/ld\0"), Refused("zero byte"));
    agree("too_short", with(0x1c0, 1), Refused("impossible length"));
    agree("too_long", with(0x1c0, 4097).filled(), Refused("impossible length"));
    agree("elsewhere", with(0x5000, 8), Refused("past the end of the file"));
}
