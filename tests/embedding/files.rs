//! Files and directories that the embedding program makes up, as a guest uses them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tab86::linux::{Buffer, Errno, VirtualDirectory, VirtualEntry, VirtualFile};
use tab86::memory::Perm;
use tab86::vm::{BuildError, Stop, Vm, VmBuilder};

/// Numbers of system calls.
const READ: u32 = 3;
const WRITE: u32 = 4;
const OPEN: u32 = 5;
const LSEEK: u32 = 19;
const FTRUNCATE: u32 = 93;
const MMAP2: u32 = 192;
const GETDENTS64: u32 = 220;

/// Where a path and data of the guest are.
const PATH: u32 = 0x2000;
const DATA: u32 = 0x3000;

/// A guest that can do nothing but one system call at a time.
struct Caller(Vm);

impl Caller {
    fn new(builder: VmBuilder) -> Caller {
        let all = Perm::READ | Perm::WRITE | Perm::EXECUTE;
        // int 0x80; int3
        Caller(builder.map(0x1000, 0x4000, all).write(0x1000, [0xcd, 0x80, 0xcc]).build().unwrap())
    }

    fn call(&mut self, number: u32, args: &[u32]) -> i32 {
        self.0.registers_mut().set("eax", number).unwrap();
        for (name, value) in ["ebx", "ecx", "edx", "esi", "edi", "ebp"].iter().zip(args) {
            self.0.registers_mut().set(name, *value).unwrap();
        }
        self.0.set_eip(0x1000);
        assert_eq!(self.0.run(100), Stop::Breakpoint);
        self.0.registers().get("eax").unwrap() as i32
    }

    fn open(&mut self, path: &[u8], flags: u32) -> i32 {
        self.0.write_c_string(PATH, path).unwrap();
        self.call(OPEN, &[PATH, flags, 0])
    }

    fn read(&mut self, fd: i32, count: u32) -> Result<Vec<u8>, i32> {
        match self.call(READ, &[fd as u32, DATA, count]) {
            error if error < 0 => Err(error),
            count => Ok(self.0.read(DATA, count as u32).unwrap()),
        }
    }

    fn write(&mut self, fd: i32, bytes: &[u8]) -> i32 {
        self.0.write(DATA, bytes).unwrap();
        self.call(WRITE, &[fd as u32, DATA, bytes.len() as u32])
    }
}

/// A file that is as long as it says, and fails behind its middle.
struct Faulty;

impl VirtualFile for Faulty {
    fn size(&self) -> Result<u64, Errno> {
        Ok(1 << 40)
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize, Errno> {
        if at >= 1 << 39 {
            return Err(Errno::EIO);
        }
        bytes.fill(at as u8);
        Ok(bytes.len())
    }
}

#[test]
fn bytes_in_memory_are_a_file() {
    let mut guest = Caller::new(Vm::builder().file("/data/greeting", b"hello".to_vec()));
    let fd = guest.open(b"/data/greeting", 0);
    assert!(fd >= 0, "{fd}");
    assert_eq!(guest.read(fd, 3).unwrap(), b"hel");
    assert_eq!(guest.read(fd, 100).unwrap(), b"lo");
    assert_eq!(guest.read(fd, 100).unwrap(), b"");
    assert_eq!(guest.open(b"/data/greeting", 1), -30, "EROFS");
    assert_eq!(guest.open(b"/data/other", 0), -2, "ENOENT");
    assert_eq!(guest.open(b"/data/greeting/below", 0), -20, "ENOTDIR");
}

#[test]
fn positions_and_errors_reach_the_guest() {
    let mut guest = Caller::new(Vm::builder().file("/big", Faulty));
    let fd = guest.open(b"/big", 0o100_000); // O_LARGEFILE
    assert_eq!(guest.read(fd, 2).unwrap(), [0, 0]);
    assert_eq!(guest.call(LSEEK, &[fd as u32, 0x107, 0]), 0x107);
    assert_eq!(guest.read(fd, 2).unwrap(), [7, 7]);
    // _llseek to the middle.
    assert_eq!(guest.call(140, &[fd as u32, 1 << 7, 0, DATA, 0]), 0);
    assert_eq!(guest.read(fd, 2), Err(-5), "EIO");
}

#[test]
fn what_a_guest_writes_the_embedder_sees_at_once() {
    let bytes = Arc::new(Mutex::new(b"0123456789".to_vec()));
    let mut guest = Caller::new(Vm::builder().file("/data/out", Arc::clone(&bytes)));
    let fd = guest.open(b"/data/out", 2);
    assert!(fd >= 0, "{fd}");
    assert_eq!(guest.write(fd, b"ab"), 2);
    assert_eq!(*bytes.lock().unwrap(), b"ab23456789");
    assert_eq!(guest.call(FTRUNCATE, &[fd as u32, 4]), 0);
    assert_eq!(*bytes.lock().unwrap(), b"ab23");
    bytes.lock().unwrap()[2] = b'!';
    assert_eq!(guest.read(fd, 10).unwrap(), b"!3");
    guest.call(LSEEK, &[fd as u32, 6, 0]);
    assert_eq!(guest.write(fd, b"z"), 1);
    assert_eq!(*bytes.lock().unwrap(), b"ab!3\0\0z");
}

#[test]
fn mappings_are_of_the_same_bytes() {
    let bytes = Arc::new(Mutex::new(vec![7; 5000]));
    let mut guest = Caller::new(Vm::builder().file("/data/out", Arc::clone(&bytes)));
    let fd = guest.open(b"/data/out", 2);
    let at = guest.call(MMAP2, &[0, 8192, 3, 1, fd as u32, 0]) as u32;
    assert_eq!(guest.0.read_value::<u8>(at + 4999).unwrap(), 7);
    guest.0.write_value(at + 4096, 0x0102_u16).unwrap();
    guest.call(LSEEK, &[fd as u32, 4095, 0]);
    assert_eq!(guest.read(fd, 4).unwrap(), [7, 2, 1, 7], "read(2) sees what was stored");
    assert_eq!(guest.call(91, &[at, 8192]), 0, "munmap");
    assert_eq!(guest.call(6, &[fd as u32]), 0, "close");
    assert_eq!(bytes.lock().unwrap()[4095..4099], [7, 2, 1, 7], "and the embedder, at the latest now");
}

/// A directory in which every number is a file.
struct Numbers;

impl VirtualDirectory for Numbers {
    fn entry(&self, name: &[u8]) -> Result<VirtualEntry, Errno> {
        let text = std::str::from_utf8(name).map_err(|_| Errno::ENOENT)?;
        let number: u32 = text.parse().map_err(|_| Errno::ENOENT)?;
        Ok(VirtualEntry::file(format!("{}\n", number * number).into_bytes()))
    }

    fn names(&self) -> Result<Vec<Vec<u8>>, Errno> {
        Ok((0..3).map(|number: u32| number.to_string().into_bytes()).collect())
    }
}

#[test]
fn directories_are_looked_up_and_listed() {
    let inside = BTreeMap::from([("x".to_string(), VirtualEntry::file(&b"ex"[..]))]);
    let mut guest = Caller::new(Vm::builder().directory("/squares", Numbers).directory("/map", inside));
    let fd = guest.open(b"/squares/12", 0);
    assert_eq!(guest.read(fd, 10).unwrap(), b"144\n");
    assert_eq!(guest.open(b"/squares/twelve", 0), -2);
    let fd = guest.open(b"/map/../map/x", 0);
    assert_eq!(guest.read(fd, 10).unwrap(), b"ex");
    let fd = guest.open(b"/squares", 0o200_000);
    let size = guest.call(GETDENTS64, &[fd as u32, DATA, 512]);
    let listed = guest.0.read(DATA, size as u32).unwrap();
    // d_ino 8, d_off 8, d_reclen 2, d_type 1, then the name.
    let (mut at, mut names) = (0, Vec::new());
    while at < listed.len() {
        let entry = &listed[at..at + usize::from(u16::from_le_bytes([listed[at + 16], listed[at + 17]]))];
        names.push(entry[19..].iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect::<String>());
        at += entry.len();
    }
    names.sort();
    assert_eq!(names, [".", "..", "0", "1", "2"]);
}

#[test]
fn a_builder_says_what_is_wrong() {
    let all = Perm::READ | Perm::WRITE;
    let failed = |builder: VmBuilder| builder.build().unwrap_err();
    assert!(matches!(failed(Vm::builder().map(0x1001, 0x1000, all)), BuildError::Memory(_)));
    assert!(matches!(failed(Vm::builder().processor("z80")), BuildError::Processor(_)));
    assert!(matches!(failed(Vm::builder().file("relative", Vec::new())), BuildError::Load(_)));
    assert!(matches!(failed(Vm::builder().file("/", Vec::new())), BuildError::Load(_)));
    assert!(matches!(failed(Vm::builder().elf(b"#!".to_vec())), BuildError::Load(_)));
    let error = failed(Vm::builder().map(0x1000, 0x1000, all).write(0x1ffe, [1, 2, 3])).to_string();
    assert!(error.contains("0x00002000"), "{error}");
}

#[test]
fn a_builder_makes_what_was_asked_for() {
    let output = Buffer::default();
    // mov edx,3; mov ecx,msg; mov ebx,1; mov eax,4; int 0x80; int3; msg: "hey"
    let code = b"\xba\x03\0\0\0\xb9\x17\0\0\0\xbb\x01\0\0\0\xb8\x04\0\0\0\xcd\x80\xcchey";
    let mut vm = Vm::builder().memory(4096).write(0, code.to_vec()).stdout(&output).build().unwrap();
    assert_eq!(vm.run(100), Stop::Breakpoint);
    assert_eq!(output.lock().unwrap().iter().copied().collect::<Vec<u8>>(), b"hey");
    let lowered = Vm::builder().processor("i386").build().unwrap();
    assert_eq!(lowered.cpu().model.answer(1, 0)[3] & 1 << 25, 0, "no SSE");
}
