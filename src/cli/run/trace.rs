//! The trace of a run: each instruction, and the registers that it changed.

use std::fmt::Write as _;

use crate::cpu::{Cpu, Register};
use crate::engine::{self, Environment, Options};
use crate::engine::{Event, Machine};
use crate::linux::{Kernel, Sink};

use super::super::text;

/// Columns for the address, the bytes and the text.
const WIDTH: usize = 72;

/// Passes every event on to the kernel and writes a line for each instruction.
pub struct Trace<'k> {
    kernel: &'k mut Kernel,
    sink: Sink,
    /// The line of the instruction that is running, and the registers before it.
    line: String,
    before: [u32; 9],
}

impl<'k> Trace<'k> {
    /// A trace of what the kernel's guest does.
    pub fn new(kernel: &'k mut Kernel, sink: Sink) -> Trace<'k> {
        Trace { kernel, sink, line: String::new(), before: [0; 9] }
    }

    /// The engine has to come by for each instruction.
    pub fn options() -> Options {
        Options { block: 1, link: false, ..Options::default() }
    }

    /// Writes the line of the last instruction.
    pub fn finish(&mut self, machine: &Machine) {
        if self.line.is_empty() {
            return;
        }
        let after = registers(&machine.cpu);
        let names = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eflags"];
        let changed = names.iter().zip(after.iter().zip(&self.before)).filter(|(_, (after, before))| after != before);
        let mut line = format!("{:WIDTH$}", self.line);
        for (name, (after, _)) in changed {
            let _ = write!(line, " {name}={after:08x}");
        }
        // A trace that cannot be written must not stop the guest.
        if let Ok(mut sink) = self.sink.lock() {
            let _ = writeln!(sink, "{}", line.trim_end());
        }
        self.line.clear();
    }
}

impl Environment for Trace<'_> {
    fn event(&mut self, machine: &mut Machine, event: Event) -> Option<Event> {
        self.kernel.event(machine, event)
    }

    fn entering(&mut self, machine: &mut Machine) -> bool {
        self.finish(machine);
        self.before = registers(&machine.cpu);
        self.line = describe(machine);
        true
    }
}

/// The general-purpose registers and EFLAGS.
fn registers(cpu: &Cpu) -> [u32; 9] {
    let mut all = [cpu.eflags(); 9];
    for (value, register) in all.iter_mut().zip(Register::ALL) {
        *value = cpu.regs[register];
    }
    all
}

/// Address, bytes and text of the instruction at EIP.
fn describe(machine: &mut Machine) -> String {
    let eip = machine.cpu.eip;
    match engine::decode(machine, eip) {
        Ok(instruction) => {
            let mut bytes = vec![0; usize::from(instruction.length)];
            let address = machine.cpu.segments[crate::cpu::Segment::Cs as usize].descriptor.base().wrapping_add(eip);
            machine.memory.fetch(address, &mut bytes);
            format!("{eip:08x}  {:24} {instruction}", text::bytes(&bytes))
        }
        Err(exception) => format!("{eip:08x}  {exception}"),
    }
}
