//! Embedding with hooks: a guest that asks its host for squares by `int 0x20`, watched from outside.
//!
//! Run it with `cargo run --example hooks`.

use std::sync::mpsc;

use tab86::cpu::Register::Eax;
use tab86::engine::Event;
use tab86::vm::{Reaction, Stop, Vm};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let code = [
        0xb8, 12, 0, 0, 0, // mov eax, 12
        0xcd, 0x20, // int 0x20         our own call: eax = eax * eax
        0xa3, 0x40, 0, 0, 0,    // mov [0x40], eax
        0xcc, // int3
    ];
    let mut vm = Vm::new(4096);

    // The host's side of the call.
    vm.on_interrupt(|machine, event| match event {
        Event::Interrupt(0x20) => {
            let value = machine.cpu.regs[Eax];
            machine.cpu.regs[Eax] = value.wrapping_mul(value);
            Reaction::Handled
        }
        _ => Reaction::Pass,
    });

    // Every instruction, as text, and every access to memory.
    let (log, lines) = mpsc::channel();
    let instructions = log.clone();
    vm.on_instruction(move |machine, instruction| {
        let _ = instructions.send(format!("{:#04x}  {instruction}", machine.cpu.eip));
    });
    vm.on_write(move |_, write| {
        let _ = log.send(format!("      {:#x} goes to {:#x}", write.value(), write.address));
    });

    let stop = vm.execute_bytes(&code, 0)?;
    lines.try_iter().for_each(|line| println!("{line}"));
    println!("{stop}; the guest stored {:?}", vm.read(0x40, 4)?);
    assert_eq!(stop, Stop::Breakpoint);
    Ok(())
}
