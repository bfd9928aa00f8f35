//! The embedding interface: a machine, its kernel and hooks in one value.
//!
//! Here live the names that a user of the library meets first (those of PyVM, where it had them). The
//! parts of the machine are in [`cpu`](crate::cpu) and [`memory`](crate::memory); a machine without a
//! kernel, or with another one, is run by [`engine`].
//!
//! ```
//! use tab86::vm::{Stop, Vm};
//! // mov eax, 1; mov ebx, 7; int 0x80: exit(7)
//! let code = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80];
//! let mut vm = Vm::new(128);
//! assert_eq!(vm.execute_bytes(&code, 0).unwrap(), Stop::Exit(7));
//! ```
//!
//! A fault that no hook deals with ends the program by a signal, as on Linux:
//!
//! ```
//! # use tab86::engine::{Event, Exception};
//! # use tab86::vm::{Stop, Vm};
//! let mut vm = Vm::new(128);
//! let stop = vm.execute_bytes(&[0x0f, 0x0b], 0).unwrap(); // ud2
//! assert_eq!(stop, Stop::Signal(4));
//! assert_eq!(vm.last_event(), Some(Event::Fault(Exception::InvalidOpcode)));
//! assert_eq!(vm.run(100), Stop::Signal(4)); // it is dead, and stays so
//! ```

mod builder;
pub mod guide;
mod hooking;
mod hooks;
mod memory;
mod register_name;
mod registers;
mod snapshot;
mod state;
mod stop;
mod typed;

pub use builder::{BuildError, VmBuilder};
pub use hooks::{Hook, HookContext, HookId, MemoryAccess, OwnAnswer, Reaction};
pub use memory::MemoryError;
pub use registers::{RegisterError, RegisterView, RegisterViewMut};
pub use snapshot::{Snapshot, SnapshotError};
pub use stop::{Stop, VmError};

use std::path::Path;

use crate::cpu::Model;
use crate::engine::{self, Options};
use crate::instructions::{Event, Machine};
use crate::linux::{self, Config, Kernel, Termination};

use hooks::{Hooked, Hooks};

/// A virtual machine: processor, memory, the kernel that its program believes in, and hooks.
///
/// The default one has 4 GiB of address space with nothing mapped in it; [`map`](Self::map) maps.
#[derive(Debug)]
pub struct Vm {
    machine: Machine,
    kernel: Kernel,
    hooks: Hooks,
    options: Options,
    /// What the processor raised when the last run ended.
    event: Option<Event>,
}

impl Default for Vm {
    fn default() -> Self {
        let mut machine = Machine::default();
        machine.cpu.model = full_processor();
        Vm::from_parts(machine, Kernel::default())
    }
}

impl Vm {
    /// A machine with `memory_size` bytes of memory from address 0, all of it readable, writable and
    /// executable; an access past it faults, to the byte. ESP is at the end of memory.
    #[must_use]
    pub fn new(memory_size: u32) -> Vm {
        let mut vm = Vm::default();
        vm.lay_out(memory_size);
        vm
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
    #[must_use]
    pub fn from_parts(machine: Machine, kernel: Kernel) -> Vm {
        Vm { machine, kernel, hooks: Hooks::default(), options: Options::default(), event: None }
    }

    /// The machine and the kernel, which can go on without the hooks.
    #[must_use]
    pub fn into_parts(self) -> (Machine, Kernel) {
        (self.machine, self.kernel)
    }

    /// Writes `data` to memory at `offset` and runs it from there until it stops.
    ///
    /// A program that has ended does not keep another one from starting: registers, memory and open
    /// files are as the last one left them.
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
        self.kernel.revive();
        Ok(self.run(u64::MAX))
    }

    /// Writes the contents of a file to memory at `offset` and runs them from there until they stop, as
    /// [`execute_bytes`](Self::execute_bytes) does.
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
    ///
    /// A program that has ended is not run any further: the answer is the same [`Stop::Exit`] or
    /// [`Stop::Signal`] each time.
    pub fn run(&mut self, budget: u64) -> Stop {
        if let Some(stop) = self.ended() {
            return stop;
        }
        let Vm { machine, kernel, hooks, options, .. } = self;
        let options = hooks.adapt(*options);
        hooks.begin(machine, kernel);
        self.event = engine::run(machine, &mut Hooked { kernel, hooks }, &options, budget);
        let stop = hooks.end(machine, kernel);
        if stop == Some(Stop::Interrupted) {
            kernel.interrupt().want_attention(false);
        }
        self.ended().or(stop).unwrap_or_else(|| self.interrupted())
    }

    /// Executes one instruction (or one iteration); `None` if the program just goes on.
    #[must_use]
    pub fn step(&mut self) -> Option<Stop> {
        match self.run(1) {
            Stop::Budget => None,
            stop => Some(stop),
        }
    }

    /// How the program ended; `None` while it can go on.
    #[must_use]
    pub fn ended(&self) -> Option<Stop> {
        Some(match self.kernel.exit()? {
            Termination::Status(status) => Stop::Exit(status),
            Termination::Signal(signal) => Stop::Signal(signal),
        })
    }

    /// Why the run ended, when the program has not.
    fn interrupted(&self) -> Stop {
        match self.event {
            Some(Event::Interrupt(3)) => Stop::Breakpoint,
            Some(Event::Interrupt(vector)) => Stop::Interrupt(vector),
            Some(Event::Fault(exception)) => Stop::Fault(exception),
            Some(Event::Sysenter) => Stop::Sysenter,
            None => Stop::Budget,
        }
    }

    /// What the processor raised that ended the last run: the exception behind a signal, the interrupt
    /// behind an exit. `None` after a budget or a breakpoint without INT3.
    #[must_use]
    pub fn last_event(&self) -> Option<Event> {
        self.event
    }

    /// How many instructions have been executed.
    #[must_use]
    pub fn executed(&self) -> u64 {
        self.machine.executed()
    }

    /// How the engine works: for measuring and for tests.
    pub fn set_options(&mut self, options: Options) {
        self.options = options;
    }
}

/// The processor with every feature that is implemented.
fn full_processor() -> Model {
    engine::processor("max").unwrap_or_default()
}
