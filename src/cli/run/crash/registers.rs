//! The registers of a program that a signal killed.

use crate::cpu::{Cpu, Register, Segment};

use crate::cli::text;

/// The general-purpose registers, then EIP, EFLAGS and the selectors.
pub fn lines(cpu: &Cpu) -> Vec<String> {
    use Register::{Eax, Ebp, Ebx, Ecx, Edi, Edx, Esi, Esp};
    let row = |registers: [Register; 4]| {
        registers.map(|register| format!("{} {:08x}", text::register(register), cpu.regs[register])).join("  ")
    };
    let selector =
        |segment: Segment| format!("{} {:04x}", text::segment(segment), cpu.segments[segment as usize].selector);
    let eflags = cpu.eflags();
    vec![
        row([Eax, Ebx, Ecx, Edx]),
        row([Esi, Edi, Ebp, Esp]),
        format!("eip {:08x}  eflags {eflags:08x} [{}]", cpu.eip, text::flags(eflags)),
        Segment::ALL.map(selector).join("  "),
    ]
}
