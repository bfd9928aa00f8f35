//! Everything that is decided about a virtual machine before it runs, in one chain of calls.

use std::sync::Arc;

use crate::cpu::{Model, Random, Register};
use crate::engine::{self, Options, WrongProcessor};
use crate::instructions::Machine;
use crate::linux::{
    self, Buffer, ClockSource, Config, Grant, Kernel, LoadError, Stream, VirtualDirectory, VirtualEntry, VirtualFile,
};
use crate::memory::Perm;

use super::memory::MemoryError;
use super::{Vm, full_processor};

/// What runs at first.
#[derive(Clone, Debug)]
enum Program {
    /// Nothing: the embedder sets EIP.
    None,
    /// An ELF file.
    Elf(Arc<Vec<u8>>),
    /// What is at [`Config::program`] in the guest's own file tree.
    InTree,
}

/// Makes a [`Vm`]: memory, processor, program and what the program may see of the world.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use tab86::memory::Perm;
/// use tab86::vm::{Stop, Vm};
///
/// let output = Arc::default();
/// let mut vm = Vm::builder()
///     .map(0x40_0000, 0x1000, Perm::READ | Perm::EXECUTE)
///     .map(0x80_0000, 0x2000, Perm::READ | Perm::WRITE)
///     .write(0x40_0000, [0x40, 0xcc]) // inc eax; int3
///     .processor("pentium3")
///     .stdout(&output)
///     .file("/data/greeting", b"hello".to_vec())
///     .build()?;
/// vm.set_eip(0x40_0000);
/// assert_eq!(vm.run(100), Stop::Breakpoint);
/// # Ok::<(), tab86::vm::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct VmBuilder {
    config: Config,
    program: Program,
    memory: Option<u32>,
    maps: Vec<(u32, u32, Perm)>,
    bytes: Vec<(u32, Vec<u8>)>,
    processor: String,
    model: Option<Model>,
    options: Options,
}

impl Vm {
    /// Begins a virtual machine: without a program and with nothing mapped, like the default one.
    pub fn builder() -> VmBuilder {
        VmBuilder {
            config: Config::default(),
            program: Program::None,
            memory: None,
            maps: Vec::new(),
            bytes: Vec::new(),
            processor: "max".into(),
            model: None,
            options: Options::default(),
        }
    }
}

impl VmBuilder {
    /// Bytes of memory: without a program, so many from address 0 on, all of them readable, writable and executable, with
    /// ESP at their end ([`Vm::new`]); of a program, the most that it may have ([`Config::memory_limit`]).
    pub fn memory(mut self, size: u32) -> Self {
        self.memory = Some(size);
        self
    }

    /// Maps zeros, as [`Vm::map`] does.
    pub fn map(mut self, address: u32, length: u32, perm: Perm) -> Self {
        self.maps.push((address, length, perm));
        self
    }

    /// Puts bytes into memory that is mapped, whatever a guest may do there.
    pub fn write(mut self, address: u32, bytes: impl Into<Vec<u8>>) -> Self {
        self.bytes.push((address, bytes.into()));
        self
    }

    /// A processor by name, as [`engine::processor`] understands it: `max`, `pentium3`, `max,-avx`.
    pub fn processor(mut self, specification: &str) -> Self {
        (self.processor, self.model) = (specification.to_string(), None);
        self
    }

    /// A processor whose CPUID answers as this model says.
    pub fn model(mut self, model: Model) -> Self {
        self.model = Some(model);
        self
    }

    /// A static i386 ELF program.
    pub fn elf(mut self, image: impl Into<Vec<u8>>) -> Self {
        self.program = Program::Elf(Arc::new(image.into()));
        self
    }

    /// A program in the guest's own file tree ([`linux::execute`]): its path there, or a name to be looked for in the
    /// directories of PATH. Its path is the first argument unless [`args`](Self::args) says otherwise.
    pub fn program(mut self, path: &str) -> Self {
        self.config.program = path.to_string();
        self.program = Program::InTree;
        self
    }

    /// Replaces all that the program is told and granted. What is set after this changes it.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// The arguments, the program's own name first.
    pub fn args<A: Into<Vec<u8>>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.config.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// One more variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.config.env.push(format!("{name}={value}").into_bytes());
        self
    }

    /// One more directory of the host that the guest sees.
    pub fn grant(mut self, grant: Grant) -> Self {
        self.config.grants.push(grant);
        self
    }

    /// A file that the embedder makes up, at an absolute path of the guest's.
    pub fn file(mut self, path: &str, file: impl VirtualFile + 'static) -> Self {
        self.config.files.push((path.to_string(), VirtualEntry::file(file)));
        self
    }

    /// A directory that the embedder makes up, with all that is in it.
    pub fn directory(mut self, path: &str, directory: impl VirtualDirectory + 'static) -> Self {
        self.config.files.push((path.to_string(), VirtualEntry::directory(directory)));
        self
    }

    /// Standard input comes from these bytes.
    pub fn stdin(self, buffer: &Buffer) -> Self {
        self.stream(0, Stream::Buffer(buffer.clone()))
    }

    /// Standard output goes to these bytes.
    pub fn stdout(self, buffer: &Buffer) -> Self {
        self.stream(1, Stream::Buffer(buffer.clone()))
    }

    /// Standard error goes to these bytes.
    pub fn stderr(self, buffer: &Buffer) -> Self {
        self.stream(2, Stream::Buffer(buffer.clone()))
    }

    /// Where standard stream 0, 1 or 2 leads; there are no others.
    pub fn stream(mut self, number: usize, stream: Stream) -> Self {
        if let Some(known) = self.config.streams.get_mut(number) {
            *known = stream;
        }
        self
    }

    /// Where the guest's time comes from.
    pub fn clock(mut self, clock: ClockSource) -> Self {
        self.config.clock = clock;
        self
    }

    /// Where every random number of the guest starts.
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = seed;
        self
    }

    /// How the engine works: for measuring and for tests.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The virtual machine, ready to run.
    ///
    /// # Errors
    /// The first thing that cannot be had as asked for.
    pub fn build(mut self) -> Result<Vm, BuildError> {
        let mut machine = Machine::default();
        machine.cpu.model = match self.model.take() {
            Some(model) => model,
            None if self.processor == "max" => full_processor(),
            None => engine::processor(&self.processor)?,
        };
        let kernel = self.kernel(&mut machine)?;
        let mut vm = Vm::from_parts(machine, kernel);
        vm.set_options(self.options);
        if let (Some(size), Program::None) = (self.memory, &self.program) {
            vm.lay_out(size);
        }
        for (address, length, perm) in self.maps {
            vm.map(address, length, perm)?;
        }
        for (address, bytes) in self.bytes {
            let written = vm.memory_mut().overwrite(address, &bytes);
            if written < bytes.len() {
                return Err(MemoryError::NotMapped { address: address.wrapping_add(written as u32) }.into());
            }
        }
        Ok(vm)
    }

    fn kernel(&mut self, machine: &mut Machine) -> Result<Kernel, LoadError> {
        if let Some(size) = self.memory.filter(|_| !matches!(self.program, Program::None)) {
            self.config.memory_limit = size.into();
        }
        if self.config.args.is_empty() && !matches!(self.program, Program::None) {
            self.config.args.push(self.config.program.clone().into_bytes());
        }
        match &self.program {
            Program::Elf(image) => linux::load_shared(machine, Arc::clone(image), &self.config),
            Program::InTree => linux::execute(machine, &self.config),
            Program::None => {
                machine.cpu.random = Random(self.config.seed);
                Kernel::new(&self.config)
            }
        }
    }
}

impl Vm {
    /// Memory from address 0 on that ends at a byte, with ESP there.
    pub(super) fn lay_out(&mut self, size: u32) {
        let machine = self.machine();
        machine.memory.map(0, size, Perm::ALL);
        machine.memory.set_end(u64::from(size));
        machine.cpu.regs[Register::Esp] = size;
    }
}

/// Why a virtual machine cannot be made.
#[derive(thiserror::Error, Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The program, or what it was granted.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The processor.
    #[error(transparent)]
    Processor(#[from] WrongProcessor),
    /// What was to be mapped, or written to memory.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}
