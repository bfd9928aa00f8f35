//! A tracer: every system call with its answer, every block that is entered, and what is written to one variable.
//!
//! Run it with `cargo run --example tracer`.

use std::sync::mpsc;

use tab86::linux::Buffer;
use tab86::vm::{Hook, Stop, Vm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = [
        0xc7, 0x05, 0, 1, 0, 0, 3, 0, 0, 0, // mov dword [0x100], 3
        0xff, 0x0d, 0, 1, 0, 0, // next: dec dword [0x100]
        0x75, 0xf8, // jnz next
        0xb8, 20, 0, 0, 0, // mov eax, 20      getpid
        0xcd, 0x80, // int 0x80
        0xb8, 1, 0, 0, 0, // mov eax, 1       exit
        0xbb, 0, 0, 0, 0, // mov ebx, 0
        0xcd, 0x80, // int 0x80
    ];
    let mut vm = Vm::builder().memory(4096).write(0, code).stdout(&Buffer::default()).build()?;
    let (log, lines) = mpsc::channel();
    let (blocks, calls, answers) = (log.clone(), log.clone(), log.clone());
    vm.add_hook(Hook::block(.., move |context, eip| {
        let _ = blocks.send(format!("{:4} block {eip:#x}", context.executed()));
    }));
    vm.add_hook(Hook::system_call(.., move |_, call| {
        let _ = calls.send(format!("     call {} of thread {}", call.number, call.thread));
        None // the kernel answers
    }));
    vm.add_hook(Hook::answer(.., move |_, call, answer| {
        let _ = answers.send(format!("     call {} answered {answer:?}", call.number));
    }));
    vm.add_hook(Hook::write(0x100..0x104, move |context, write| {
        let line = format!("{:4} {:?} becomes {}", context.executed(), write.replaced, write.value());
        let _ = log.send(line);
    }));

    let stop = vm.run(1000);
    lines.try_iter().for_each(|line| println!("{line}"));
    println!("{stop}");
    assert_eq!(stop, Stop::Exit(0));
    Ok(())
}
