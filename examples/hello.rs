//! PyVM's first example: `Hello, world!` from raw bytes, in 128 bytes of memory.
//!
//! Run it with `cargo run --example hello`.

use tab86::vm::{Stop, Vm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut code = vec![
        0xb8, 4, 0, 0, 0, // mov eax, 4       write
        0xbb, 1, 0, 0, 0, // mov ebx, 1       to standard output
        0xb9, 0x29, 0, 0, 0, // mov ecx, 0x29    this message
        0xba, 14, 0, 0, 0, // mov edx, 14      of 14 bytes
        0xcd, 0x80, // int 0x80
        0xe9, 2, 0, 0, 0, // jmp 0x1d
        0x89, 0xc8, // mov eax, ecx     never reached
        0xb8, 1, 0, 0, 0, // mov eax, 1       exit
        0xbb, 0, 0, 0, 0, // mov ebx, 0       with status 0
        0xcd, 0x80, // int 0x80
    ];
    code.extend(b"Hello, world!\n");
    let mut vm = Vm::new(128);
    let stop = vm.execute_bytes(&code, 0)?;
    eprintln!("{stop}, after {} instructions", vm.executed());
    assert_eq!(stop, Stop::Exit(0));
    Ok(())
}
