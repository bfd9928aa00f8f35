//! Files that the host makes up: `/data/squares/N` has the square of N, and what the guest writes to `/data/result` is
//! in the host's hands.
//!
//! Run it with `cargo run --example custom_file`.

use std::sync::{Arc, Mutex};

use tab86::linux::{Errno, VirtualDirectory, VirtualEntry};
use tab86::vm::{Stop, Vm};

/// A directory without end: every number is a file in it.
struct Squares;

impl VirtualDirectory for Squares {
    fn entry(&self, name: &[u8]) -> Result<VirtualEntry, Errno> {
        let number: u64 = std::str::from_utf8(name).ok().and_then(|name| name.parse().ok()).ok_or(Errno::ENOENT)?;
        Ok(VirtualEntry::file(format!("{}\n", number.wrapping_mul(number)).into_bytes()))
    }

    fn names(&self) -> Result<Vec<Vec<u8>>, Errno> {
        Ok((0..10).map(|number: u32| number.to_string().into_bytes()).collect())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = [
        0xb8, 5, 0, 0, 0, 0xbb, 0, 2, 0, 0, 0x31, 0xc9, 0xcd, 0x80, // open(0x200, O_RDONLY)
        0x89, 0xc3, 0xb8, 3, 0, 0, 0, 0xb9, 0, 4, 0, 0, 0xba, 64, 0, 0, 0, 0xcd, 0x80, // read(fd, 0x400, 64)
        0x89, 0xc2, // mov edx, eax     as many bytes as there were
        0xb8, 5, 0, 0, 0, 0xbb, 0, 3, 0, 0, 0xb9, 1, 0, 0, 0, 0xcd, 0x80, // open(0x300, O_WRONLY)
        0x89, 0xc3, 0xb8, 4, 0, 0, 0, 0xb9, 0, 4, 0, 0, 0xcd, 0x80, // write(fd, 0x400, edx)
        0xcc, // int3
    ];
    let result = Arc::new(Mutex::new(Vec::new()));
    let mut vm = Vm::builder()
        .memory(4096)
        .write(0, code)
        .directory("/data/squares", Squares)
        .file("/data/result", Arc::clone(&result))
        .build()?;
    vm.write_c_string(0x200, b"/data/squares/12")?;
    vm.write_c_string(0x300, b"/data/result")?;
    let stop = vm.run(1000);
    let written = String::from_utf8(result.lock().map_err(|_| "a hook panicked")?.clone())?;
    println!("{stop}; the guest wrote {written:?}");
    assert_eq!((stop, written.as_str()), (Stop::Breakpoint, "144\n"));
    Ok(())
}
