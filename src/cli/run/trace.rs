//! The trace of a run: each instruction, and what it changed.

mod changes;

use std::fmt::Write as _;

use crate::cli::symbols::SymbolTable;
use crate::cli::text;
use crate::engine::{self, Environment, Options};
use crate::engine::{Event, Machine};
use crate::linux::{Kernel, Sink};

use super::program::LoadedProgram;
use changes::StateBefore;

/// Columns for the address, the bytes and the text, and for the name of the function beside them.
const WIDTH: usize = 72;
const SYMBOL_WIDTH: usize = 24;

/// Passes every event on to the kernel and writes a line for each instruction.
pub struct Trace<'k, 'p> {
    kernel: &'k mut Kernel,
    sink: Sink,
    symbols: SymbolTable<'p>,
    /// What was added to the addresses of the symbols.
    bias: u32,
    /// The instruction that is running, and the registers before it.
    running: Option<(String, StateBefore)>,
}

impl<'k, 'p> Trace<'k, 'p> {
    /// A trace of what the kernel's guest does in this machine.
    pub fn start(
        kernel: &'k mut Kernel,
        machine: &mut Machine,
        program: &'p LoadedProgram,
        sink: Sink,
    ) -> Trace<'k, 'p> {
        machine.memory.set_watch(true);
        let symbols = SymbolTable::read(&program.elf);
        Trace { kernel, sink, symbols, bias: program.bias, running: None }
    }

    /// The engine has to come by for each instruction.
    pub fn options() -> Options {
        Options { block: 1, link: false, ..Options::default() }
    }

    /// Writes the line of the last instruction, and stops watching.
    pub fn finish(mut self, machine: &mut Machine) {
        self.write_line(machine);
        machine.memory.set_watch(false);
    }

    fn write_line(&mut self, machine: &mut Machine) {
        let writes = machine.memory.take_writes();
        let Some((mut line, before)) = self.running.take() else { return };
        for change in before.changes(&machine.cpu).into_iter().chain(changes::of_memory(machine, &writes)) {
            let _ = write!(line, " {change}");
        }
        // A trace that cannot be written must not stop the guest.
        if let Ok(mut sink) = self.sink.lock() {
            let _ = writeln!(sink, "{}", line.trim_end());
        }
    }

    /// Address, function, bytes and text of the instruction at EIP.
    fn describe(&self, machine: &mut Machine) -> String {
        let eip = machine.cpu.eip;
        let mut line = format!("{eip:08x}");
        let mut width = WIDTH;
        if !self.symbols.is_empty() {
            let _ = write!(line, " {:SYMBOL_WIDTH$}", self.function(eip));
            width += 1 + SYMBOL_WIDTH;
        }
        let _ = match engine::decode(machine, eip) {
            Ok(instruction) => {
                let bytes = text::instruction_bytes(machine, &instruction);
                let target = instruction.target().map_or_else(String::new, |target| self.function(target));
                write!(line, "  {bytes:24} {instruction} {target}")
            }
            Err(exception) => write!(line, "  {exception}"),
        };
        format!("{line:width$}")
    }

    /// The function at an address, in angle brackets; nothing if the file does not say.
    fn function(&self, address: u32) -> String {
        let function = self.symbols.find(address.wrapping_sub(self.bias));
        function.map_or_else(String::new, |function| format!("<{function}>"))
    }
}

impl Environment for Trace<'_, '_> {
    fn event(&mut self, machine: &mut Machine, event: Event) -> Option<Event> {
        self.kernel.event(machine, event)
    }

    fn entering(&mut self, machine: &mut Machine) -> bool {
        self.write_line(machine);
        let goes_on = self.kernel.entering(machine);
        self.running = goes_on.then(|| (self.describe(machine), StateBefore::of(&machine.cpu)));
        goes_on
    }

    fn allowance(&self, machine: &Machine) -> u64 {
        self.kernel.allowance(machine)
    }
}
