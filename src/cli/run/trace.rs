//! The trace of a run: each instruction, and what it changed.

mod changes;

use std::fmt::Write as _;

use crate::cli::failure::Failure;
use crate::cli::symbols::SymbolTable;
use crate::cli::text;
use crate::engine::{self, Machine};
use crate::linux::{Kernel, Sink};

use super::observe::Observer;
use super::program::LoadedProgram;
use changes::StateBefore;

/// Columns for the address, the bytes and the text, and for the name of the function beside them.
const WIDTH: usize = 72;
const SYMBOL_WIDTH: usize = 24;

/// Writes a line for each instruction.
pub struct Trace<'p> {
    sink: Sink,
    symbols: SymbolTable<'p>,
    /// What was added to the addresses of the symbols.
    bias: u32,
    /// The instruction that is running, and the registers before it.
    running: Option<(String, StateBefore)>,
}

impl<'p> Trace<'p> {
    /// A trace of what this machine executes.
    pub fn start(machine: &mut Machine, program: &'p LoadedProgram, sink: Sink) -> Trace<'p> {
        machine.memory.set_watch(true);
        let symbols = SymbolTable::read(&program.elf);
        Trace { sink, symbols, bias: program.bias, running: None }
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

impl Observer for Trace<'_> {
    fn left(&mut self, machine: &mut Machine, _: &Kernel) {
        self.write_line(machine);
    }

    fn entering(&mut self, machine: &mut Machine, _: &Kernel) {
        self.running = Some((self.describe(machine), StateBefore::of(&machine.cpu)));
    }

    /// Writes the line of the last instruction, and stops watching.
    fn finish(mut self: Box<Self>, machine: &mut Machine, _: &Kernel) -> Result<(), Failure> {
        self.write_line(machine);
        machine.memory.set_watch(false);
        Ok(())
    }
}
