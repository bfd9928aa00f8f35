//! The embedding interface: a machine, its kernel and hooks in one value.
//!
//! Here live the names that a user of the library meets first (those of PyVM, where it had them);
//! the machine itself is in `cpu`, `memory` and `instructions`, running it is `engine`'s business.
//!
//! ```
//! use tab86::vm::{Stop, Vm};
//! // mov eax, 1; mov ebx, 7; int 0x80: exit(7)
//! let code = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80];
//! let mut vm = Vm::new(128);
//! assert_eq!(vm.execute_bytes(&code, 0).unwrap(), Stop::Exit(7));
//! ```

mod hooks;
mod stop;
mod views;

pub use hooks::Reaction;
pub use stop::{Stop, VmError};
pub use views::{MemoryView, RegisterView};

use std::path::Path;

use crate::cpu::{Flag, Model, Register};
use crate::decode::Instruction;
use crate::engine::{self, Options};
use crate::instructions::operand::Checked;
use crate::instructions::{Event, Exception, Machine, stack};
use crate::linux::{self, Config, Kernel, Termination};
use crate::memory::{Access, Perm};

use hooks::{Hooked, Hooks};

/// A virtual machine: processor, memory, the kernel that its program believes in, and hooks.
#[derive(Debug)]
pub struct Vm {
    machine: Machine,
    kernel: Kernel,
    hooks: Hooks,
    options: Options,
}

impl Vm {
    /// A machine with `memory_size` bytes of memory from address 0, all of it readable, writable and
    /// executable; an access past it faults, to the byte. ESP is at the end of memory.
    pub fn new(memory_size: u32) -> Vm {
        let mut machine = Machine::default();
        machine.memory.map(0, memory_size, Perm::ALL);
        machine.memory.set_end(u64::from(memory_size));
        machine.cpu.model = full_processor();
        machine.cpu.regs[Register::Esp] = memory_size;
        Vm::from_parts(machine, Kernel::default())
    }

    /// A machine with a statically linked i386 ELF program, ready at its entry point.
    ///
    /// # Errors
    /// What is wrong with the file or the configuration.
    pub fn with_elf(image: &[u8], config: &Config) -> Result<Vm, linux::LoadError> {
        let mut machine = Machine::default();
        machine.cpu.model = full_processor();
        let kernel = linux::load(&mut machine, image, config)?;
        Ok(Vm::from_parts(machine, kernel))
    }

    /// A machine and a kernel that somebody prepared.
    pub fn from_parts(machine: Machine, kernel: Kernel) -> Vm {
        Vm { machine, kernel, hooks: Hooks::default(), options: Options::default() }
    }

    /// Puts `data` at `offset` and runs it from there until it stops.
    ///
    /// # Errors
    /// [`VmError::TooLarge`] if the bytes do not fit into memory.
    pub fn execute_bytes(&mut self, data: &[u8], offset: u32) -> Result<Stop, VmError> {
        let needed = u64::from(offset) + data.len() as u64;
        if needed > self.machine.memory.end() {
            return Err(VmError::TooLarge { needed, size: self.machine.memory.end() });
        }
        self.machine.memory.copy_in(offset, data);
        self.machine.cpu.eip = offset;
        Ok(self.run(u64::MAX))
    }

    /// Puts the contents of a file at `offset` and runs them from there until they stop.
    ///
    /// # Errors
    /// The file cannot be read, or does not fit into memory.
    pub fn execute_file(&mut self, path: impl AsRef<Path>, offset: u32) -> Result<Stop, VmError> {
        let path = path.as_ref();
        let data = std::fs::read(path).map_err(|source| VmError::File { path: path.to_path_buf(), source })?;
        self.execute_bytes(&data, offset)
    }

    /// Runs from EIP until something stops the program, for at most `budget` instructions (an
    /// iteration of a repeated string instruction counts as one).
    pub fn run(&mut self, budget: u64) -> Stop {
        let Vm { machine, kernel, hooks, options } = self;
        let options = hooks.adapt(*options);
        hooks.begin(machine);
        let stop = engine::run(machine, &mut Hooked { kernel, hooks }, &options, budget);
        hooks.end(machine);
        self.stop_of(stop)
    }

    /// Executes one instruction (or one iteration); `None` if the program just goes on.
    pub fn step(&mut self) -> Option<Stop> {
        match self.run(1) {
            Stop::Budget => None,
            stop => Some(stop),
        }
    }

    fn stop_of(&mut self, event: Option<Event>) -> Stop {
        match (self.kernel.exit(), event) {
            (Some(Termination::Status(status)), _) => Stop::Exit(status),
            (_, Some(Event::Interrupt(3))) => Stop::Breakpoint,
            (_, Some(Event::Fault(exception))) => Stop::Fault(exception),
            (_, Some(Event::Interrupt(vector))) => Stop::Interrupt(vector),
            (_, Some(Event::Sysenter)) => Stop::Fault(Exception::GP0),
            (_, None) if self.hooks.take_breakpoint() => Stop::Breakpoint,
            (_, None) => Stop::Budget,
        }
    }

    /// Memory, by address.
    pub fn memory(&mut self) -> MemoryView<'_> {
        MemoryView(&mut self.machine.memory)
    }

    /// Registers, by name and width.
    pub fn registers(&mut self) -> RegisterView<'_> {
        RegisterView(&mut self.machine.cpu)
    }

    /// A bit of EFLAGS.
    pub fn flag(&self, flag: Flag) -> bool {
        self.machine.cpu.flag(flag)
    }

    /// Sets or clears a bit of EFLAGS.
    pub fn set_flag(&mut self, flag: Flag, on: bool) {
        self.machine.cpu.set_flag(flag, on);
    }

    /// Offset in CS of the next instruction.
    pub fn eip(&self) -> u32 {
        self.machine.cpu.eip
    }

    /// Goes on at `eip` next.
    pub fn set_eip(&mut self, eip: u32) {
        self.machine.cpu.eip = eip;
    }

    /// Pushes 32 bits.
    ///
    /// # Errors
    /// The exception that PUSH would raise; nothing has changed then.
    pub fn stack_push(&mut self, value: u32) -> Result<(), Exception> {
        Ok(stack::push::<Checked, u32>(&mut self.machine, value)?)
    }

    /// Pops 32 bits.
    ///
    /// # Errors
    /// The exception that POP would raise; nothing has changed then.
    pub fn stack_pop(&mut self) -> Result<u32, Exception> {
        Ok(stack::pop::<Checked, u32>(&mut self.machine)?)
    }

    /// How many instructions have been executed.
    pub fn executed(&self) -> u64 {
        self.machine.executed()
    }

    /// How the engine works: for measuring and for tests.
    pub fn set_options(&mut self, options: Options) {
        self.options = options;
    }

    /// The machine itself.
    pub fn machine(&mut self) -> &mut Machine {
        &mut self.machine
    }

    /// The kernel itself.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Calls `hook` at every interrupt and exception, before the kernel sees it.
    pub fn on_interrupt(&mut self, hook: impl FnMut(&mut Machine, Event) -> Reaction + 'static) {
        self.hooks.interrupt = Some(Box::new(hook));
    }

    /// Calls `hook` before every instruction. Costs dearly: blocks shrink to one instruction.
    pub fn on_instruction(&mut self, hook: impl FnMut(&mut Machine, &Instruction) + 'static) {
        self.hooks.instruction = Some(Box::new(hook));
    }

    /// Calls `hook` with the start of every block that is entered; blocks are no longer linked.
    pub fn on_block(&mut self, hook: impl FnMut(&mut Machine, u32) + 'static) {
        self.hooks.block = Some(Box::new(hook));
    }

    /// Calls `hook` with address, length in bytes and kind of every data access, after the
    /// instruction that made it. Every access takes the slow path.
    pub fn on_memory(&mut self, hook: impl FnMut(u32, u32, Access) + 'static) {
        self.hooks.memory = Some(Box::new(hook));
    }

    /// Removes every hook; breakpoints stay.
    pub fn clear_hooks(&mut self) {
        self.hooks.clear();
    }

    /// Stops before the instruction at this offset in CS. While there are breakpoints, blocks
    /// shrink to one instruction.
    pub fn add_breakpoint(&mut self, eip: u32) {
        self.hooks.breakpoints.insert(eip);
    }

    /// Removes a breakpoint, and says whether there was one.
    pub fn remove_breakpoint(&mut self, eip: u32) -> bool {
        self.hooks.breakpoints.remove(&eip)
    }
}

/// The processor with everything that is implemented.
fn full_processor() -> Model {
    engine::processor("max").unwrap_or_default()
}
